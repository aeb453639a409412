"""Reading through a connector: all rows, those after a value, or those that a consumer has not had yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.core.errors import Invalid
from workbench.core.values import plain
from workbench.domains.connectors.drivers.base import Cursor, Driver, Stream
from workbench.domains.connectors.models import Connector
from workbench.domains.connectors.schemas import ReadStream
from workbench.domains.store.service import lineage

from . import cursors
from .opening import prepare

CELL = 2000


def streams(driver: Driver) -> list[Stream]:
    """What a connector offers."""
    with driver.guarded():
        return driver.introspect()


def preview(driver: Driver, stream: str, limit: int) -> tuple[Stream, list[dict[str, Any]]]:
    """The first rows of a stream as JSON can say them, long texts cut."""
    table = driver.preview(stream, limit)
    rows = [{name: plain(value, CELL) for name, value in row.items()} for row in table.to_pylist()]
    return Stream(stream, table.schema), rows


def read(ctx: Context, connector: Connector, request: ReadStream) -> Any:
    """The rows of a stream as a pyarrow.RecordBatchReader; a run remembers that it read them.

    Raises:
        NotPermitted: the run's version does not declare the stream.
        NotFound: there is no such stream.
        Invalid: the stream has no cursor column, or no such columns.
    """
    _check_declared(ctx, connector, request.stream)
    with ctx.reading() as db:
        opening = prepare(ctx, db, connector)
    reader = opening.attempt(lambda driver: _reader(ctx, driver, connector, request))
    if ctx.run is not None:
        with ctx.writing() as db:
            note_read(ctx, db, connector, request.stream)
    return reader


def _reader(ctx: Context, driver: Driver, connector: Connector, request: ReadStream) -> Any:
    cursor, done = None, None
    if request.consumer is not None:
        column = cursor_column(driver, connector, request)
        mark = cursors.current(ctx, connector, request.stream, request.consumer, column)
        cursor, done = Cursor(column, mark.value), mark.advance
    elif request.since is not None:
        cursor = Cursor(cursor_column(driver, connector, request), request.since)
    return driver.read(request.stream, cursor, request.columns, limit=request.limit, done=done)


def note_read(ctx: Context, db: Session, connector: Connector, stream: str) -> None:
    """Have a run remember that it reads a stream; elsewhere nothing is written down.

    Raises:
        NotPermitted: the run's version does not declare the stream.
    """
    _check_declared(ctx, connector, stream)
    if ctx.run is not None:
        lineage.note_source(db, ctx.run.commit_id, connector.name, stream)


def cursor_column(driver: Driver, connector: Connector, request: ReadStream) -> str:
    """The column by which a stream is read incrementally: the one asked for, else the one that the settings name.

    Raises:
        Invalid: nobody said which.
    """
    column = request.cursor or driver.config.cursors.get(request.stream)
    if column is not None:
        return column
    with driver.guarded():
        stream = driver.open(request.stream, limit=1).stream
    if stream.cursor is not None:
        return stream.cursor
    times = [item.name for item in stream.columns if item.type.startswith(("timestamp", "date"))]
    likely = times or [item.name for item in stream.columns if item.type.startswith("int")]
    raise Invalid(
        f"{connector.name}.{request.stream} has no cursor column, so it cannot be read since a value.",
        fix=f'Say `cursor`, or set "cursors": {{"{request.stream}": "…"}} in the connector\'s config'
        + (f"; {', '.join(likely[:5])} may be one." if likely else "."),
        code="no_cursor",
    )


def _check_declared(ctx: Context, connector: Connector, stream: str) -> None:
    ctx.check_declared("reads", f"{connector.name}.{stream}")
