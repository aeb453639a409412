"""Commits: opened, prepared in one transaction, completed by whoever comes by, or discarded.

`prepare` is the point of no return. It takes the tables' leases, refuses what cannot be, and gives every write its
number; `complete` applies them to the tables' logs and then, in one transaction, moves all heads. It may be called
any number of times, by several processes at once, and after a kill at any moment.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, event, select, text
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.errors import Conflict, Unavailable, WorkbenchError
from workbench.core.events import emit, run_hooks
from workbench.core.ids import new_id
from workbench.core.settings import Settings
from workbench.core.workbench import Workbench
from workbench.domains.store.drivers import locks
from workbench.domains.store.models import (
    Commit,
    CommitState,
    StagedWrite,
    Table,
    TableHead,
    TableLease,
    TableVersion,
)  # fmt: skip

from . import parts, planning
from .reading import staged_writes

if TYPE_CHECKING:
    from .applying import Applied


def open_commit(
    settings: Settings, db: Session, workspace_id: UUID, *, run_id: UUID | None = None, attempt: int = 0,
    folder: Path | None = None, owner_id: UUID | None, author: str,
) -> Commit:  # fmt: skip
    """A commit to stage writes for; `owner_id` will own the tables it makes.

    Their files go to `folder`, or where commits without a run stage them.
    """
    id_ = new_id()
    commit = Commit(
        id=id_, workspace_id=workspace_id, run_id=run_id, attempt=attempt, state=CommitState.OPEN,
        folder=parts.kept(settings, folder or parts.staging(settings, id_.hex)),
        owner_id=owner_id, author=author,
    )  # fmt: skip
    db.add(commit)
    db.flush()
    return commit


def get(db: Session, commit_id: UUID) -> Commit:
    """The commit of an id."""
    return db.get_one(Commit, commit_id)


def blocking_commits(db: Session, commit: Commit) -> list[UUID]:
    """The commits that hold a table which this one writes; complete them, then prepare this one."""
    alone(db, commit.workspace_id)
    names = select(StagedWrite.table_name).where(StagedWrite.commit_id == commit.id)
    held = (
        select(TableLease.commit_id)
        .join(Table, Table.id == TableLease.table_id)
        .where(Table.workspace_id == commit.workspace_id, Table.name.in_(names), TableLease.commit_id != commit.id)
    )
    return sorted(set(db.scalars(held)))


def alone(db: Session, workspace_id: UUID) -> None:
    """Let nobody else prepare a commit in the workspace before this transaction ends; they are short."""
    if db.get_bind().dialect.name == "postgresql":  # SQLite lets only one transaction write anyway
        key = int.from_bytes(workspace_id.bytes[8:], "big", signed=True)
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def prepare(settings: Settings, db: Session, commit: Commit) -> None:
    """Make a commit's success certain, or refuse it; from here on it can only be completed.

    Raises:
        Conflict: `table_busy`, another commit holds a table (see `blocking_commits`); `table_moved`, a table that the
            run read and replaces has changed since; `table_schema_changed`; `commit_closed`.
        Invalid: a merge key is not among a table's columns any more.
    """
    alone(db, commit.workspace_id)
    db.refresh(commit, with_for_update=True)
    if commit.state == CommitState.COMMITTING:
        return
    if commit.state != CommitState.OPEN:
        raise Conflict(f"The commit is {commit.state}.", code="commit_closed")
    planning.plan(settings, db, commit, staged_writes(db, commit.id))
    commit.state = CommitState.COMMITTING
    db.flush()


def complete(workbench: Workbench, commit_id: UUID) -> None:
    """Apply a prepared commit and make it visible; does nothing where that was done.

    Raises:
        Unavailable: the disk is full, or a file is gone; try again when that is mended.
    """
    with workbench.read() as db:
        commit = get(db, commit_id)
        writes = staged_writes(db, commit_id)
        bases = {head.table_id: head for head in _heads(db, writes)}
        restores = _restored(db, writes)
        tables = {table.id: table for table in db.scalars(select(Table).where(Table.id.in_(_table_ids(writes))))}
    if commit.state != CommitState.COMMITTING:
        return
    from .applying import Task, apply

    applied: list[Applied] = []
    for table_id, of_table in groupby(_in_order(writes), lambda write: write.table_id):
        table, base = tables[table_id], bases.get(table_id)
        with locks.held(parts.lock_path(workbench.settings, table), workbench.database.engine, table.id):
            if _state(workbench, commit_id) != CommitState.COMMITTING:
                return
            for write in of_table:
                restored = restores.get((table.id, write.restores or 0))
                task = Task(workbench, commit, table, write, base.delta_version if base else None, restored)
                with _explained(table):
                    applied.append(apply(task))
    _finish(workbench, commit_id, applied)
    remove_files(workbench.settings, commit)


@contextmanager
def _explained(table: Table) -> Iterator[None]:
    """Have a fault that nobody foresaw end neither the caller's process nor the promise: others may try again."""
    try:
        yield
    except WorkbenchError:
        raise
    except Exception as error:
        raise Unavailable(
            f"The table {table.name} cannot be written now: {type(error).__name__}: {str(error)[:200]}.",
            fix="`workbench doctor` and the server's log say more.",
            code="commit_stuck",
        ) from error


