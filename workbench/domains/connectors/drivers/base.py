"""The port that every driver implements, and the small things it speaks of."""

from __future__ import annotations

import logging
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from workbench.core.errors import NotFound, Unavailable, WorkbenchError
from workbench.core.guessing import hint
from workbench.core.secrets import mask

from .reach import Reach

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger(__name__)
BATCH_ROWS = 65_536
PREVIEW_ROWS = 100
OFFERED = 8
HIDDEN = "***"
REFUSED = "wrong_credentials"  # the code of the error by which every driver says so


def secret(title: str, description: str = "", **more: Any) -> Any:
    """A field of a config whose value goes to the vault and is never shown; annotate it `SecretStr | None`.

    Secrets stand at the top level of a config, so that each has a name of its own in the vault.
    """
    marks: dict[str, Any] = {"x-secret": True, "writeOnly": True, "format": "password"}
    return Field(default=None, title=title, description=description, json_schema_extra=marks, **more)


class DriverConfig(BaseModel):
    """Settings of a connector; the JSON Schema of a subclass draws its form."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    address: ClassVar[tuple[str, ...]] = ()
    """The fields that say where secrets are sent; who changes one must give the secrets again."""

    cursors: dict[str, str] = Field(
        default_factory=dict,
        title="Cursor columns",
        description="For each stream, the column that grows with new or changed rows; incremental reads go by it.",
        examples=[{"flights": "time_hour"}],
    )

    @classmethod
    def secret_fields(cls) -> tuple[str, ...]:
        """The names of the fields that are secrets."""
        return tuple(
            name
            for name, info in cls.model_fields.items()
            if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("x-secret")
        )

    def secrets(self) -> list[str]:
        """The values of the secrets that are set."""
        values = (getattr(self, name) for name in self.secret_fields())
        return [v.get_secret_value() if isinstance(v, SecretStr) else str(v) for v in values if v]


@dataclass(frozen=True)
class Column:
    """A column of a stream; `type` is the name of an Arrow type."""

    name: str
    type: str
    nullable: bool = True


@dataclass(frozen=True)
class Stream:
    """What a connector offers under one name.

    `schema` is None where `problem` says why it cannot be known. `rows` is an estimate, None where it would be dear.
    The columns of `hidden` are read only when asked for by name; they may serve as cursors.
    """

    name: str
    schema: pa.Schema | None
    primary_key: tuple[str, ...] = ()
    rows: int | None = None
    cursor: str | None = None
    hidden: pa.Schema | None = None
    problem: str | None = None

    @property
    def columns(self) -> list[Column]:
        return [Column(item.name, str(item.type), item.nullable) for item in self.schema or ()]


@dataclass(frozen=True)
class Report:
    """The outcome of a test; a failed one says in words what is wrong (`problem`) and how to mend it (`fix`)."""

    ok: bool
    latency_ms: float
    server_version: str | None = None
    streams: int | None = None
    problem: str | None = None
    fix: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class Cursor:
    """Asks for rows whose `column` is strictly greater than `after`; for all rows when `after` is None."""

    column: str
    after: Any = None


@dataclass(frozen=True)
class Wanted:
    """What is asked of a source: columns in order, and what it may leave out itself if that saves work.

    Honouring `cursor` and `limit` is optional, for `Driver.read` applies both exactly; too many rows are never wrong,
    one too few is. `cursor.after` is a pyarrow scalar of the column's type.
    """

    columns: Sequence[str]
    cursor: Cursor | None = None
    limit: int | None = None
    batch_rows: int = BATCH_ROWS


class Source(ABC):
    """A stream that has been looked up and can be read once; resources are taken when reading begins."""

    stream: Stream

    @abstractmethod
    def batches(self, wanted: Wanted) -> Iterator[pa.RecordBatch]:
        """The batches of the wanted columns, with the types of the stream's schema."""


