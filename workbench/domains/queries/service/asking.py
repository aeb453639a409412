"""Asking: a whole answer as a stream, a piece of one for a page, and all of it as CSV."""

# ruff: noqa: S608 - what is put around a SELECT is ours, and the whole runs where it can only read what it may
from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from workbench.core import sheet
from workbench.core.context import Context
from workbench.core.errors import Invalid, NotPermitted, TimedOut
from workbench.core.operations import Download
from workbench.core.permissions import Level
from workbench.core.values import plain
from workbench.domains.access.service import publishing
from workbench.domains.queries.models import Query, QueryVersion
from workbench.domains.queries.schemas import AskQuery, PageOfQuery, PreviewQuery, QueryRows, RowsOfQuery, TakeOut
from workbench.domains.queries.schemas.documents import Document
from workbench.domains.store.drivers.bound import Scalar
from workbench.domains.store.drivers.types import sql_type
from workbench.domains.store.schemas import ColumnView
from workbench.domains.store.service import queries as store

from . import history
from .documents import SHELF, parse, values_of
from .tickets import Ticket, tickets

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.domains.store.drivers.workers import Query as Worker

LONGEST = 2000
Ask = Callable[[str, int | None, "Callable[[Worker], None]"], "pa.RecordBatchReader"]


def rows(ctx: Context, request: RowsOfQuery) -> pa.RecordBatchReader:
    """The rows of a saved query, by the rights that it is read with.

    Raises:
        NotFound: there is no such version that the caller may know of.
        NotPermitted: it is not published and the caller may not ask SQL, or its publisher lost a right.
        Invalid: a value does not fit, or DuckDB refuses the SELECT.
    """
    version, sql, ask = _saved(ctx, request)
    return _streamed(ctx, version, lambda: ask(sql, request.limit, lambda _: None))


def piece(ctx: Context, request: PageOfQuery) -> QueryRows:
    """Some rows of a saved query; raises what `rows` does, and Conflict where the caller ended it."""
    version, sql, ask = _saved(ctx, request)
    with _kept_to_itself(ctx, version):
        return _piece(ctx, sql, ask, request)


def preview(ctx: Context, request: PreviewQuery) -> QueryRows:
    """Some rows of what a document asks, by the caller's own rights.

    Raises:
        Invalid: it is no document, a value does not fit, or DuckDB refuses the SELECT.
        Conflict: the caller ended it.
    """
    document = parse(request.document)
    with history.kept(ctx, document) if request.keep else nullcontext():
        return _piece(ctx, document.sql, _asker(ctx, values_of(document, request.values)), request)


def csv_of(ctx: Context, request: AskQuery) -> Download:
    """All rows of a saved query as CSV, with what a spreadsheet would take for a formula defused."""
    query: Query = ctx.target
    publishing.check_export(ctx, query, publishing.seen(ctx, SHELF, query, request.version))
    version, sql, ask = _saved(ctx, request)
    return _sheet(_streamed(ctx, version, lambda: ask(sql, None, lambda _: None)), query.name)


def csv_of_sql(ctx: Context, request: TakeOut) -> Download:
    """All rows of one SELECT as CSV, by the caller's own rights.

    Raises:
        NotPermitted: the caller may not take data out.
        Invalid: a value does not fit, or DuckDB refuses the SELECT.
    """
    ctx.demand("data:export")
    document = Document(title="query", sql=request.sql, parameters=request.parameters)
    ask = _asker(ctx, values_of(document, request.values))
    return _sheet(ask(request.sql, None, lambda _: None), "query")


def _sheet(reader: pa.RecordBatchReader, name: str) -> Download:
    heading = [sheet.defused(column) for column in reader.schema.names]
    return Download(sheet.chunks(heading, _lines(reader)), sheet.MEDIA_TYPE, f"{name}.csv")


def within(sql: str) -> str:
    """A SELECT as a part of another, in a line of its own, so that no comment at its end takes ours with it."""
    return f"(\n{sql.strip().rstrip(';')}\n)"


def _saved(ctx: Context, request: AskQuery) -> tuple[QueryVersion, str, Ask]:
    query: Query = ctx.target
    version: QueryVersion = publishing.seen(ctx, SHELF, query, request.version)
    document = SHELF.document_of(version)
    eyes = publishing.reader(ctx, query, version)
    check_reads(eyes, version)
    # With another's rights nothing is read but what she was asked for when she lent them.
    only = None if eyes is ctx else version.tables
    return version, document.sql, _asker(eyes, values_of(document, request.values), only)


