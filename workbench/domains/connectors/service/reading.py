"""Reading through a connector: all rows, those after a value, or those that a consumer has not had yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.core.errors import Invalid, Unavailable
from workbench.core.values import plain
from workbench.domains.connectors import drivers
from workbench.domains.connectors.drivers.base import Cursor, Driver, Reach, Stream
from workbench.domains.connectors.models import Connector
from workbench.domains.connectors.schemas import ReadStream
from workbench.domains.store.service import lineage

from . import cursors
from .settings import refuse_archived, secrets_of

CELL = 2000


def open_driver(ctx: Context, db: Session, connector: Connector) -> Driver:
    """The driver of a connector with its secrets, which need the session only now.

    Raises:
        Conflict: the connector is archived.
        Unavailable: its type is no longer installed.
    """
    refuse_archived(connector)
    try:
        kind = drivers.driver_class(connector.type)
    except Invalid as error:
        raise Unavailable(
            f"Connectors of type {connector.type!r} cannot be used: the package that adds them is not installed.",
            fix="Install it again.",
            code="driver_missing",
        ) from error
    config = kind.config_model.model_validate(connector.config | secrets_of(ctx, db, connector))
    return kind(config, Reach(ctx.workbench.settings.files_roots))


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
        driver = open_driver(ctx, db, connector)
    cursor, done = None, None
    if request.consumer is not None:
        column = cursor_column(driver, connector, request)
        mark = cursors.current(ctx, connector, request.stream, request.consumer, column)
        cursor, done = Cursor(column, mark.value), mark.advance
    elif request.since is not None:
        cursor = Cursor(cursor_column(driver, connector, request), request.since)
    reader = driver.read(request.stream, cursor, request.columns, limit=request.limit, done=done)
    if ctx.run is not None:
        with ctx.writing() as db:
            note_read(ctx, db, connector, request.stream)
    return reader


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
