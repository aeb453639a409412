"""The doors to connectors."""

from __future__ import annotations

from typing import Any

from workbench.core.context import Context
from workbench.core.operations import External, operation
from workbench.core.paging import paginate
from workbench.core.schemas import Gone, Page
from workbench.core.visibility import visible

from . import drivers, service
from . import schemas as s
from .models import Connector


@operation("connectors.types", "GET /connector-types", "connectors:list", effect="read")
def list_types(ctx: Context, request: s.ListTypes) -> s.TypeList:
    """List the types of connectors and what settings each wants."""
    return s.TypeList(
        items=[
            s.TypeView(
                name=driver.kind,
                title=driver.title,
                description=driver.description,
                config_schema=driver.config_model.model_json_schema(),
            )
            for driver in drivers.available()
        ]
    )


@operation("connectors.list", "GET /connectors", "connectors:list", effect="read")
def list_connectors(ctx: Context, request: s.ListConnectors) -> Page[s.ConnectorItem]:
    """List connectors by name and type."""
    query = visible(ctx, Connector).where(Connector.archived_at.is_(None))
    if request.broken:
        query = query.where(Connector.test_problem.is_not(None))
    sort = {"name": Connector.name, "created_at": Connector.created_at}
    return paginate(
        ctx.db, query, request, view=s.ConnectorItem.of, key=Connector.id, sort=sort, default="name",
        search=(Connector.name,),
    )  # fmt: skip


@operation("connectors.create", "POST /connectors", "connectors:write", effect="write", status=201)
def create(ctx: Context, request: s.CreateConnector) -> s.ConnectorView:
    """Create a connector; secrets in its config are encrypted and never shown again."""
    return _view(ctx, service.create(ctx, request))


@operation("connectors.show", "GET /connectors/{id}", "connectors:read", target=(Connector, "id"), effect="read")
def show(ctx: Context, request: s.ShowConnector) -> s.ConnectorView:
    """Show a connector without its secrets."""
    return _view(ctx, ctx.target)


@operation(
    "connectors.update", "PATCH /connectors/{id}", "connectors:write",
    target=(Connector, "id"), effect="write", versioned=True,
)  # fmt: skip
def update(ctx: Context, request: s.UpdateConnector) -> s.ConnectorView:
    """Change a connector; secrets that are not mentioned stay."""
    return _view(ctx, service.update(ctx, ctx.target, request))


@operation("connectors.delete", "DELETE /connectors/{id}", "connectors:write", target=(Connector, "id"), effect="write")
def delete(ctx: Context, request: s.ShowConnector) -> Gone:
    """Put a connector away and forget its secrets."""
    service.archive(ctx, ctx.target)
    return Gone(id=str(ctx.target.id))


@operation(
    "connectors.test", "POST /connectors/{id}/test", "connectors:test", target=(Connector, "id"), effect="external"
)
def test(ctx: Context, request: s.ShowConnector) -> External[s.TestReport]:
    """Try whether a connector answers."""
    opening, id_ = service.prepare(ctx, ctx.db, ctx.target), ctx.target.id
    return External(
        lambda: s.TestReport.of(opening.attempt(lambda driver: driver.test())),
        lambda storing, report: service.note_test(storing, id_, report),
    )


@operation(
    "connectors.introspect", "POST /connectors/{id}/introspect", "connectors:introspect",
    target=(Connector, "id"), effect="external",
)  # fmt: skip
def introspect(ctx: Context, request: s.ShowConnector) -> External[s.StreamList]:
    """See what a connector offers: its streams and their columns."""
    opening = service.prepare(ctx, ctx.db, ctx.target)
    return External(
        lambda: s.StreamList(items=[s.StreamView.of(stream) for stream in opening.attempt(service.streams)])
    )


@operation(
    "connectors.preview", "POST /connectors/{id}/preview", "connectors:read_data",
    target=(Connector, "id"), effect="external",
)  # fmt: skip
def preview(ctx: Context, request: s.PreviewStream) -> External[s.PreviewView]:
    """See the first rows of a stream."""
    service.note_read(ctx, ctx.db, ctx.target, request.stream)
    opening = service.prepare(ctx, ctx.db, ctx.target)

    def look() -> s.PreviewView:
        stream, rows = opening.attempt(lambda driver: service.preview(driver, request.stream, request.limit))
        return s.PreviewView(columns=[s.ColumnView.of(column) for column in stream.columns], rows=rows)

    return External(look)


@operation(
    "connectors.read_data", "GET /connectors/{id}/data", "connectors:read_data",
    target=(Connector, "id"), effect="raw", gives="arrow",
)  # fmt: skip
def read_data(ctx: Context, request: s.ReadStream) -> Any:
    """Read the rows of a stream as an Arrow stream."""
    return service.read(ctx, ctx.target, request)


@operation(
    "connectors.cursors", "GET /connectors/{id}/cursors", "connectors:read", target=(Connector, "id"), effect="read"
)
def list_cursors(ctx: Context, request: s.ListCursors) -> s.CursorList:
    """See how far consumers have read a connector's streams."""
    return s.CursorList(items=[s.CursorView.of(row) for row in service.cursors_of(ctx.db, ctx.target)])


@operation(
    "connectors.forget_cursor", "DELETE /connectors/{id}/cursors", "connectors:write",
    target=(Connector, "id"), effect="write",
)  # fmt: skip
def forget_cursor(ctx: Context, request: s.ForgetCursor) -> Gone:
    """Forget how far a consumer has read a stream, so that it begins anew."""
    service.forget_cursor(ctx.db, ctx.target, request.stream, request.consumer)
    return Gone(id=f"{request.stream}/{request.consumer}")


def _view(ctx: Context, connector: Connector) -> s.ConnectorView:
    fields = {name: getattr(connector, name) for name in s.ConnectorView.model_fields}
    return s.ConnectorView(**(fields | {"config": service.shown(ctx, connector)}))