def check_reads(eyes: Context, version: QueryVersion) -> None:
    """Refuse what somebody may no longer read, without naming it to who looks through her eyes.

    Raises:
        NotPermitted: she may not ask SQL, or not read one of the tables.
    """
    if not eyes.may("queries:run"):
        raise NotPermitted(
            "Only who may run SQL gets the rows of a query that is not published.",
            fix="Ask its owner to publish it.", code="query_not_published",
        ) if version.published_at is None else _lost()  # fmt: skip
    if len(store.readable_among(eyes, version.tables)) < len(version.tables):
        raise _lost()


def _lost() -> NotPermitted:
    return NotPermitted(
        "Whose rights this query is read with may no longer read what it asks.",
        fix="Have somebody publish it again who may.", code="publisher_lost_right",
    )  # fmt: skip


def _asker(eyes: Context, values: Mapping[str, Scalar], only: Collection[str] | None = None) -> Ask:
    return lambda sql, limit, begun: store.run(eyes, sql, limit, values=values, begun=begun, only=only)


@contextmanager
def _kept_to_itself(ctx: Context, version: QueryVersion) -> Iterator[None]:
    """To who sees a query by a share, DuckDB's sentence would tell names and values that nobody showed her."""
    try:
        yield
    except Invalid as error:
        if ctx.level(SHELF.permission) is Level.W or error.code == "bad_values":
            raise
        raise Invalid(
            f"Version {version.number} of this query no longer works.", fix="Tell its owner.", code="query_broken"
        ) from error


def _streamed(ctx: Context, version: QueryVersion, ask: Callable[[], pa.RecordBatchReader]) -> pa.RecordBatchReader:
    """An answer of which also what goes wrong later, while it is sent, is kept to itself."""
    import pyarrow as pa

    with _kept_to_itself(ctx, version):
        reader = ask()

    def batches() -> Iterator[pa.RecordBatch]:
        with _kept_to_itself(ctx, version):
            yield from reader

    return pa.RecordBatchReader.from_batches(reader.schema, batches())


def _piece(ctx: Context, sql: str, ask: Ask, request: PageOfQuery | PreviewQuery) -> QueryRows:
    began, start, limit = time.monotonic(), request.start, request.limit
    with tickets(ctx.workbench).held(ctx, request.ticket) as ticket:
        # The first piece is asked as it was written, so that what is wrong with it is told at its own lines.
        asked = f"SELECT * FROM {within(sql)} LIMIT {limit + 1} OFFSET {start}" if start else sql
        found = ask(asked, limit + 1, ticket.begun).read_all()
        more = found.num_rows > limit
        total = None if more or (start and not found.num_rows) else start + found.num_rows
        if total is None and request.count:
            total = _counted(sql, ask, ticket)
    kept = found.slice(0, limit)
    values = [[plain(value, LONGEST) for value in _values(column)] for column in kept.columns]
    return QueryRows(
        columns=[ColumnView(name=one.name, type=_type(one)) for one in found.schema],
        rows=[list(row) for row in zip(*values, strict=True)], start=start, more=more, total=total,
        seconds=time.monotonic() - began,
    )  # fmt: skip


def _counted(sql: str, ask: Ask, ticket: Ticket) -> int | None:
    """How many rows there are; None where that takes too long, or the SELECT cannot stand within another."""
    try:
        found: Any = ask(f"SELECT count(*) FROM {within(sql)}", None, ticket.begun).read_all()
    except (Invalid, TimedOut):
        if ticket.ended:
            raise
        return None
    return int(found.column(0)[0].as_py())


def _type(field: pa.Field) -> str:
    """What a column is in SQL; by itself, for an answer may have several of one name."""
    import pyarrow as pa

    from workbench.domains.store.drivers.arrow import columns_of, normalise

    try:
        return sql_type(columns_of(normalise(pa.schema([field])))[0]["type"])
    except Invalid:
        return str(field.type)


def _lines(reader: pa.RecordBatchReader) -> Iterator[tuple[Any, ...]]:
    for batch in reader:
        yield from zip(*map(_values, batch.columns), strict=True)


def _values(column: Any) -> list[Any]:
    """The values of a column.

    Raises:
        Invalid: one of them is a date that Python does not have.
    """
    try:
        found: list[Any] = column.to_pylist()
    except (OverflowError, ValueError) as error:
        raise Invalid(
            "The answer has a date that lies beyond the years 1 to 9999.", fix="Cast it to text.",
            code="value_out_of_range",
        ) from error  # fmt: skip
    return found
