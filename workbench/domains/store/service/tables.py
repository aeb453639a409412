"""Tables as rows: found by name, seen at a version, put away and brought back."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.db import unique
from workbench.core.errors import AlreadyExists, Conflict, NotFound
from workbench.core.ids import new_id
from workbench.core.permissions import PERMISSIONS
from workbench.core.visibility import find, missing, visible
from workbench.domains.access.models import Workspace
from workbench.domains.store.models import Table, TableHead, TableLease, TableVersion


def readable(ctx: Context, db: Session, name: str) -> Table:
    """The table of a name or id, where the caller may read it and it was not put away.

    Raises:
        NotFound: there is none, or the caller may not know of it.
    """
    table: Table = find(replace(ctx, permission=PERMISSIONS["tables:read"]), db, Table, name)
    if table.archived_at is not None:
        raise missing(Table, name)
    return table


def all_readable(ctx: Context) -> Select[Table]:
    """The tables that the caller may read and that have something to be read."""
    seen = visible(ctx, Table, permission=PERMISSIONS["tables:read"]).where(Table.archived_at.is_(None))
    return seen.join(TableHead, TableHead.table_id == Table.id)


def put_away(ctx: Context) -> Select[Table]:
    """The tables that were put away and the caller may bring back."""
    return visible(ctx, Table, permission=PERMISSIONS["tables:delete"]).where(Table.archived_at.is_not(None))


def named(db: Session, workspace_id: UUID, name: str) -> Table | None:
    """The table of a name, whoever asks."""
    return db.scalars(select(Table).where(Table.workspace_id == workspace_id, Table.name == name)).one_or_none()


def head_if_any(db: Session, table: Table) -> TableHead | None:
    """What readers see of a table; None before its first commit is done."""
    return db.get(TableHead, table.id)


def head(db: Session, table: Table) -> TableHead:
    """What readers see of a table.

    Raises:
        NotFound: its first commit is not done.
    """
    found = db.get(TableHead, table.id)
    if found is None:
        raise missing(Table, table.name)
    return found


def version(db: Session, table: Table, sequence: int | None = None) -> TableVersion:
    """A version of a table, the head's when none is named.

    Raises:
        NotFound: there is no such version.
    """
    current = head(db, table).sequence
    found = db.get(TableVersion, (table.id, sequence or current)) if (sequence or current) <= current else None
    if found is None:
        raise NotFound(
            f"The table {table.name} has no version {sequence}.",
            fix=f"It has versions 1 to {current}.",
            code="table_version_not_found",
        )
    return found


def create(db: Session, workspace_id: UUID, name: str, owner_id: UUID | None) -> Table:
    """A table without a version yet; its folder is called like it, unless one of that name was put away.

    Raises:
        AlreadyExists: somebody else made it in the meantime.
    """
    table = Table(id=new_id(), workspace_id=workspace_id, name=name, owner_id=owner_id)
    workspace = re.sub(r"[^\w.-]", "_", db.get_one(Workspace, workspace_id).name)
    table.folder = f"{workspace}/{name}"
    if db.scalars(select(Table.id).where(Table.folder == table.folder)).first() is not None:
        table.folder = f"{workspace}/{name}-{table.id.hex[-12:]}"
    with unique(db, AlreadyExists(f"There is a table {name} now.", fix="Try again.", code="table_appeared")):
        db.add(table)
    return table


def archive(db: Session, table: Table) -> Table:
    """Put a table away: its name is free, its versions stay.

    Raises:
        Conflict: a commit is changing it, or it was put away before.
    """
    if table.archived_at is not None:
        raise Conflict("The table was put away before.", code="table_archived")
    if db.get(TableLease, table.id) is not None:
        raise Conflict(f"A commit is changing {table.name}.", fix="Try again.", code="table_busy", retry_after=1)
    table.archived_name, table.archived_at = table.name, now()
    table.name = f"{table.name}~{table.id.hex[-12:]}"
    return table


def unarchive(db: Session, table: Table) -> Table:
    """Bring a table back under the name it had.

    Raises:
        Conflict: it is there.
        AlreadyExists: another table has the name now.
    """
    if table.archived_at is None or table.archived_name is None:
        raise Conflict(f"The table {table.name} is not put away.", code="table_not_archived")
    taken = AlreadyExists(
        f"Another table is called {table.archived_name} now.", fix="Put that one away first.", code="table_name_taken"
    )
    with unique(db, taken):
        table.name = table.archived_name
        table.archived_name = table.archived_at = None
    return table


def called(table: Table) -> str:
    """The name people know a table by, also when it was put away."""
    return table.archived_name or table.name
