"""What must hold before a commit may succeed: leases, columns, keys, files, and that nothing moved under a replace."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy.orm import Session

from workbench.core.db import unique
from workbench.core.errors import Conflict
from workbench.core.settings import Settings
from workbench.domains.store.drivers.evolution import key_columns
from workbench.domains.store.drivers.types import Columns
from workbench.domains.store.models import (
    Commit,
    Mode,
    StagedWrite,
    Table,
    TableHead,
    TableLease,
    TablePin,
    TableVersion,
)  # fmt: skip

from . import parts, tables
from .staging import columns_after


def plan(settings: Settings, db: Session, commit: Commit, writes: Sequence[StagedWrite]) -> None:
    """Take the leases in the order of names, validate everything, and number the writes of each table.

    Raises:
        Conflict: a table is held, has moved or has other columns; a staged file is gone.
        Invalid: a merge key does not fit any more.
    """
    by_name = [(n, list(of)) for n, of in groupby(sorted(writes, key=lambda w: (w.table_name, w.ordinal)), _name)]
    found = [(_leased(db, commit, name), of_table) for name, of_table in by_name]
    for table, of_table in found:
        _check(settings, db, commit, table, of_table)


def _name(write: StagedWrite) -> str:
    return write.table_name


def _leased(db: Session, commit: Commit, name: str) -> Table:
    table = tables.named(db, commit.workspace_id, name)
    if table is None:
        table = tables.create(db, commit.workspace_id, name, commit.owner_id)
    busy = Conflict(f"Another commit is changing {name}.", fix="Try again.", code="table_busy", retry_after=1)
    with unique(db, busy):
        db.add(TableLease(table_id=table.id, commit_id=commit.id))
    return table


def _check(settings: Settings, db: Session, commit: Commit, table: Table, writes: Sequence[StagedWrite]) -> None:
    head = db.get(TableHead, table.id, with_for_update=True)
    sequence = head.sequence if head else 0
    columns: Columns | None = head.columns if head else None
    pin = db.get(TablePin, (commit.id, table.id))
    for write in writes:
        _check_file(settings, commit, write)
        if write.mode == Mode.REPLACE and pin is not None and pin.read and head and head.sequence != pin.sequence:
            raise Conflict(
                f"The table {table.name} was at version {pin.sequence} when it was read and is at {head.sequence} now: "
                "replacing it would undo what happened since.",
                fix="Run again: the rows will then be the newest.",
                code="table_moved",
                retry_after=0,
            )
        if write.mode == Mode.RESTORE:
            _check_version(db, table, write)
        columns = columns_after(table.name, columns, write)
        if write.mode == Mode.MERGE:
            key_columns(table.name, write.key, columns)
        sequence += 1
        write.table_id, write.sequence = table.id, sequence


def _check_version(db: Session, table: Table, write: StagedWrite) -> None:
    if db.get(TableVersion, (table.id, write.restores)) is None:
        raise Conflict(f"{table.name} has no version {write.restores}.", code="table_version_not_found")


def _check_file(settings: Settings, commit: Commit, write: StagedWrite) -> None:
    if write.path is None:
        return
    path = parts.staged_path(settings, commit, write)
    if not path.is_file() or path.stat().st_size != write.bytes:
        raise Conflict(
            f"The rows staged for {write.table_name} are not what was written.",
            fix="Write them again; nothing but the workbench may touch the folder of a run's staged files.",
            code="staged_file_gone",
        )
