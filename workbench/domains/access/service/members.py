"""Gives and takes roles within a workspace, which is never left without an admin."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.core.errors import Conflict, NotFound
from workbench.core.ids import as_id
from workbench.core.permissions import Role
from workbench.domains.access.models import Member, User, Workspace

from .people import add_member


def assign_role(ctx: Context, key: str, role: Role) -> Member:
    """Give a member of the workspace one more role, unless she has it; it counts from her next request on.

    Raises:
        NotFound: nobody of that name belongs to the workspace.
    """
    user_id = _member_of(ctx, key)
    add_member(ctx.db, ctx.workspace_id, user_id, role)
    return ctx.db.scalars(_roles(ctx, user_id).where(Member.role == role)).one()


def take_role(ctx: Context, member_id: UUID) -> None:
    """Take one role from a member; with her last she leaves the workspace.

    Raises:
        NotFound: there is no such role of anybody here.
        Conflict: she is the last admin.
    """
    found = select(Member).where(Member.workspace_id == ctx.workspace_id, Member.id == member_id)
    _lock(ctx)
    row = ctx.db.scalars(found).one_or_none()
    if row is None:
        raise NotFound(
            f"There is no member {str(member_id)!r} here.",
            fix="`workbench members list` shows who is, with an id for each role.",
            code="member_not_found",
        )
    if row.role == Role.ADMIN:
        _check_not_last(ctx, row.user_id)
    ctx.db.delete(row)
    ctx.db.flush()


def remove_member(ctx: Context, key: str) -> int:
    """Take all roles from a member; answers how many she had.

    Raises:
        NotFound: nobody of that name belongs to the workspace.
        Conflict: she is the last admin.
    """
    _lock(ctx)
    user_id = _member_of(ctx, key)
    held = ctx.db.scalars(_roles(ctx, user_id)).all()
    if any(row.role == Role.ADMIN for row in held):
        _check_not_last(ctx, user_id)
    ctx.db.execute(delete(Member).where(Member.id.in_([row.id for row in held])))
    return len(held)


def other_admins(db: Session, workspace_id: UUID, user_id: UUID, *, team: bool) -> bool:
    """Whether a workspace has an admin besides somebody; in a team the home's owner, who signs in nowhere, is none."""
    admins = select(Member.id).join(User, Member.user_id == User.id)
    admins = admins.where(
        Member.workspace_id == workspace_id, Member.role == Role.ADMIN, Member.user_id != user_id,
        User.disabled_at.is_(None),
    )  # fmt: skip
    if team:
        admins = admins.where(User.home_owner.is_(False))
    return db.scalars(admins.limit(1)).first() is not None


def _roles(ctx: Context, user_id: UUID) -> Select[Member]:
    return select(Member).where(Member.workspace_id == ctx.workspace_id, Member.user_id == user_id)


def _member_of(ctx: Context, key: str) -> UUID:
    uid = as_id(key)
    is_it = User.id == uid if uid is not None else User.folded == key.strip().casefold()
    found = select(Member.user_id).join(User, Member.user_id == User.id)
    user_id = ctx.db.scalars(found.where(Member.workspace_id == ctx.workspace_id, is_it).limit(1)).first()
    if user_id is None:
        raise NotFound(
            f"Nobody called {key[:80]!r} belongs to the workspace.",
            fix="`workbench members list` shows who does; others are invited by `workbench invitations create`.",
            code="member_not_found",
        )
    return user_id


def _lock(ctx: Context) -> None:
    """Wait for others who change admins of the workspace: each of two would else see the other one stay."""
    ctx.db.execute(select(Workspace.id).where(Workspace.id == ctx.workspace_id).with_for_update())


def _check_not_last(ctx: Context, user_id: UUID) -> None:
    if not other_admins(ctx.db, ctx.workspace_id, user_id, team=ctx.workbench.settings.team):
        raise Conflict(
            "She is the last admin of the workspace.", fix="Make somebody else an admin first.", code="last_admin"
        )
