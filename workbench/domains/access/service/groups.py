"""Groups of members, who have roles and shares together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.core.db import unique
from workbench.core.errors import AlreadyExists, NotFound, WorkbenchError
from workbench.core.guessing import hint
from workbench.core.ids import as_id
from workbench.core.permissions import Role
from workbench.core.visibility import GUESSED_FROM
from workbench.domains.access.models import Group, GroupMember, GroupRole

from .admins import keeping_an_admin, lock
from .members import member_of


def add_group(ctx: Context, name: str) -> Group:
    """Add a group with nobody in it and without a role.

    Raises:
        AlreadyExists: the workspace has a group of that name.
    """
    group = Group(workspace_id=ctx.workspace_id, name=name)
    with unique(ctx.db, _taken(name)):
        ctx.db.add(group)
    return group


def rename_group(ctx: Context, group: Group, name: str) -> Group:
    """Give a group another name; its people, roles and shares stay.

    Raises:
        AlreadyExists: the workspace has a group of that name.
    """
    with unique(ctx.db, _taken(name)):
        group.name = name
    return group


def delete_group(ctx: Context, group: Group) -> None:
    """Delete a group; its people lose the roles and shares that they had by it alone.

    Raises:
        Conflict: the workspace would be left without an admin.
    """
    with keeping_an_admin(ctx, ctx.workspace_id):
        ctx.db.delete(group)


def add_to_group(ctx: Context, group: Group, key: str) -> None:
    """Put a member of the workspace into a group, unless she is in it; it counts from her next request on.

    Raises:
        NotFound: nobody of that name belongs to the workspace.
    """
    lock(ctx.db, ctx.workspace_id)  # whoever is removed at this moment must not stay behind in the group
    join(ctx.db, ctx.workspace_id, member_of(ctx.db, ctx.workspace_id, key), [group.id])


def join(db: Session, workspace_id: UUID, user_id: UUID, groups: Iterable[UUID]) -> None:
    """Put a member into groups, unless she is in them; those that are not there any more are passed over."""
    inside = select(GroupMember.group_id).where(GroupMember.user_id == user_id)
    found = select(Group.id).where(Group.workspace_id == workspace_id, Group.id.in_(list(groups)))
    for group_id in db.scalars(found.where(Group.id.not_in(inside))).all():
        db.add(GroupMember(workspace_id=workspace_id, group_id=group_id, user_id=user_id))
    db.flush()


def take_from_group(ctx: Context, group: Group, key: str) -> None:
    """Take a member out of a group.

    Raises:
        NotFound: nobody of that name is in it.
        Conflict: the workspace would be left without an admin.
    """
    with keeping_an_admin(ctx, ctx.workspace_id):
        user_id = member_of(ctx.db, ctx.workspace_id, key)
        is_it = delete(GroupMember).where(GroupMember.group_id == group.id, GroupMember.user_id == user_id)
        if not ctx.db.execute(is_it.returning(GroupMember.id)).all():
            raise NotFound(
                f"{key[:80]!r} is not in the group {group.name!r}.",
                fix=f"`workbench groups show {group.name}` tells who is.",
                code="not_in_group",
            )


def assign_group_role(ctx: Context, group: Group, role: Role) -> None:
    """Give everybody in a group one more role, unless they have it by the group; it counts at their next requests."""
    lock(ctx.db, ctx.workspace_id)
    same = select(GroupRole.id).where(GroupRole.group_id == group.id, GroupRole.role == role)
    if ctx.db.scalar(same) is None:
        ctx.db.add(GroupRole(workspace_id=ctx.workspace_id, group_id=group.id, role=str(role)))
        ctx.db.flush()


def take_group_role(ctx: Context, group: Group, role: Role) -> None:
    """Take a role from a group; who has it in another way keeps it.

    Raises:
        NotFound: the group does not have it.
        Conflict: the workspace would be left without an admin.
    """
    with keeping_an_admin(ctx, ctx.workspace_id):
        is_it = delete(GroupRole).where(GroupRole.group_id == group.id, GroupRole.role == role)
        if not ctx.db.execute(is_it.returning(GroupRole.id)).all():
            raise NotFound(
                f"The group {group.name!r} does not have the role {role}.",
                fix=f"`workbench groups show {group.name}` tells which it has.",
                code="role_not_held",
            )


def groups_named(db: Session, workspace_id: UUID, keys: Sequence[str]) -> list[Group]:
    """The groups of these names or ids.

    Raises:
        NotFound: the workspace has none of one of them.
    """
    here = select(Group).where(Group.workspace_id == workspace_id)
    ids = [uid for uid in map(as_id, keys) if uid is not None]
    found = db.scalars(here.where(or_(Group.name.in_(keys), Group.id.in_(ids)))).all()
    known = {group.name for group in found} | {group.id for group in found}
    for key in keys:
        if (as_id(key) or key) not in known:
            names = db.scalars(here.with_only_columns(Group.name).limit(GUESSED_FROM))
            raise NotFound(
                f"There is no group {key[:80]!r} here.",
                fix=hint(key, names, otherwise="`workbench groups list` shows those of the workspace."),
                code="group_not_found",
            )
    return list(found)


def _taken(name: str) -> WorkbenchError:
    return AlreadyExists(f"There is a group {name!r} already.", fix="Choose another name.", code="group_exists")
