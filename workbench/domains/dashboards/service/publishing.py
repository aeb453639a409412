"""Publishing: an audience sees one version, with the rights of who published it on what it reads."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.errors import AlreadyExists, NotFound, NotPermitted
from workbench.core.permissions import Level, ShareRight
from workbench.core.visibility import missing
from workbench.domains.access import service as access
from workbench.domains.access.service import Audience
from workbench.domains.dashboards.models import Dashboard, DashboardVersion
from workbench.domains.dashboards.schemas import PublishDashboard
from workbench.domains.pipelines.service.holdings import principal_now
from workbench.domains.store.service import tables

from . import sources
from .documents import SHELF

KIND = Dashboard.__tablename__


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
    version.published_at, version.publisher_id = now(), ctx.principal.user_id
    version.publisher, version.allow_export = ctx.principal.name, request.allow_export
    board.published, board.updated_at = version.number, now()
    audiences = [Audience(role=role) for role in request.roles]
    audiences += [Audience(user=person) for person in request.people]
    audiences += [Audience(group=group) for group in request.groups]
    for audience in audiences:
        _share(ctx, board, audience)
    SHELF.tell(ctx, board, "published", number=version.number)
    return version


def unpublish(ctx: Context, board: Dashboard) -> None:
    """Show a dashboard to nobody but those who see all of them; whom it was shared with is kept."""
    if board.published is not None:
        board.published, board.updated_at = None, now()
        SHELF.tell(ctx, board, "unpublished")


def seen(ctx: Context, board: Dashboard, number: int | None = None) -> DashboardVersion:
    """The version that the caller looks at: the one named, else what is published, else the newest.

    Who sees a dashboard because it was shared with her sees what is published and nothing else.

    Raises:
        NotFound: there is no such version that she may know of.
    """
    with ctx.reading() as db:
        if board.archived_at is not None:
            raise missing(Dashboard, board.name)
        if ctx.level("dashboards:view") is Level.W:
            return SHELF.version_of(db, board, number or board.published)
        if board.published is None or number not in (None, board.published):
            raise missing(Dashboard, board.name)
        return SHELF.version_of(db, board, board.published)


def reader(ctx: Context, board: Dashboard, version: DashboardVersion) -> Context:
    """With whose eyes a version's cards are filled: its publisher's where it is published, else the caller's own.

    The publisher's rights are those of this moment; what she lost, the dashboard lost too.
    """
    if board.published != version.number:
        return ctx
    with ctx.reading() as db:
        publisher = principal_now(db, version.publisher_id, version.publisher or "")
    return replace(ctx, principal=publisher)


def may_export(ctx: Context, board: Dashboard, version: DashboardVersion) -> bool:
    """Whether the caller may take the data of a version out: who sees by a share, only where its publisher allowed."""
    reach = ctx.level("data:export")
    return reach > Level.S or (reach is Level.S and version.allow_export and board.published == version.number)


def check_export(ctx: Context, board: Dashboard, version: DashboardVersion) -> None:
    """Refuse to give the data of a version out.

    Raises:
        NotPermitted: its publisher did not allow it.
    """
    if not may_export(ctx, board, version):
        raise NotPermitted(
            f"Who published {board.name!r} did not allow its data to be taken out.",
            fix="Ask her to publish it again with --allow-export.",
            code="export_not_allowed",
        )


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
        raise NotPermitted(
            f"You cannot publish what you may not do yourself: {', '.join(lacking[:10])}.",
            fix="Leave these cards out, or have somebody publish it who holds these rights.",
            code="publisher_lacks_rights",
        )


def _share(ctx: Context, board: Dashboard, audience: Audience) -> None:
    ctx.demand("shares:grant")
    with suppress(AlreadyExists):
        access.grant(ctx, KIND, str(board.id), ShareRight.VIEW, audience)
