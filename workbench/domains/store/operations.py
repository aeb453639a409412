"""The doors to tables and to SQL over them."""

from __future__ import annotations

from typing import Any

from workbench.core.context import Context
from workbench.core.operations import External, operation
from workbench.core.schemas import Gone, Page

from .models import Table
from .schemas import (
    LineageView,
    ListTables,
    ListVersions,
    NameTable,
    PreviewTable,
    PreviewView,
    ProfileTable,
    ProfileView,
    ReadTable,
    RestoreTable,
    ShowLineage,
    StageTable,
    TableDetail,
    TableView,
    UpdateTable,
    VersionView,
    WriteView,
)  # fmt: skip
from .service import queries, tables, views, writing

TARGET = (Table, "name")


@operation("tables.list", "GET /tables", "tables:read", effect="read")
def list_tables(ctx: Context, request: ListTables) -> Page[TableView]:
    """List the workspace's tables, or those that were put away."""
    return views.several(ctx, ctx.db, request)


@operation("tables.show", "GET /tables/{name}", "tables:read", target=TARGET, effect="read", positional=("name",))
def show(ctx: Context, request: NameTable) -> TableDetail:
    """Show a table: its columns, its size and the version that readers see."""
    return views.detailed(ctx, ctx.target)


@operation(
    "tables.update", "PATCH /tables/{name}", "tables:write", target=TARGET, effect="write", versioned=True,
    positional=("name",),
)  # fmt: skip
def update(ctx: Context, request: UpdateTable) -> TableView:
    """Describe a table."""
    writing.refuse_in_run(ctx, "describe")
    ctx.target.description = request.description
    ctx.db.flush()
    return views.one(ctx.target, tables.head_if_any(ctx.db, ctx.target))


@operation(
    "tables.versions", "GET /tables/{name}/versions", "tables:read", target=TARGET, effect="read", positional=("name",)
)
def versions(ctx: Context, request: ListVersions) -> Page[VersionView]:
    """List the versions of a table, the newest first, with who made them."""
    return views.versions(ctx.db, ctx.target, request)


@operation(
    "tables.preview", "GET /tables/{name}/preview", "tables:read", target=TARGET, effect="raw", audited=True,
    positional=("name",),
)  # fmt: skip
def preview(ctx: Context, request: PreviewTable) -> PreviewView:
    """Show some rows of a table."""
    return views.preview(ctx, request)


@operation(
    "tables.profile", "GET /tables/{name}/profile", "tables:read", target=TARGET, effect="raw", positional=("name",)
)
def profile(ctx: Context, request: ProfileTable) -> ProfileView:
    """Show figures about each column of a table: extremes, mean, distinct values, nulls."""
    return views.profile(ctx, request)


@operation(
    "tables.lineage", "GET /tables/{name}/lineage", "tables:read", target=TARGET, effect="read", positional=("name",)
)
def lineage(ctx: Context, request: ShowLineage) -> LineageView:
    """Show where a table comes from and what is made of it, by which runs."""
    return views.flow(ctx, ctx.db, ctx.target, request)


@operation(
    "tables.read", "GET /tables/{name}/data", "tables:read", effect="raw", gives="arrow", audited=True,
    positional=("name",),
)  # fmt: skip
def read(ctx: Context, request: ReadTable) -> Any:
    """Read the rows of a table, all or some, as it is or as it was, as an Arrow stream."""
    return queries.read(ctx, request)


@operation(
    "tables.stage", "POST /tables/{name}/data", "tables:write", effect="raw", takes="arrow", positional=("name",)
)
def stage(ctx: Context, request: StageTable, body: Any) -> WriteView:
    """Append rows to a table, replace its rows, or merge them on a key; a run's writes are seen when it succeeds."""
    return writing.write(ctx, request, body)


@operation(
    "tables.restore", "POST /tables/{name}/restore", "tables:restore", target=TARGET, effect="external",
    positional=("name",),
)  # fmt: skip
def restore(ctx: Context, request: RestoreTable) -> External[TableView]:
    """Bring an earlier version of a table back, as a new version."""
    return writing.restore(ctx, request)


@operation(
    "tables.delete", "DELETE /tables/{name}", "tables:delete", target=TARGET, effect="write", versioned=True,
    positional=("name",),
)  # fmt: skip
def delete(ctx: Context, request: NameTable) -> Gone:
    """Put a table away; its versions are kept, and `tables unarchive` with its id brings it back."""
    writing.refuse_in_run(ctx, "put away")
    return Gone(id=str(tables.archive(ctx.db, ctx.target).id))


@operation(
    "tables.unarchive", "POST /tables/{name}/unarchive", "tables:delete", target=TARGET, effect="write",
    positional=("name",),
)  # fmt: skip
def unarchive(ctx: Context, request: NameTable) -> TableView:
    """Bring a table back that was put away; name it by its id."""
    writing.refuse_in_run(ctx, "bring back")
    table = tables.unarchive(ctx.db, ctx.target)
    return views.one(table, tables.head_if_any(ctx.db, table))
