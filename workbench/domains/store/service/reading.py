"""What a caller sees under a table's name: the head, a version, or what its run pinned and wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.core.visibility import missing
from workbench.domains.store.drivers.relations import Relation, layered, snapshot, staged
from workbench.domains.store.models import Commit, StagedWrite, Table, TableHead, TablePin, TableVersion, VersionRead

from . import parts, tables


@dataclass(frozen=True, slots=True)
class Sight:
    """Where the rows are that a caller sees under a name: a version of a table, and staged files on top of it."""

    name: str
    base: tuple[Path, int] | None
    layers: tuple[tuple[StagedWrite, Path], ...] = ()

    def relation(self) -> Relation:
        """The rows."""
        found = None if self.base is None else snapshot(*self.base)
        for write, path in self.layers:
            found = layered(self.name, found, write.mode, staged(path, write.columns), write.key)
        if found is None:
            raise missing(Table, self.name)
        return found


def relation(ctx: Context, name: str, version: int | None = None) -> Relation:
    """The rows of a table: at a version where one is named, else as of now, or as the caller's run sees it.

    Raises:
        NotFound: there is no such table or version that the caller may read.
        NotPermitted: the run's pipeline did not declare it.
    """
    if version is None:
        return relations(ctx, [name])[name]
    with ctx.reading() as db:
        table = tables.readable(ctx, db, name)
    return at(ctx, table, looked_at(ctx, table, version))


def relations(ctx: Context, names: Sequence[str]) -> dict[str, Relation]:
    """The rows of several tables as they are at one moment; within a run, as it sees them, and it is noted as read.

    Raises:
        NotFound: there is no such table that the caller may read.
        NotPermitted: the run's pipeline did not declare one.
    """
    for name in names:
        ctx.check_declared("reads", name)
    with ctx.reading() as db:
        found = [_sight(ctx, db, name) for name in names]
    if None in found:  # the first look of a run is written down
        with ctx.writing() as db:
            found = [_sight(ctx, db, name, note=True) for name in names]
    return {sight.name: sight.relation() for sight in found if sight is not None}


def looked_at(ctx: Context, table: Table, version: int | None) -> TableVersion:
    """The version of a table that a caller looks at: the one named, else the head, or what the caller's run pinned.

    A run's look is noted as a read. What it has staged is no version yet.

    Raises:
        NotFound: there is no such version.
        NotPermitted: the run's pipeline did not declare the table.
    """
    ctx.check_declared("reads", tables.called(table))
    if ctx.run is None:
        with ctx.reading() as db:
            return tables.version(db, table, version)
    with ctx.writing() as db:
        if version is None:
            pinned = pin(db, ctx.run.commit_id, table, read=True)
            return pinned or tables.version(db, table)
        found = tables.version(db, table, version)
        db.merge(VersionRead(commit_id=ctx.run.commit_id, table_id=table.id, sequence=version))
        return found


def at(ctx: Context, table: Table, version: TableVersion) -> Relation:
    """The rows of a table at a version."""
    return snapshot(*_place(ctx, table, version))


def pin(db: Session, commit_id: UUID, table: Table, *, read: bool) -> TableVersion | None:
    """The version that a commit's run sees of a table from now on; None where the table has none yet."""
    row = db.get(TablePin, (commit_id, table.id))
    if row is None:
        head = db.get(TableHead, table.id)
        if head is None:
            return None
        row = TablePin(commit_id=commit_id, table_id=table.id, sequence=head.sequence, read=False)
        db.add(row)
    row.read = row.read or read
    return tables.version(db, table, row.sequence)


def staged_writes(db: Session, commit_id: UUID, name: str | None = None) -> list[StagedWrite]:
    """What a commit has staged, for one table or all, in order."""
    query = select(StagedWrite).where(StagedWrite.commit_id == commit_id).order_by(StagedWrite.ordinal)
    return list(db.scalars(query if name is None else query.where(StagedWrite.table_name == name)))


def _sight(ctx: Context, db: Session, name: str, *, note: bool = False) -> Sight | None:
    """What the caller sees under a name; None where its run looks for the first time and that is not to be noted."""
    if ctx.run is None:
        table = tables.readable(ctx, db, name)
        return Sight(name, _place(ctx, table, tables.version(db, table)))
    commit = db.get_one(Commit, ctx.run.commit_id)
    writes = staged_writes(db, commit.id, name)
    own = tables.named(db, ctx.workspace.id, name) if writes else tables.readable(ctx, db, name)
    layers = tuple((write, parts.staged_path(ctx.workbench.settings, commit, write)) for write in writes)
    if own is None:
        return Sight(name, None, layers)
    if not note:
        row = db.get(TablePin, (commit.id, own.id))
        if row is None or not row.read:
            return None
    version = pin(db, commit.id, own, read=True)
    return Sight(name, None if version is None else _place(ctx, own, version), layers)


def _place(ctx: Context, table: Table, version: TableVersion) -> tuple[Path, int]:
    return parts.folder(ctx.workbench.settings, table), version.delta_version
