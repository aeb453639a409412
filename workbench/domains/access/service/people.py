"""Makes workspaces and the people of a new home."""

from __future__ import annotations

import getpass
import os
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workbench.core.db import unique
from workbench.core.errors import AlreadyExists, Invalid
from workbench.core.permissions import Role
from workbench.domains.access.models import Member, User, Workspace

DEFAULT = "default"
Added = TypeVar("Added", Workspace, User, Member)


def has_default(db: Session) -> bool:
    """Whether a home has the person and a workspace that `ensure_default` makes."""
    return bool(db.scalar(select(exists().where(User.home_owner) & exists(select(Workspace.id)))))


def ensure_default(db: Session) -> Workspace:
    """The workspace `default` and the person whose home it is, its Admin; both are made where they are missing.

    May be called by several processes at once.
    """
    workspace = db.scalars(select(Workspace).where(Workspace.name == DEFAULT)).one_or_none()
    workspace = workspace or _added(
        db, Workspace(name=DEFAULT, title="Default", timezone="UTC"), Workspace.name == DEFAULT
    )
    owner = db.scalars(select(User).where(User.home_owner).order_by(User.created_at)).first()
    if owner is None:
        name = _login()
        person = User(name=name, folded=name.casefold(), display_name=name, system_admin=True, home_owner=True)
        owner = _added(db, person, (User.folded == name.casefold()) & User.home_owner)
    add_member(db, workspace.id, owner.id, Role.ADMIN)
    return workspace


def add_member(db: Session, workspace_id: UUID, user_id: UUID, role: Role) -> None:
    """Give a user a role in a workspace, unless she has it."""
    is_it = (Member.workspace_id == workspace_id) & (Member.user_id == user_id) & (Member.role == role)
    if db.scalars(select(Member).where(is_it)).one_or_none() is None:
        _added(db, Member(workspace_id=workspace_id, user_id=user_id, role=role), is_it)


def add_workspace(db: Session, name: str, title: str, timezone: str, admin: UUID | None) -> Workspace:
    """Add a workspace, with an admin where one is given.

    Raises:
        AlreadyExists: a workspace of that name exists.
        Invalid: nobody knows the time zone.
    """
    _check_timezone(timezone)
    workspace = Workspace(name=name, title=title, timezone=timezone)
    with unique(db, AlreadyExists(f"There is a workspace {name!r} already.", fix="Choose another name.")):
        db.add(workspace)
    if admin is not None:
        add_member(db, workspace.id, admin, Role.ADMIN)
    return workspace


def _check_timezone(name: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, a path, or a folder of zones
        raise Invalid(
            f"Nobody knows the time zone {name!r}.",
            fix="Use a name such as Europe/Vienna or UTC.",
            errors=[{"pointer": "/timezone", "message": "unknown time zone"}],
        ) from None


def _added(db: Session, row: Added, is_it: ColumnElement[bool]) -> Added:
    """The row, or the one that another process added at the same time."""
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:
        return db.scalars(select(type(row)).where(is_it)).one()
    return row


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # containers often have a user id without a name
        return f"uid{os.getuid()}"
