"""People of a team, in roles, with tokens."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select, update

from workbench.core.permissions import Role

if TYPE_CHECKING:
    from workbench.core.workbench import Workbench


def person(workbench: Workbench, name: str, *roles: Role, workspace: str = "default") -> UUID:
    """An account with roles in a workspace."""
    from workbench.domains.access.models import User, Workspace
    from workbench.domains.access.service.people import add_member

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
    from workbench.domains.access.service import add_workspace

    with workbench.unit_of_work() as db:
        return add_workspace(db, name, name.title(), "UTC", None).id


def token(workbench: Workbench, user: UUID, *scopes: str, workspace: str = "default") -> str:
    """An API token of somebody, for a workspace."""
    from workbench.domains.access import service
    from workbench.domains.access.models import User, Workspace

    with workbench.unit_of_work() as db:
        who = service.principal_of(db, db.get_one(User, user), "user", "test")
        where = db.scalars(select(Workspace.id).where(Workspace.name == workspace)).one()
        return service.mint(db, who, where, "test", frozenset(scopes) or None, timedelta(days=1)).text


def expire(workbench: Workbench, text: str) -> None:
    """Let a token's time be over."""
    from workbench.core.clock import now
    from workbench.domains.access.models import ApiToken

    digest = hashlib.sha256(text.encode()).hexdigest()
    with workbench.unit_of_work() as db:
        db.execute(update(ApiToken).where(ApiToken.digest == digest).values(expires_at=now() - timedelta(seconds=1)))


def disable(workbench: Workbench, name: str) -> None:
    """Disable an account."""
    from workbench.core.clock import now
    from workbench.domains.access.models import User

    with workbench.unit_of_work() as db:
        db.execute(update(User).where(User.folded == name).values(disabled_at=now()))
