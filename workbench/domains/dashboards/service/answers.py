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

KEPT, MOST_CELLS = 500, 20_000
AT_ONCE = 4  # so that somebody's own queries find a worker too
EACH, WAITING = 2, 1  # questions of one person: each holds a thread while it waits, and there are few of those
Key = tuple[Any, ...]
T = TypeVar("T")
Asked = tuple[list[str], list[tuple[Any, ...]]]


class Answers:
    """Keeps the latest answers. Files of a version never change, so an answer over the same files is the same.

    Whether somebody may have an answer is decided before it is asked for: a key holds the files, not the person.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Any] = OrderedDict()
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

        def ask() -> Asked:
            found = self._ours(ctx, sql) if relations is None else over(ctx, sql, relations, values=values).read_all()
            columns = [column.to_pylist() for column in found.columns]
            return found.schema.names, list(zip(*columns, strict=True))

        return self._answer(
            ctx, ("rows", sql, _files(relations), _given(values)), ask, lambda asked: len(asked[0]) * len(asked[1])
        )

    @staticmethod
    def _ours(ctx: Context, sql: str) -> pa.Table:
        return parts.duck(ctx.workbench).table(sql, ctx.workbench.settings.query_seconds)

    def names(self, ctx: Context, sql: str) -> list[str]:
        """The names that a SELECT reads from.

        Raises:
            Invalid: it is not exactly one SELECT.
        """
        return self._answer(ctx, ("names", sql), lambda: named_in(ctx, sql), len)

    def columns(
        self, ctx: Context, source: str, relations: Mapping[str, Relation], values: Values = NO_VALUES
    ) -> list[dict[str, Any]]:
        """The columns of what stands behind FROM."""

        def ask() -> list[dict[str, Any]]:
            from workbench.domains.store.drivers.arrow import columns_of, normalise

            # The source is a SELECT that was parsed as exactly one, and runs where it can only read the relations.
            found = over(ctx, f"SELECT * FROM {source} LIMIT 0", relations, values=values)  # noqa: S608
            schema = found.schema
            found.read_all()
            return columns_of(normalise(schema))

        return self._answer(ctx, ("columns", source, _files(relations), _given(values)), ask, len)

    def _answer(self, ctx: Context, asked: Key, ask: Callable[[], T], size: Callable[[T], int]) -> T:
        key = hashlib.sha256(repr(asked).encode("utf-8", "surrogatepass")).digest()  # a statement may be long
        found: T
        if (found := self._looked_up(key)) is not None:
            return found
        with self._turns.turn(ctx.holder):
            if (found := self._looked_up(key)) is not None:  # somebody asked the same meanwhile
                return found
            found = ask()
            if size(found) <= MOST_CELLS:
                self._keep(key, found)
            return found

    def _looked_up(self, key: bytes) -> Any:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: bytes, found: Any) -> None:
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def answers(workbench: Workbench) -> Answers:
    """The answers that an opened home keeps."""
    return workbench.part("dashboards.answers", Answers)


def _given(values: Values) -> Key:
    """Values of parameters; what is equal and of another type, as 1 and True are, is another one."""
    return tuple(sorted((name, type(value).__name__, str(value)) for name, value in values.items()))


def _files(relations: Mapping[str, Relation] | None) -> Key:
    """What a SELECT reads; one of ours names its files itself."""
    return tuple(sorted((name, relation.sql) for name, relation in (relations or {}).items()))
