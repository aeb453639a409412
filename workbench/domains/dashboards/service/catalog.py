"""Dashboards and their versions: made, saved, restored, put away."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.core import events
from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.db import unique
from workbench.core.errors import AlreadyExists, Conflict, Invalid, NotFound, StaleVersion
from workbench.core.ids import new_id
from workbench.domains.dashboards.models import Dashboard, DashboardVersion
from workbench.domains.dashboards.schemas.documents import Document

from . import documents

RESERVED = frozenset({"home", "series", "preview"})


def create(
    ctx: Context, name: str | None, document: Document, tables: list[str], message: str
) -> tuple[Dashboard, DashboardVersion]:
    """Make a dashboard with its first version.

    Raises:
        Invalid: the name stands for something else in addresses.
        AlreadyExists: the workspace has a dashboard of that name.
    """
    if (name or slug(document.title)) in RESERVED:
        raise Invalid(f"No dashboard can be called {', '.join(sorted(RESERVED))}.", fix="Pass another name.")
    board = Dashboard(
        id=new_id(), workspace_id=ctx.workspace_id, name=name or slug(document.title), owner_id=ctx.principal.user_id,
        updated_at=now(),
    )  # fmt: skip
    taken = AlreadyExists(
        f"There is a dashboard {board.name!r} already.",
        fix=f"Choose another name, or save a version of it with `workbench dashboards save {board.name}`.",
    )
    with unique(ctx.db, taken):
        ctx.db.add(board)
    return board, append(ctx, board, document, tables, message)


def append(
    ctx: Context, board: Dashboard, document: Document, tables: list[str], message: str, restores: int | None = None
) -> DashboardVersion:
    """Add a version, unless the newest one is the same.

    Raises:
        Conflict: the dashboard is archived.
    """
    require_active(board)
    kept = documents.kept(document)
    if board.current and (latest := version_of(ctx.db, board)).document == kept:
        return latest
    board.current += 1
    board.title, board.description, board.updated_at = document.title, document.description, now()
    version = DashboardVersion(
        workspace_id=ctx.workspace_id, dashboard_id=board.id, number=board.current, document=kept, tables=tables,
        author_id=ctx.principal.user_id, author=ctx.principal.name, message=message, restores=restores,
        allow_export=False,
    )  # fmt: skip
    ctx.db.add(version)
    ctx.db.flush()
    tell(ctx, board, "dashboard.saved", number=version.number)
    return version


def restore(ctx: Context, board: Dashboard, number: int, message: str) -> DashboardVersion:
    """Make an earlier version's document the newest one, as a new version.

    Raises:
        NotFound: there is no such version.
        Conflict: the dashboard is archived.
    """
    old = version_of(ctx.db, board, number)
    said = message or f"Version {number}, restored"
    return append(ctx, board, document_of(old), old.tables, said, restores=number)


def unchanged(db: Session, board_id: UUID, etag: int) -> Dashboard:
    """A dashboard that is still as it was looked at, and stays so until the end of the transaction.

    Raises:
        StaleVersion: somebody else changed it.
    """
    board = db.scalars(select(Dashboard).where(Dashboard.id == board_id).with_for_update()).one()
    if board.etag != etag:
        raise StaleVersion(f"It is at version {board.etag} now.", fix="Read it again, then repeat your change.")
    return board


def archive(ctx: Context, board: Dashboard) -> None:
    """Put a dashboard away: nobody sees it any more, and it keeps its name and versions."""
    if board.archived_at is None:
        board.archived_at = board.updated_at = now()
        tell(ctx, board, "dashboard.archived")


def unarchive(ctx: Context, board: Dashboard) -> None:
    """Bring an archived dashboard back."""
    if board.archived_at is not None:
        board.archived_at, board.updated_at = None, now()
        tell(ctx, board, "dashboard.unarchived")


def version_of(db: Session, board: Dashboard, number: int | None = None) -> DashboardVersion:
    """A version of a dashboard, the newest when `number` is None.

    Raises:
        NotFound: it has no such version.
    """
    wanted = board.current if number is None else number
    is_it = (DashboardVersion.dashboard_id == board.id, DashboardVersion.number == wanted)
    found = db.scalars(select(DashboardVersion).where(*is_it)).one_or_none()
    if found is None:
        raise NotFound(
            f"The dashboard {board.name!r} has no version {wanted}; the newest is {board.current}.",
            fix=f"See `workbench dashboards versions {board.name}`.",
            code="dashboard_version_not_found",
        )
    return found


def document_of(version: DashboardVersion) -> Document:
    """The document of a version."""
    return Document.model_validate(version.document)


def require_active(board: Dashboard) -> None:
    """Refuse what an archived dashboard does not take.

    Raises:
        Conflict: the dashboard is archived.
    """
    if board.archived_at is not None:
        raise Conflict(
            f"The dashboard {board.name!r} is archived.",
            fix=f"Bring it back with `workbench dashboards unarchive {board.name}`.",
            code="dashboard_archived",
        )


def slug(title: str) -> str:
    """A name for the address made of a title."""
    found = re.sub(r"[^a-z0-9_]+", "_", title.lower()).strip("_")[:63] or "dashboard"
    return found if not found[0].isdigit() else f"_{found}"[:63]


def tell(ctx: Context, board: Dashboard, what: str, permission: str = "dashboards:view", **more: Any) -> None:
    """Have those who may hear of it told what happened to a dashboard."""
    events.emit(
        ctx.db, what, workspace_id=ctx.workspace_id, object_id=board.id, permission=permission,
        owner_id=board.owner_id, data={"name": board.name, "title": board.title, **more},
    )  # fmt: skip
