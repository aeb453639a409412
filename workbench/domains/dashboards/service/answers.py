"""What cards were answered: asked of a worker once, and kept as long as the versions of the tables are the same."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.core.context import Context
from workbench.core.places import Turns
from workbench.core.workbench import Workbench
from workbench.domains.store.drivers.bound import NO_VALUES, Values
from workbench.domains.store.service import parts
from workbench.domains.store.service.queries import named_in, over

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.domains.store.drivers.relations import Relation

KEPT_BYTES = 64 * 1024 * 1024
MOST_BYTES = 2 * 1024 * 1024  # of one answer that is kept
ENTRY_BYTES, CELL_BYTES = 512, 64  # what an answer and each of its values take besides what they say
AT_ONCE = 4  # so that somebody's own queries find a worker too
EACH, WAITING = 2, 1  # questions of one person: each holds a thread while it waits, and there are few of those
Key = tuple[Any, ...]
T = TypeVar("T")
Asked = tuple[list[str], list[tuple[Any, ...]]]
Weighed = tuple[T, int]  # with about how many bytes it takes


class Answers:
    """Keeps the latest answers, as many as `KEPT_BYTES` hold.

    Files of a version never change, so an answer over the same files is the same.
    Whether somebody may have an answer is decided before it is asked for: a key holds the files, not the person.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Weighed[Any]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._turns = Turns("questions of dashboards", AT_ONCE, EACH, WAITING)

    def rows(
        self, ctx: Context, sql: str, relations: Mapping[str, Relation] | None, values: Values = NO_VALUES
    ) -> Asked:
        """The names of the columns of a SELECT, and its rows.

        Without `relations` the SELECT is all ours, and DuckDB within this process answers; else a part of it was
        written by somebody, and a worker that sees nothing but the relations does.

        Raises:
            Invalid: DuckDB refuses it.
            TimedOut: it took too long and was ended.
            Throttled: the person has too many questions under way.
        """

        def ask() -> Weighed[Asked]:
            found = self._ours(ctx, sql) if relations is None else over(ctx, sql, relations, values=values).read_all()
            columns = [column.to_pylist() for column in found.columns]
            asked = found.schema.names, list(zip(*columns, strict=True))
            return asked, found.nbytes + CELL_BYTES * found.num_rows * found.num_columns

        return self._answer(ctx, ("rows", sql, _files(relations), _given(values)), ask)

    @staticmethod
    def _ours(ctx: Context, sql: str) -> pa.Table:
        return parts.duck(ctx.workbench).table(sql, ctx.workbench.settings.query_seconds)

    def names(self, ctx: Context, sql: str) -> list[str]:
        """The names that a SELECT reads from.

        Raises:
            Invalid: it is not exactly one SELECT.
        """
        return self._answer(ctx, ("names", sql), lambda: _weighed(named_in(ctx, sql)))

    def columns(
        self, ctx: Context, source: str, relations: Mapping[str, Relation], values: Values = NO_VALUES
    ) -> list[dict[str, Any]]:
        """The columns of what stands behind FROM."""

        def ask() -> Weighed[list[dict[str, Any]]]:
            from workbench.domains.store.drivers.arrow import columns_of, normalise

            # The source is a SELECT that was parsed as exactly one, and runs where it can only read the relations.
            found = over(ctx, f"SELECT * FROM {source} LIMIT 0", relations, values=values)  # noqa: S608
            schema = found.schema
            found.read_all()
            return _weighed(columns_of(normalise(schema)))

        return self._answer(ctx, ("columns", source, _files(relations), _given(values)), ask)

    def _answer(self, ctx: Context, asked: Key, ask: Callable[[], Weighed[T]]) -> T:
        key = hashlib.sha256(repr(asked).encode("utf-8", "surrogatepass")).digest()  # a statement may be long
        found: T
        if (found := self._looked_up(key)) is not None:
            return found
        with self._turns.turn(ctx.holder):
            if (found := self._looked_up(key)) is not None:  # somebody asked the same meanwhile
                return found
            found, weight = ask()
            if weight <= MOST_BYTES:
                self._keep(key, found, ENTRY_BYTES + weight)
            return found

    def _looked_up(self, key: bytes) -> Any:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key, (None, 0))[0]

    def _keep(self, key: bytes, found: Any, weight: int) -> None:
        with self._lock:
            self._bytes -= self._kept.pop(key, (None, 0))[1]
            self._kept[key] = found, weight
            self._bytes += weight
            while self._bytes > KEPT_BYTES:
                self._bytes -= self._kept.popitem(last=False)[1][1]


def answers(workbench: Workbench) -> Answers:
    """The answers that an opened home keeps."""
    return workbench.part("dashboards.answers", Answers)


def _weighed(names: T) -> Weighed[T]:
    return names, len(repr(names))


def _given(values: Values) -> Key:
    """Values of parameters; what is equal and of another type, as 1 and True are, is another one."""
    return tuple(sorted((name, type(value).__name__, str(value)) for name, value in values.items()))


def _files(relations: Mapping[str, Relation] | None) -> Key:
    """What a SELECT reads; one of ours names its files itself."""
    return tuple(sorted((name, relation.sql) for name, relation in (relations or {}).items()))
