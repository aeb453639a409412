"""How a person or a run writes: staged within a run, else committed at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from workbench.core.context import Context
from workbench.core.errors import Conflict, NotPermitted
from workbench.core.operations import External
from workbench.core.workbench import Workbench
from workbench.domains.store.models import Commit, Mode, Table
from workbench.domains.store.schemas import RestoreTable, StageTable, TableView, WriteView

from . import committer, staging, tables, views


def write(ctx: Context, request: StageTable, rows: Any) -> WriteView:
    """Stage rows; outside a run, commit them at once.

    Raises:
        Invalid: the rows or the key do not fit.
        Conflict: a column's type changed.
    """
    mode, key = Mode(request.mode), request.key or []
    if ctx.run is not None:
        row = staging.stage(ctx, ctx.run.commit_id, request.name, rows, mode=mode, key=key)
        return WriteView(table=request.name, mode=mode, rows=row.rows, staged=True)
    commit_id = _begin(ctx, request.message)
    try:
        row = staging.stage(ctx, commit_id, request.name, rows, mode=mode, key=key)
    except BaseException:
        with ctx.writing() as db:
            committer.discard(ctx.workbench.settings, db, committer.get(db, commit_id))
        raise
    (version,) = committer.commit_now(ctx.workbench, commit_id)
    return WriteView(table=request.name, mode=mode, rows=row.rows, staged=False, version=version.sequence)


def restore(ctx: Context, request: RestoreTable) -> External[TableView]:
    """Bring a version back as a new one.

    Raises:
        NotFound: there is no such version.
        NotPermitted: a run asks.
        Conflict: the table is put away.
    """
    table: Table = ctx.target
    then = f'wb.read("{table.name}", version={request.version})'
    refuse_in_run(ctx, "restore", f'Write its rows anew: wb.write({then}, "{table.name}", mode="replace").')
    if table.archived_at is not None:
        raise Conflict("The table is put away.", fix="Bring it back first.", code="table_archived")
    commit = _open(ctx, ctx.db, "")
    staging.stage_restore(ctx.db, commit, table, request.version)
    workbench: Workbench = ctx.workbench
    return External(
        work=lambda: committer.commit_now(workbench, commit.id),
        store=lambda later, _: views.one(table, tables.head_if_any(later.db, table)),
    )


def refuse_in_run(ctx: Context, what: str, fix: str = "Do it outside of runs.") -> None:
    """Let a run change nothing about a table but by its writes, which are all seen or none.

    Raises:
        NotPermitted: a run asks.
    """
    if ctx.run is not None:
        raise NotPermitted(
            f"A run may not {what} a table: that would be there at once and stay, also if the run fails.",
            fix=fix, code="not_within_a_run",
        )  # fmt: skip


def _begin(ctx: Context, message: str) -> UUID:
    with ctx.writing() as db:
        return _open(ctx, db, message).id


def _open(ctx: Context, db: Any, message: str) -> Commit:
    commit = committer.open_commit(
        ctx.workbench.settings, db, ctx.workspace_id, owner_id=ctx.principal.user_id, author=ctx.principal.name
    )
    commit.message = message
    return commit
