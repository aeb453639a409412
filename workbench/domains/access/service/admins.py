"""No workspace loses its last admin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.core.errors import Conflict
from workbench.core.permissions import Role
from workbench.domains.access.models import User, Workspace

from .roles import held_roles


@contextmanager
def keeping_an_admin(ctx: Context, workspace_id: UUID | None = None) -> Iterator[None]:
    """Refuse what is done within where it takes the last admin from the workspace, or from any where none is named.

    Whoever else would do so there waits until this call is over: each of two would see the other's admin stay.

    Raises:
        Conflict: nobody who can sign in would be an admin, by her own role or a group's.
    """
    lock(ctx.db, workspace_id)
    before = _with_an_admin(ctx, workspace_id)
    yield
    ctx.db.flush()
    lost = before - _with_an_admin(ctx, workspace_id)
    if lost:
        names = ", ".join(sorted(lost))
        raise Conflict(
            f"This would leave the workspace {names} without an admin.",
            fix="Make somebody else an admin there first: `workbench members assign-role NAME admin`.",
            code="last_admin",
        )


def lock(db: Session, workspace_id: UUID | None = None) -> None:
    """Wait for others who change who has which role in a workspace, or in any; rows that refer to it do not wait."""
    rows = select(Workspace.id).order_by(Workspace.id).with_for_update(key_share=True)
    db.execute(rows if workspace_id is None else rows.where(Workspace.id == workspace_id))


def _with_an_admin(ctx: Context, workspace_id: UUID | None) -> set[str]:
    held = held_roles()
    found = select(Workspace.name).join(held, held.c.workspace_id == Workspace.id).join(User, held.c.user_id == User.id)
    found = found.where(held.c.role == Role.ADMIN, User.disabled_at.is_(None))
    if workspace_id is not None:
        found = found.where(Workspace.id == workspace_id)
    if ctx.workbench.settings.team:  # the home's owner signs in nowhere
        found = found.where(User.home_owner.is_(False))
    return set(ctx.db.scalars(found))
