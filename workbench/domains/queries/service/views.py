"""What callers hear of saved queries."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Text, cast, false, select

from workbench.core.clock import late, now
from workbench.core.context import Context
from workbench.core.paging import paginate
from workbench.core.permissions import PERMISSIONS, Level
from workbench.core.schemas import Page
from workbench.core.visibility import may, visible
from workbench.domains.access.service import publishing
from workbench.domains.queries.models import Query, QueryVersion
from workbench.domains.queries.schemas import (
    ListQueries,
    ListVersions,
    QueryVersionDetail,
    QueryVersionView,
    QueryView,
    ShownQuery,
)
from workbench.domains.store.service.freshness import standing

from .documents import SHELF

_OWN = tuple(name for name in QueryVersionView.model_fields if name != "query")


def several(ctx: Context, request: ListQueries) -> Page[QueryView]:
    """A page of the queries that the caller sees."""
    rows = listed(ctx, archived=request.archived)
    if request.table is not None:
        rows = _reading(ctx, rows, request.table)
    return paginate(
        ctx.db, rows, request, view=QueryView.of, key=Query.id,
        sort={"title": Query.title, "name": Query.name, "created_at": Query.created_at,
              "updated_at": Query.updated_at},
        default="title", search=(Query.name, Query.title, Query.description),
    )  # fmt: skip


def listed(ctx: Context, *, archived: bool = False) -> Select[Any]:
    """The queries that the caller sees, in use or put away; who sees what was shared sees what was published."""
    rows: Select[Any] = visible(ctx, Query, permission=PERMISSIONS[SHELF.permission])
    if ctx.level(SHELF.permission) is not Level.W:
        rows = rows.where(Query.published.is_not(None))
    return rows.where(Query.archived_at.is_not(None) if archived else Query.archived_at.is_(None))


def shown(ctx: Context, query: Query) -> ShownQuery:
    """A query as the caller looks at it, and what she may do with it; its SQL only to who sees all of them."""
    version = publishing.seen(ctx, SHELF, query)
    document, inside = SHELF.document_of(version), ctx.level(SHELF.permission) is Level.W
    asks, edits = query.published == version.number or ctx.may("queries:run"), may(ctx, query, "queries:write")
    stands = standing(publishing.reader(ctx, query, version), version.tables if asks else [])
    return ShownQuery(
        **QueryView.of(query).model_dump(), number=version.number, sql=document.sql if inside else None,
        parameters=document.parameters, chart=document.chart, tables=version.tables if inside else [],
        stamp=stands.stamp, at=now(), as_of=stands.as_of, run_id=stands.run_id,
        late=late(stands.as_of, document.late_after),
        audience=publishing.shown_to(ctx, SHELF, query) if edits else [],
        may_ask=asks, may_edit=edits, may_share=may(ctx, query, "shares:grant"),
        may_export=asks and publishing.may_export(ctx, query, version),
    )  # fmt: skip


def versions(ctx: Context, query: Query, request: ListVersions) -> Page[QueryVersionView]:
    """The versions of a query, the newest first."""
    return SHELF.versions(ctx.db, query, request, lambda row: QueryVersionView(query=query.name, **_fields(row)))


def version(query: Query, row: QueryVersion) -> QueryVersionDetail:
    """A version with its document."""
    return QueryVersionDetail(query=query.name, document=SHELF.document_of(row), **_fields(row))


def _reading(ctx: Context, rows: Select[Any], table: str) -> Select[Any]:
    """Those whose newest version reads a table; who sees by a share does not hear what any of them reads."""
    held = cast(QueryVersion.tables, Text).contains(f'"{table}"', autoescape=True)
    newest = (QueryVersion.query_id == Query.id, QueryVersion.number == Query.current)
    inside = ctx.level(SHELF.permission) is Level.W
    return rows.where(select(QueryVersion.id).where(*newest, held).exists() if inside else false())


def _fields(row: QueryVersion) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _OWN}
