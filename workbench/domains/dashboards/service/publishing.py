"""Publishing dashboards: an audience sees one version, with the rights of who published it on what it reads."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.errors import NotFound
from workbench.domains.access.service import publishing
from workbench.domains.dashboards.models import Dashboard, DashboardVersion
from workbench.domains.dashboards.schemas import PublishDashboard
from workbench.domains.store.service import tables

from . import sources
from .documents import SHELF


def publish(ctx: Context, board: Dashboard, request: PublishDashboard) -> DashboardVersion:
    """Show a version to those who see the dashboard, and let the roles, people and groups that are named see it too.

    Raises:
        NotFound: there is no such version, or the workspace has no such member or group.
        NotPermitted: the publisher may not read all that it reads, or may not share.
        Conflict: the dashboard is archived.
    """
    SHELF.require_active(board)
    version = SHELF.version_of(ctx.db, board, request.version)
    _check_holds(ctx, version)
    to = publishing.audiences(request.roles, request.people, request.groups)
    publishing.show(ctx, SHELF, board, version, to, allow_export=request.allow_export)
    return version


def unpublish(ctx: Context, board: Dashboard) -> None:
    """Show a dashboard to nobody but those who see all of them; whom it was shared with is kept."""
    publishing.hide(ctx, SHELF, board)


def seen(ctx: Context, board: Dashboard, number: int | None = None) -> DashboardVersion:
    """The version that the caller looks at: the one named, else what is published, else the newest.

    Raises:
        NotFound: there is no such version that she may know of.
    """
    found: DashboardVersion = publishing.seen(ctx, SHELF, board, number)
    return found


def _check_holds(ctx: Context, version: DashboardVersion) -> None:
    lacking = []
    for name in version.tables:
        try:
            tables.readable(ctx, ctx.db, name)
        except NotFound:
            lacking.append(f"reading {name}")
    if sources.asks_sql(SHELF.document_of(version)) and not ctx.may("queries:run"):
        lacking.append("asking SQL")
    if lacking:
        raise publishing.lacking(lacking)
