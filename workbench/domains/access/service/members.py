"""Gives and takes roles within a workspace, which is never left without an admin."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.core.errors import Conflict, NotFound
from workbench.core.ids import as_id
from workbench.core.permissions import Role
from workbench.domains.access.models import GroupMember, Member, Share, User

from .admins import keeping_an_admin
from .people import add_member


def assign_role(ctx: Context, key: str, role: Role) -> Member:
    """Give a member of the workspace one more role, unless she has it; it counts from her next request on.

    Raises:
        NotFound: nobody of that name belongs to the workspace.
    """
    user_id = member_of(ctx.db, ctx.workspace_id, key)
    add_member(ctx.db, ctx.workspace_id, user_id, role)
    return ctx.db.scalars(_roles(ctx, user_id).where(Member.role == role)).one()


def take_role(ctx: Context, member_id: UUID) -> None:
    """Take one role from a member, who keeps another: without any she would leave the workspace unannounced.

    Raises:
        NotFound: there is no such role of anybody here.
        Conflict: she is the last admin, or it is her only role.
    """
    found = select(Member).where(Member.workspace_id == ctx.workspace_id, Member.id == member_id)
    with keeping_an_admin(ctx, ctx.workspace_id):
        row = ctx.db.scalars(found).one_or_none()
        if row is None:
            raise NotFound(
                f"There is no member {str(member_id)!r} here.",
                fix="`workbench members list` shows who is, with an id for each role.",
                code="member_not_found",
            )
        ctx.db.delete(row)
    if ctx.db.scalars(_roles(ctx, row.user_id).limit(1)).first() is None:
        name = ctx.db.get_one(User, row.user_id).name
        raise Conflict(
            f"{Role(row.role).title()} is the only role of {name}, who would leave the workspace without it.",
            fix="Remove them from the workspace, with `workbench members remove`, or give them another role first.",
            code="last_role",
        )


def remove_member(ctx: Context, key: str) -> int:
    """Take all that a member has in the workspace: roles, groups, shares; answers how many roles of her own she had.

    Raises:
        NotFound: nobody of that name belongs to the workspace.
        Conflict: she is the last admin.
    """
    with keeping_an_admin(ctx, ctx.workspace_id):
        user_id = member_of(ctx.db, ctx.workspace_id, key)
        held = ctx.db.scalars(_roles(ctx, user_id)).all()
        ctx.db.execute(delete(Member).where(Member.id.in_([row.id for row in held])))
        _leave(ctx, user_id)
    return len(held)


def member_of(db: Session, workspace_id: UUID, key: str) -> UUID:
    """The user of a name or id who belongs to a workspace.

    Raises:
        NotFound: nobody of that name belongs to it, whether or not there is such a person elsewhere.
    """
    uid = as_id(key)
    is_it = User.id == uid if uid is not None else User.folded == key.strip().casefold()
    found = select(Member.user_id).join(User, Member.user_id == User.id)
    user_id = db.scalars(found.where(Member.workspace_id == workspace_id, is_it).limit(1)).first()
    if user_id is None:
        raise NotFound(
            f"Nobody called {key[:80]!r} belongs to the workspace.",
            fix="`workbench members list` shows who does; others are invited by `workbench invitations create`.",
            code="member_not_found",
        )
    return user_id


def _roles(ctx: Context, user_id: UUID) -> Select[Member]:
    return select(Member).where(Member.workspace_id == ctx.workspace_id, Member.user_id == user_id)


def _leave(ctx: Context, user_id: UUID) -> None:
    """Take what a person has in the workspace besides roles, or it would count again if she ever came back."""
    for model in (GroupMember, Share):
        ctx.db.execute(delete(model).where(model.workspace_id == ctx.workspace_id, model.user_id == user_id))