def discard(settings: Settings, db: Session, commit: Commit) -> None:
    """Give up what a commit staged.

    Raises:
        Conflict: it is past the point of no return.
    """
    db.refresh(commit, with_for_update=True)
    if commit.state in (CommitState.COMMITTING, CommitState.DONE):
        raise Conflict(f"The commit is {commit.state} and cannot be given up.", code="commit_closed")
    commit.state, commit.ended_at = CommitState.DISCARDED, now()
    event.listen(db, "after_commit", lambda _: remove_files(settings, commit), once=True)


def commit_now(workbench: Workbench, commit_id: UUID) -> list[TableVersion]:
    """Prepare and complete a commit that belongs to no run; answers the versions it made.

    Raises:
        WorkbenchError: as `prepare` does; the commit is then discarded.
        Unavailable: it is accepted, but cannot be completed now; whoever comes next will.
    """
    try:
        _prepare_alone(workbench, commit_id)
    except WorkbenchError:
        with workbench.unit_of_work() as db:
            discard(workbench.settings, db, get(db, commit_id))
        raise
    try:
        complete(workbench, commit_id)
    except WorkbenchError as error:
        raise Unavailable(
            f"{error.detail} The rows are accepted all the same and will be seen when that is mended.",
            fix=f"{error.fix} Do not write them again.".strip(),
            code=error.code,
        ) from error
    with workbench.read() as db:
        return list(db.scalars(select(TableVersion).where(TableVersion.commit_id == commit_id)))


def _prepare_alone(workbench: Workbench, commit_id: UUID) -> None:
    while True:
        with workbench.unit_of_work() as db:
            commit = get(db, commit_id)
            blocking = blocking_commits(db, commit)
            if not blocking:
                prepare(workbench.settings, db, commit)
                return
        for other in blocking:
            complete(workbench, other)


def _finish(workbench: Workbench, commit_id: UUID, applied: Sequence[Applied]) -> None:
    """Move all heads and end the commit, and whatever waits for it, in one transaction."""
    with workbench.read() as db:
        if get(db, commit_id).run_id is not None:
            workbench.registry.discover()  # a process that knows only some domains has not registered all hooks
    with workbench.unit_of_work() as db:
        commit = get(db, commit_id)
        db.refresh(commit, with_for_update=True)
        if commit.state == CommitState.DONE:
            return
        for one in applied:
            _advance(db, commit, one)
        db.execute(delete(TableLease).where(TableLease.commit_id == commit.id))
        commit.state, commit.ended_at = CommitState.DONE, now()
        db.flush()
        run_hooks(db, "store.committed", commit=commit)


def _advance(db: Session, commit: Commit, one: Applied) -> None:
    table, write, state, sequence = one.table, one.write, one.state, one.sequence
    columns = [dict(column) for column in state.columns]
    head = db.get(TableHead, table.id)
    if head is None:
        head = TableHead(table_id=table.id, sequence=0)
        db.add(head)
    if head.sequence >= sequence:
        return
    head.sequence, head.delta_version, head.columns = sequence, state.version, columns
    head.rows, head.bytes, head.updated_at = state.rows, state.bytes, now()
    db.add(TableVersion(
        table_id=table.id, sequence=sequence, delta_version=state.version, mode=write.mode, rows=state.rows,
        rows_written=write.rows, bytes=state.bytes, columns=columns, commit_id=commit.id, run_id=commit.run_id,
        author=commit.author, message=commit.message or _said(write),
    ))  # fmt: skip
    what = {"name": table.name, "version": sequence, "rows": state.rows, "mode": write.mode}
    emit(
        db, "table.committed", workspace_id=commit.workspace_id, object_id=table.id, owner_id=table.owner_id,
        permission="tables:read", data=what,
    )  # fmt: skip


def _said(write: StagedWrite) -> str:
    return f"Restored version {write.restores}." if write.restores else ""


def _in_order(writes: Iterable[StagedWrite]) -> list[StagedWrite]:
    return sorted(writes, key=lambda write: (write.table_name, write.ordinal))


def _table_ids(writes: Iterable[StagedWrite]) -> list[UUID]:
    return [write.table_id for write in writes if write.table_id is not None]


def _heads(db: Session, writes: Iterable[StagedWrite]) -> list[TableHead]:
    return list(db.scalars(select(TableHead).where(TableHead.table_id.in_(_table_ids(writes)))))


def _restored(db: Session, writes: Iterable[StagedWrite]) -> dict[tuple[UUID, int], int]:
    """The Delta versions that restores bring back."""
    found = {}
    for write in writes:
        if write.restores and write.table_id:
            key = (write.table_id, write.restores)
            found[key] = db.get_one(TableVersion, key).delta_version
    return found


def _state(workbench: Workbench, commit_id: UUID) -> str:
    with workbench.read() as db:
        return get(db, commit_id).state


def remove_files(settings: Settings, commit: Commit) -> None:
    """Remove what a commit staged, which nothing needs once it has ended."""
    folder = parts.commit_folder(settings, commit)
    shutil.rmtree(folder / "staged" if commit.run_id else folder, ignore_errors=True)
