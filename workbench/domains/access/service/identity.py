"""Turns what somebody shows into a principal."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Principal
from workbench.core.errors import NotAuthenticated, Throttled, Unavailable, WorkbenchError
from workbench.core.permissions import PERMISSIONS
from workbench.domains.access.models import ApiToken, User

from .roles import gathered, held_roles, roles_of
from .tokentext import well_formed

if TYPE_CHECKING:
    from workbench.core.workbench import Workbench

log = logging.getLogger(__name__)
USE_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class TokenPrincipal(Principal):
    """A program that showed a token; what it makes in turn may be neither wider nor longer than the token."""

    token_id: UUID | None = None
    expires_at: datetime | None = None


def os_principal(db: Session) -> Principal:
    """The operating system's user, who owns the home's files and so is whom the home belongs to.

    Raises:
        Unavailable: the home has no owner yet.
    """
    return _owner(db, "os")


def jupyter_principal(db: Session) -> Principal:
    """The one user of a personal Jupyter server, whose own token was the login.

    Jupyter makes up another user name for every request that keeps no cookies; whose the server is stays the same.

    Raises:
        Unavailable: the home has no owner yet.
    """
    return _owner(db, "jupyter")


@cache
def _owners() -> Select[tuple[UUID, bool, UUID, str]]:
    # Columns of one query, made once, since every request of the home's owner begins with it.
    held = held_roles()
    owners = select(User.id, User.name, User.system_admin, held.c.workspace_id, held.c.role).where(User.home_owner)
    return owners.outerjoin(held, held.c.user_id == User.id).order_by(User.created_at, User.id)


def _owner(db: Session, kind: str) -> Principal:
    """The home's owner, by whichever way she came: one person has one name in all that she makes."""
    rows = db.execute(_owners()).all()
    if not rows:
        raise Unavailable("This home belongs to nobody yet.", fix="Run `workbench init`.", code="home_without_owner")
    user_id, system_admin, label = rows[0].id, rows[0].system_admin, label_of(rows[0].name)
    mine = [row for row in rows if row.id == user_id and row.workspace_id is not None]
    roles = gathered((row.workspace_id, row.role) for row in mine)
    return Principal(kind, label, user_id=user_id, roles=roles, system_admin=system_admin)


def label_of(name: str) -> str:
    """What is kept of who did something in person; see `core.people`."""
    return f"user:{name[:150]}"


def principal_of(db: Session, user: User, kind: str, label: str) -> Principal:
    """A user in person, with her roles in all workspaces."""
    return Principal(kind, label, user_id=user.id, roles=roles_of(db, user.id), system_admin=user.system_admin)


def principal_now(db: Session, user_id: UUID | None, name: str) -> Principal:
    """A user in person at this moment; who is unknown or disabled has no part in anything."""
    user = db.get(User, user_id) if user_id is not None else None
    if user is None or user.disabled_at is not None:
        return Principal("user", name)
    return principal_of(db, user, "user", name)


def token_principal(db: Session, text: str) -> TokenPrincipal:
    """The user of an API token, within the token's workspace and scopes.

    Raises:
        NotAuthenticated: it is no token, or one that is unknown, expired or revoked or whose user is disabled;
            which of these is not told.
    """
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    token = db.scalars(select(ApiToken).where(ApiToken.digest == digest)).one_or_none() if well_formed(text) else None
    if token is None or not _usable(token, now()):
        raise NotAuthenticated(
            "The token is not valid.",
            fix="Make a new one with `workbench tokens create`, and send it as `Authorization: Bearer wbt_…`.",
            code="token_invalid",
        )
    return _of_token(db, token)


def authenticate(workbench: Workbench, db: Session, text: str) -> Principal:
    """As `token_principal`; also notes, every few minutes and without waiting, that the token is in use."""
    principal = token_principal(db, text)
    assert principal.token_id is not None
    last = db.scalar(select(ApiToken.last_used_at).where(ApiToken.id == principal.token_id))
    if last is None or last < now() - USE_NOTED_EVERY:
        try:
            workbench.pools.gate.submit(_note_use, workbench, principal.token_id)
        except Throttled:
            log.debug("too busy to note that a token was used")
    return principal


def _note_use(workbench: Workbench, token_id: UUID) -> None:
    moment = now()
    stale = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < moment - USE_NOTED_EVERY)
    try:
        with workbench.unit_of_work() as db:
            db.execute(update(ApiToken).where(ApiToken.id == token_id, stale).values(last_used_at=moment))
    except WorkbenchError:
        log.debug("could not note that a token was used", exc_info=True)


def _usable(token: ApiToken, moment: datetime) -> bool:
    return token.revoked_at is None and token.expires_at > moment and token.owner.disabled_at is None


def _of_token(db: Session, token: ApiToken) -> TokenPrincipal:
    scopes = None if token.scopes is None else frozenset(token.scopes)
    # A token reaches beyond its workspace only where it was made to, in so many words.
    installation = any(PERMISSIONS[name].system_admin_only for name in scopes or () if name in PERMISSIONS)
    return TokenPrincipal(
        "token",
        f"{label_of(token.owner.name)}/token:{token.prefix}",
        user_id=token.owner_id,
        roles=roles_of(db, token.owner_id, token.workspace_id),
        scopes=scopes,
        system_admin=token.owner.system_admin and installation,
        token_id=token.id,
        expires_at=token.expires_at,
    )
