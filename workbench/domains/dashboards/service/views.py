"""What callers hear of dashboards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from workbench.core.context import Context
from workbench.core.paging import paginate
from workbench.core.permissions import PERMISSIONS, Level
from workbench.core.schemas import Page
from workbench.core.visibility import may, visible
from workbench.domains.access.service.publishing import may_export, reader, shown_to
from workbench.domains.dashboards.models import Dashboard, DashboardVersion
from workbench.domains.dashboards.schemas import (
    BoardVersionDetail,
    BoardVersionView,
    DashboardItem,
    DashboardView,
    ListDashboards,
    ListVersions,
    ShownDashboard,
)
from workbench.domains.queries.service.lending import stamps
from workbench.domains.store.service.freshness import standing

from . import pages, publishing, sources
from .documents import SHELF

_OWN = tuple(name for name in BoardVersionView.model_fields if name != "dashboard")


def several(ctx: Context, request: ListDashboards) -> Page[DashboardItem]:
    """A page of the dashboards that the caller sees; those that every workspace has stand first."""
    rows = listed(ctx, archived=request.archived)
    found: Page[DashboardItem] = paginate(
        ctx.db, rows, request, view=_item, key=Dashboard.id,
        sort={"title": Dashboard.title, "name": Dashboard.name, "created_at": Dashboard.created_at,
              "updated_at": Dashboard.updated_at},
        default="title", search=(Dashboard.name, Dashboard.title),
    )  # fmt: skip
    built_in = [] if request.cursor or request.archived else pages.matching(request)
    return Page[DashboardItem](items=[*built_in, *found.items], next=found.next)


def listed(ctx: Context, *, archived: bool = False) -> Select[Any]:
    """The dashboards that the caller sees, in use or put away; who sees what was shared sees what was published."""
    rows: Select[Any] = visible(ctx, Dashboard, permission=PERMISSIONS["dashboards:view"])
    if ctx.level("dashboards:view") is not Level.W:
        rows = rows.where(Dashboard.published.is_not(None))
    return rows.where(Dashboard.archived_at.is_not(None) if archived else Dashboard.archived_at.is_(None))


def one(board: Dashboard) -> DashboardView:
    """A dashboard."""
    return DashboardView.of(board)


def shown(ctx: Context, board: Dashboard, number: int | None = None) -> ShownDashboard:
    """A dashboard with the document that the caller looks at, and what she may do with it; SQL to who sees all."""
    version = publishing.seen(ctx, board, number)
    document, inside = SHELF.document_of(version), ctx.level("dashboards:view") is Level.W
    edits = may(ctx, board, "dashboards:write")
    return ShownDashboard(
        **one(board).model_dump(), number=version.number, document=document if inside else document.untold(),
        stamp=_stamp(reader(ctx, board, version), version.tables, sources.queries_of(document)),
        audience=shown_to(ctx, SHELF, board) if edits else [], may_edit=edits,
        may_share=may(ctx, board, "shares:grant"), may_export=may_export(ctx, board, version),
    )  # fmt: skip


def versions(ctx: Context, board: Dashboard, request: ListVersions) -> Page[BoardVersionView]:
    """The versions of a dashboard, the newest first."""
    return SHELF.versions(ctx.db, board, request, lambda row: BoardVersionView(dashboard=board.name, **_fields(row)))


def version(board: Dashboard, row: DashboardVersion) -> BoardVersionDetail:
    """A version with its document."""
    return BoardVersionDetail(dashboard=board.name, document=SHELF.document_of(row), **_fields(row))


def _stamp(ctx: Context, names: list[str], asked: list[str]) -> str:
    """The versions of some tables and queries; who sees a dashboard may know that what it shows has changed."""
    return ".".join([standing(ctx, names).stamp, *(stamps(ctx, asked) if asked else [])])


def _item(board: Dashboard) -> DashboardItem:
    return DashboardItem(
        id=board.name, object_id=board.id, title=board.title, description=board.description, page=board.page,
        published=board.published, updated_at=board.updated_at,
    )  # fmt: skip


def _fields(row: DashboardVersion) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _OWN}
