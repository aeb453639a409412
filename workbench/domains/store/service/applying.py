"""A write becomes a Delta version, once, whatever was interrupted before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.core.errors import Unavailable
from workbench.core.workbench import Workbench
from workbench.domains.store.drivers import delta, files
from workbench.domains.store.drivers.relations import Relation, layered, over, staged, touched, without
from workbench.domains.store.drivers.types import Columns, same
from workbench.domains.store.models import Commit, Mode, StagedWrite, Table

from . import parts, staging


@dataclass(frozen=True, slots=True)
class Task:
    """A write to apply.

    `base` is the Delta version before the commit's first write to the table, None where there was none; `restores` is
    the Delta version that a restore brings back.
    """

    workbench: Workbench
    commit: Commit
    table: Table
    write: StagedWrite
    base: int | None
    restores: int | None

    @property
    def folder(self) -> Path:
        return parts.folder(self.workbench.settings, self.table)

    @property
    def mark(self) -> delta.Mark:
        return delta.Mark(self.write.sequence or 0, self.commit.id.hex)

    @property
    def file(self) -> str:
        """The name of the write's file in the table's folder; the same when it is tried again."""
        return f"part-{self.mark.sequence:08d}-{self.mark.commit[-12:]}"


@dataclass(frozen=True, slots=True)
class Applied:
    """What a write made of its table."""

    table: Table
    write: StagedWrite
    sequence: int
    state: delta.State


def apply(task: Task) -> Applied:
    """Apply a write to its table's log, unless that was done before; the caller holds the table's lock.

    Raises:
        Unavailable: the disk is full, or the staged file is gone.
    """
    folder, mark = task.folder, task.mark
    log = delta.ensure(folder, task.table.id.hex, task.write.columns)
    found = delta.applied(folder, log, mark.sequence)
    if found is not None and found[1] != mark.commit:
        # The log knows more than the database, which was brought back from a backup: the database is right.
        back = delta.restore(folder, delta.Mark(mark.sequence - 1, ""), task.base or 0)
        log, found = delta.Log(back, mark.sequence - 1), None
    version = found[0] if found else _change(task, log.version)
    return Applied(task.table, task.write, mark.sequence, delta.state(folder, version))


def _change(task: Task, version: int) -> int:
    write, folder = task.write, task.folder
    if write.mode == Mode.RESTORE:
        return delta.restore(folder, task.mark, task.restores or 0)
    source = parts.staged_path(task.workbench.settings, task.commit, write)
    if not source.exists():
        fix = "Bring it back from a backup; until then nobody can write to the table."
        raise Unavailable(f"The staged file {source} is gone.", fix=fix, code="staged_file_gone")
    now = delta.state(folder, version)
    first = task.mark.sequence == 1  # such a table has the columns of whichever write made its folder
    columns = staging.columns_after(task.table.name, None if first else now.columns, write)
    added = [_place(task, source, columns)]
    if first or write.mode == Mode.REPLACE:
        return delta.change(folder, task.mark, columns, added, replace=True)
    removed: Sequence[str] = ()
    if write.mode == Mode.MERGE and now.paths:
        removed, kept = _merged(task, now, source)
        added += kept
    return delta.change(folder, task.mark, columns, added, removed)


def _place(task: Task, source: Path, columns: Columns) -> delta.NewFile:
    """Bring a staged file into the table's folder: as it is, or cast where the table's types were changed since."""
    write, target = task.write, task.folder / f"{task.file}.parquet"
    kinds = {column["name"]: column["type"] for column in columns}
    wanted = [{"name": column["name"], "type": kinds[column["name"]]} for column in write.columns]
    if all(same(old["type"], new["type"]) for old, new in zip(write.columns, wanted, strict=True)):
        files.place(source, target)
        return delta.NewFile(target.name, write.rows, target.stat().st_size)
    cast = layered(write.table_name, over(wanted, ()), Mode.APPEND, staged(source, write.columns))
    written = files.write(target, parts.duck(task.workbench).stream(cast))
    return delta.NewFile(target.name, written.rows, written.bytes)


def _merged(task: Task, now: delta.State, source: Path) -> tuple[list[str], list[delta.NewFile]]:
    """The files that hold rows which a merge replaces, and a file with the other rows of theirs.

    It is the anti-join by which a run sees its own merge, and needs memory for the keys alone.
    """
    duck, key, new = parts.duck(task.workbench), task.write.key, staged(source, task.write.columns).sql
    hit = [path for (path,) in duck.rows(touched(now.columns, now.paths, new, key))]
    if not hit:
        return [], []
    rest = Relation(without(over(now.columns, hit, now.partitioned_by).sql, new, key), now.columns, tuple(hit))
    written = files.write(task.folder / f"{task.file}-kept.parquet", duck.stream(rest))
    kept = [delta.NewFile(f"{task.file}-kept.parquet", written.rows, written.bytes)] if written.rows else []
    return [Path(path).relative_to(task.folder).as_posix() for path in hit], kept
