"""People who sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.core.context import ANONYMOUS, Context, Origin
from workbench.core.permissions import Role
from workbench.domains.access import service
from workbench.domains.access.models import User, Workspace
from workbench.domains.access.service.people import add_member

if TYPE_CHECKING:
    from workbench.core.workbench import Workbench

NAME = "ada@example.org"
PASSWORD = "quartz-lantern-meadow-seven"


def account(workbench: Workbench, name: str = NAME, *roles: Role, password: str = PASSWORD) -> User:
    """An account with a password, in roles of workspace `default`."""
    hash_ = service.hashed(workbench.pools, password)
    with workbench.unit_of_work() as db:
        user = service.add_account(db, name, name.partition("@")[0].title(), hash_)
        for workspace in db.query(Workspace).filter_by(name="default"):
            for role in roles or (Role.DEVELOPER,):
                add_member(db, workspace.id, user.id, role)
    return user


def visitor(workbench: Workbench, address: str = "192.0.2.7", agent: str = "Firefox") -> Context:
    """The context of somebody who is not signed in."""
    return workbench.installation_context(ANONYMOUS, surface="rest", origin=Origin(address, agent))
