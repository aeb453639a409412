"""Where a principal has a part."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from workbench.core.context import Principal, WorkspaceRef
from workbench.core.errors import NotAuthenticated, NotFound
from workbench.core.guessing import hint
from workbench.core.ids import as_id
from workbench.core.visibility import GUESSED_FROM
from workbench.domains.access.models import Workspace


class Directory:
    """Knows the workspaces (core's `Directory`)."""

    def workspace(self, db: Session, name: str, principal: Principal) -> WorkspaceRef:
        """The workspace of a name or id.

        Raises:
            NotAuthenticated: nobody is signed in; whether there is such a workspace is not told.
            NotFound: there is none, or the principal has no part in it; the two look alike.
        """
        if principal.anonymous:
            raise NotAuthenticated(fix="Sign in, or send a token as `Authorization: Bearer wbt_…`.")
        columns = (Workspace.id, Workspace.name, Workspace.timezone)
        found = db.execute(_named(principal, name).with_only_columns(*columns)).one_or_none()
        if found is None:
            raise _unknown(db, principal, name)
        return WorkspaceRef(*found)


def mine(principal: Principal) -> Select[Workspace]:
    """The workspaces that a principal has a part in: where she has a role, and all for a system admin in person."""
    query = select(Workspace)
    if principal.system_admin and principal.scopes is None:
        return query
    return query.where(Workspace.id.in_(list(principal.roles)))


def part_of(db: Session, principal: Principal, key: str) -> Workspace:
    """The workspace of a name or id that a principal has a part in.

    Raises:
        NotFound: there is none, or the principal has no part in it; the two look alike.
    """
    found = db.scalars(_named(principal, key)).one_or_none()
    if found is None:
        raise _unknown(db, principal, key)
    return found


def _named(principal: Principal, key: str) -> Select[Workspace]:
    uid: UUID | None = as_id(key)
    return mine(principal).where(
        Workspace.name == key if uid is None else or_(Workspace.id == uid, Workspace.name == key)
    )


def _unknown(db: Session, principal: Principal, key: str) -> NotFound:
    known = db.scalars(mine(principal).with_only_columns(Workspace.name).limit(GUESSED_FROM))
    return NotFound(
        f"There is no workspace {key[:80]!r} here.",
        fix=hint(key, known, otherwise="`workbench workspaces list` shows those you have a part in."),
        code="workspace_not_found",
    )