class Driver(ABC):
    """Speaks to sources of one type. All its errors are WorkbenchErrors, free of secrets."""

    kind: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str] = ""
    config_model: ClassVar[type[DriverConfig]]

    def __init__(self, config: Any, reach: Reach | None = None) -> None:
        self.config = config
        self.reach = reach or Reach()

    @abstractmethod
    def names(self) -> list[str]:
        """The names of the streams, sorted.

        Raises:
            Unavailable: the source does not answer.
            Invalid: the settings are wrong.
        """

    @abstractmethod
    def open(self, stream: str, *, cursor: Cursor | None = None, limit: int | None = None) -> Source:
        """Look a stream up; `cursor` and `limit` are hints for sources that must fetch to know their columns.

        Raises:
            NotFound: there is no such stream.
        """

    def version(self) -> str | None:
        """The version of the server or format, where there is one."""
        return None

    def test(self) -> Report:
        """Try whether the source answers; a failure is a report, not an exception."""
        started = time.perf_counter()
        try:
            with self.guarded():
                version, names = self.version(), self.names()
        except WorkbenchError as error:
            return Report(False, _milliseconds(started), problem=error.detail, fix=error.fix, code=error.code)
        return Report(True, _milliseconds(started), server_version=version, streams=len(names))

    def introspect(self) -> list[Stream]:
        """The streams with their columns; one that cannot be read says why instead of hiding the others."""
        found = []
        for name in self.names():
            try:
                with self.guarded():
                    found.append(self.open(name, limit=PREVIEW_ROWS).stream)
            except WorkbenchError as error:
                found.append(Stream(name, None, problem=str(error)))
        return found

    def preview(self, stream: str, limit: int = PREVIEW_ROWS) -> pa.Table:
        """The first rows of a stream, as a pyarrow.Table."""
        return self.read(stream, limit=limit).read_all()

    def read(
        self,
        stream: str,
        cursor: Cursor | None = None,
        columns: Sequence[str] | None = None,
        *,
        limit: int | None = None,
        batch_rows: int = BATCH_ROWS,
        done: Callable[[Any], None] | None = None,
    ) -> pa.RecordBatchReader:
        """Stream rows as Arrow batches, with bounded memory.

        With a cursor only rows are given whose cursor column is strictly greater than `cursor.after`: never NULL or
        NaN ones, and never ones that tie with it. Without an `after` all rows are given, NULLs included. After the
        last batch was taken `done` is called with the new mark: the greatest value seen, else `cursor.after`.

        Raises:
            NotFound: there is no such stream.
            Invalid: an unknown column, or a cursor that cannot be one; also while reading, where data break their type.
            Unavailable: the source does not answer; also while reading.
        """
        from .reading import stream_batches

        with self.guarded():
            source = self.open(stream, cursor=cursor, limit=limit)
            return stream_batches(source, Wanted(columns or (), cursor, limit, batch_rows), columns, done, self.guarded)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let only WorkbenchErrors out, and no secret in them, whatever a driver or its libraries raise within."""
        try:
            yield
        except WorkbenchError as error:
            error.detail, error.fix = self.scrub(error.detail), self.scrub(error.fix)
            error.params = {name: self.scrub(v) if isinstance(v, str) else v for name, v in error.params.items()}
            error.errors = [{name: self.scrub(text) for name, text in item.items()} for item in error.errors]
            error.args = (error.detail,)
            error.__cause__ = error.__context__ = None
            raise
        except Exception as error:  # noqa: BLE001  a driver may be a stranger's
            # The stack tells where; what the exception says may hold anything.
            log.error("the driver %s failed:\n%s", self.kind, "".join(traceback.format_tb(error.__traceback__)))
            said = self.scrub(str(error)).strip()[:200]
            raise Unavailable(
                f"The driver {self.kind} failed: {type(error).__name__} {said}",
                fix="Look for its stack in the log and report it to whoever wrote the driver.",
                code="driver_failed",
            ) from None

    def scrub(self, text: str) -> str:
        """`text` without this connector's secrets."""
        for value in sorted(self.config.secrets(), key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return mask(text)


def no_such_stream(name: str, known: Iterable[str]) -> NotFound:
    """The answer to a stream that is not there, with the names that are."""
    names = sorted(known)
    more = " and more" if len(names) > OFFERED else ""
    there = f"It has {', '.join(names[:OFFERED])}{more}." if names else "It is empty."
    return NotFound(
        f"This connector has no stream {name!r}.",
        fix=hint(name, names, otherwise=there),
        code="stream_not_found",
    )


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
