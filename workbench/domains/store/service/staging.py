"""Rows on their way in: checked, cast to the table's types, written to a file, and noted as a write that waits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.core.errors import Conflict, Invalid
from workbench.core.ids import new_id
from workbench.core.sql import quoted
from workbench.core.visibility import find
from workbench.core.workbench import Workbench
from workbench.domains.store.drivers.evolution import evolve, key_columns
from workbench.domains.store.drivers.files import write as write_file
from workbench.domains.store.drivers.relations import staged
from workbench.domains.store.drivers.types import Column, Columns, names
from workbench.domains.store.models import Commit, CommitState, Mode, StagedWrite, Table, TableHead

from . import parts, reading, tables

if TYPE_CHECKING:
    import pyarrow as pa


def stage(
    ctx: Context, commit_id: UUID, name: str, rows: pa.RecordBatchReader, *, mode: Mode, key: Sequence[str] = ()
) -> StagedWrite:
    """Stage rows for a table, which need not exist; nobody but the commit's run sees them before the commit is done.

    Raises:
        Invalid: a type, a name, the key or a value does not fit; a merge has NULL or duplicate keys.
        Conflict: a column's type changed, or the commit is over.
        NotPermitted: the caller may not write to that table.
    """
    from workbench.domains.store.drivers import arrow

    _check_key(mode, key)
    ctx.check_declared("writes", name)
    with ctx.reading() as db:
        commit = _open(db, commit_id)
        current = _columns_now(ctx, db, commit, name, mode)
    schema = arrow.normalise(rows.schema)
    given = arrow.columns_of(schema)
    wanted = given if current is None else _as_in(current, name, given)
    key_columns(name, list(key), wanted)
    typed = arrow.normalised(rows, arrow.schema_of(wanted))
    path = parts.commit_folder(ctx.workbench.settings, commit) / "staged" / f"{new_id().hex}.parquet"
    written = write_file(path, typed)
    try:
        if mode is Mode.MERGE:
            _check_keys_once(ctx.workbench, path, name, wanted, key)
        with ctx.writing() as db:
            commit = _open(db, commit_id, lock=True)
            row = StagedWrite(
                commit_id=commit.id, ordinal=_next_ordinal(db, commit.id), table_name=name, mode=mode, key=list(key),
                path=path.name, rows=written.rows, bytes=written.bytes, columns=[dict(column) for column in wanted],
            )  # fmt: skip
            table = tables.named(db, commit.workspace_id, name)
            if table is not None:
                row.table_id = table.id
                if ctx.run is not None:
                    reading.pin(db, commit.id, table, read=False)
            db.add(row)
        return row
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def stage_restore(db: Session, commit: Commit, table: Table, sequence: int) -> StagedWrite:
    """Stage that an earlier version comes back.

    Raises:
        NotFound: there is no such version.
    """
    version = tables.version(db, table, sequence)
    row = StagedWrite(
        commit_id=commit.id, ordinal=_next_ordinal(db, commit.id), table_name=table.name, table_id=table.id,
        mode=Mode.RESTORE, key=[], rows=version.rows, bytes=0, columns=version.columns, restores=version.sequence,
    )  # fmt: skip
    db.add(row)
    return row


def columns_after(name: str, current: Columns | None, write: StagedWrite) -> Columns:
    """The columns of a table after a write.

    Raises:
        Conflict: a column's type changed.
    """
    if current is None or write.mode in (Mode.REPLACE, Mode.RESTORE):
        return [{"name": column["name"], "type": column["type"]} for column in write.columns]
    return evolve(name, current, write.columns).columns


def _open(db: Session, commit_id: UUID, *, lock: bool = False) -> Commit:
    query = select(Commit).where(Commit.id == commit_id)
    commit = db.scalars(query.with_for_update() if lock else query).one()
    if commit.state != CommitState.OPEN:
        raise Conflict(
            f"The commit is {commit.state}; nothing can be added to it.",
            fix="Start the run again." if commit.run_id else "Write again.",
            code="commit_closed",
        )
    return commit


def _columns_now(ctx: Context, db: Session, commit: Commit, name: str, mode: Mode) -> Columns | None:
    """The columns that a write must fit; None where it may have any."""
    table = tables.named(db, commit.workspace_id, name)
    writes = reading.staged_writes(db, commit.id, name)
    if table is not None and not writes:
        find(ctx, db, Table, name)  # says whether the caller may write there
    if mode is Mode.REPLACE:
        return None
    head = db.get(TableHead, table.id) if table is not None else None
    columns: Columns | None = head.columns if head else None
    for write in writes:
        columns = columns_after(name, columns, write)
    return columns


def _as_in(current: Columns, name: str, given: Columns) -> list[Column]:
    kinds = {column["name"]: column["type"] for column in evolve(name, current, given).columns}
    return [{"name": column, "type": kinds[column]} for column in names(given)]


def _check_key(mode: Mode, key: Sequence[str]) -> None:
    pointer = [{"pointer": "/key", "message": "the columns that identify a row"}]
    if mode is Mode.MERGE and not key:
        raise Invalid("A merge needs a key.", fix='Say which columns identify a row: key=["id"].', errors=pointer)
    if mode is not Mode.MERGE and key:
        raise Invalid(f"A key means nothing to {mode}.", fix='Use mode="merge", or leave the key out.', errors=pointer)
    if len(set(key)) != len(key):
        raise Invalid("The key names a column twice.", fix="Name each column once.", errors=pointer)


def _check_keys_once(workbench: Workbench, path: Path, name: str, columns: Columns, key: Sequence[str]) -> None:
    """Refuse NULL and duplicate keys, which a merge would insert again and again."""
    source = staged(path, columns).sql
    listed = ", ".join(quoted(column) for column in key)
    empty = " OR ".join(f"{quoted(column)} IS NULL" for column in key)
    what = f"the key ({', '.join(key)}) of the merge into {name}"
    duck = parts.duck(workbench)
    ((nulls,),) = duck.rows(f"SELECT count(*) FROM ({source}) WHERE {empty}")  # noqa: S608 - names are quoted
    if nulls:
        raise Invalid(
            f"{nulls} rows have a NULL in {what}.",
            fix="Fill it in, leave those rows out, or choose another key.",
            code="merge_key_null",
            rows=nulls,
        )
    twice = f"SELECT {listed}, count(*) AS n FROM ({source}) GROUP BY {listed} HAVING n > 1"  # noqa: S608 - likewise
    found = duck.rows(f"SELECT *, count(*) OVER (), sum(n) OVER () FROM ({twice}) ORDER BY ALL LIMIT 3")  # noqa: S608
    if found:
        examples = "; ".join(str(row[: len(key)][0] if len(key) == 1 else row[: len(key)]) for row in found)
        raise Invalid(
            f"{found[0][-2]} values of {what} occur more than once, in {found[0][-1]} rows: {examples[:300]}.",
            fix=f"Keep one row each: df.drop_duplicates({list(key)!r}, keep='last').",
            code="merge_key_duplicate",
            values=int(found[0][-2]),
        )


def _next_ordinal(db: Session, commit_id: UUID) -> int:
    last = db.scalar(select(func.max(StagedWrite.ordinal)).where(StagedWrite.commit_id == commit_id))
    return 0 if last is None else last + 1
