"""People of a team, in roles, with tokens."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select, update

from workbench.core.clock import now
from workbench.core.permissions import Role
from workbench.domains.access import service
from workbench.domains.access.models import ApiToken, Group, GroupRole, Member, User, Workspace
from workbench.domains.access.service import add_workspace
from workbench.domains.access.service.groups import join
from workbench.domains.access.service.people import add_member

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workbench.core.caller import Caller
    from workbench.core.context import Principal
    from workbench.core.workbench import Workbench


def person(workbench: Workbench, name: str, *roles: Role, workspace: str = "default") -> UUID:
    """An account with roles in a workspace."""
    with workbench.unit_of_work() as db:
        user = User(name=name, folded=name.casefold(), display_name=name.partition("@")[0].title())
        db.add(user)
        db.flush()
        where = db.scalars(select(Workspace).where(Workspace.name == workspace)).one()
        for role in roles:
            add_member(db, where.id, user.id, role)
        return user.id


def workspace(workbench: Workbench, name: str) -> UUID:
    """Another workspace."""
    with workbench.unit_of_work() as db:
        return add_workspace(db, name, name.title(), "UTC", None).id


def token(workbench: Workbench, user: UUID, *scopes: str, workspace: str = "default") -> str:
    """An API token of somebody, for a workspace."""
    with workbench.unit_of_work() as db:
        who = service.principal_of(db, db.get_one(User, user), "user", "test")
        where = db.scalars(select(Workspace.id).where(Workspace.name == workspace)).one()
        return service.mint(db, who, where, "test", frozenset(scopes) or None, timedelta(days=1)).text


def expire(workbench: Workbench, text: str) -> None:
    """Let a token's time be over."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    with workbench.unit_of_work() as db:
        db.execute(update(ApiToken).where(ApiToken.digest == digest).values(expires_at=now() - timedelta(seconds=1)))


def disable(workbench: Workbench, name: str) -> None:
    """Disable an account."""
    with workbench.unit_of_work() as db:
        db.execute(update(User).where(User.folded == name).values(disabled_at=now()))


def set_roles(workbench: Workbench, user: UUID, *roles: Role, workspace: str = "default") -> None:
    """Give somebody these roles in a workspace instead of those that she has."""
    with workbench.unit_of_work() as db:
        where = db.scalars(select(Workspace.id).where(Workspace.name == workspace)).one()
        db.execute(delete(Member).where(Member.user_id == user, Member.workspace_id == where))
        for role in roles:
            add_member(db, where, user, role)


def group(workbench: Workbench, person: UUID, *roles: Role, workspace: str = "default") -> UUID:
    """A group in these roles with somebody in it; answers its id."""
    with workbench.unit_of_work() as db:
        where = db.scalars(select(Workspace.id).where(Workspace.name == workspace)).one()
        made = Group(workspace_id=where, name=f"of_{person.hex}")
        db.add(made)
        db.flush()
        db.add_all(GroupRole(workspace_id=where, group_id=made.id, role=role) for role in roles)
        join(db, where, person, [made.id])
        return made.id


def delete_group(workbench: Workbench, group_id: UUID) -> None:
    """Delete a group, and with it what its people had by it."""
    with workbench.unit_of_work() as db:
        db.execute(delete(Group).where(Group.id == group_id))


def make_system_admin(workbench: Workbench, user: UUID, is_one: bool = True) -> None:
    """Have somebody look after the installation, or no longer."""
    with workbench.unit_of_work() as db:
        db.execute(update(User).where(User.id == user).values(system_admin=is_one))


def someone(workbench: Workbench, name: str, role: Role) -> tuple[UUID, Caller]:
    """A user in a role, and a caller that is always who she is by then."""
    from workbench.home import local_caller

    user_id = person(workbench, name, role)

    def by_then(db: Session) -> Principal:
        return service.principal_of(db, db.get_one(User, user_id), "user", name)

    return user_id, local_caller(workbench, principal=by_then)
