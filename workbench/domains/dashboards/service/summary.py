"""The summary of a workspace, in a dozen queries whose cost does not grow with its past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, aliased

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.permissions import PERMISSIONS
from workbench.core.visibility import visible
from workbench.domains.dashboards import schemas as s
from workbench.domains.pipelines.models import Pipeline
from workbench.domains.runs.models import BROKEN, ENDED, Run, RunCheck, RunFigure, Status
from workbench.domains.store.models import Commit, CommitState, Table, TableHead, TableVersion
from workbench.domains.store.service.tables import all_readable

from .measures import measures

DAY = timedelta(hours=24)
MARKS, COMMITS, TABLES, MEASURED, PIPELINES, SIZES = 30, 40, 8, 40, 200, 30
ACTIVE = tuple(status for status in Status if status not in ENDED)
MAKER = func.coalesce(Run.title, TableVersion.author)
FILTERS: dict[str, tuple[Status, ...]] = {"active": ACTIVE, "succeeded": (Status.SUCCEEDED,), "failed": BROKEN}


def home(ctx: Context, request: s.HomeRequest) -> s.Home:
    """Everything the home page shows of what the caller may see, except the chart's points."""
    at = now()
    runs, tables = seen(ctx, Run, "runs:read"), all_readable(ctx)
    heads = _heads(ctx.db, tables)
    commits = _commits(ctx.db, ctx.workspace_id, tables)
    return s.Home(
        workspace=ctx.workspace.name,
        timezone=ctx.workspace.timezone,
        at=at,
        pipelines=_pipelines(ctx),
        runs=_run_counts(ctx.db, runs, at - DAY),
        store=_store_counts(ctx.db, tables, commits, at - DAY),
        last_write=_last_write(commits),
        checks=_checks(ctx.db, runs, at - DAY),
        recent=_recent(ctx, runs, request),
        tables=[_table_line(table, head, by) for table, head, by, _ in heads[:TABLES]],
        measures=measures((table.name, head, pipeline is not None) for table, head, _, pipeline in heads),
        figure=_figure(ctx, runs),
    )


def seen(ctx: Context, model: type[Any], permission: str) -> Select[Any]:
    """The rows that the caller sees by another permission than that of the page."""
    rows: Select[Any] = visible(ctx, model, permission=PERMISSIONS[permission])
    return rows


def _pipelines(ctx: Context) -> dict[str, str]:
    rows = seen(ctx, Pipeline, "pipelines:read").where(Pipeline.archived_at.is_(None))
    named = rows.with_only_columns(Pipeline.name, Pipeline.title).order_by(Pipeline.name).limit(PIPELINES)
    return {name: title or name for name, title in ctx.db.execute(named)}


def _run_counts(db: Session, runs: Select[Any], since: datetime) -> s.RunCounts:
    counted = runs.with_only_columns(Run.status, func.count()).group_by(Run.status)
    today = dict(db.execute(counted.where(Run.created_at >= since)).all())
    active = db.scalar(runs.with_only_columns(func.count()).where(Run.status.in_(ACTIVE))) or 0
    latest = runs.with_only_columns(Run.status, Run.started_at, Run.finished_at)
    marks = [
        s.RunMark(status=status, seconds=(ended - began).total_seconds() if began and ended else None)
        for status, began, ended in db.execute(latest.order_by(Run.created_at.desc(), Run.id.desc()).limit(MARKS))
    ]
    return s.RunCounts(
        total=sum(today.values()),
        succeeded=today.get(Status.SUCCEEDED, 0),
        failed=sum(today.get(status, 0) for status in BROKEN),
        active=active,
        marks=marks[::-1],
    )


def _recent(ctx: Context, runs: Select[Any], request: s.HomeRequest) -> list[s.RunLine]:
    query = runs.add_columns(Pipeline.name).outerjoin(Pipeline, Pipeline.id == Run.pipeline_id)
    if request.runs in FILTERS:
        query = query.where(Run.status.in_(FILTERS[request.runs]))
    if request.pipeline is not None:
        query = query.where(Pipeline.name == request.pipeline)
    if request.mine:
        query = query.where(Run.owner_id == ctx.principal.user_id)
    rows = ctx.db.execute(query.order_by(Run.created_at.desc(), Run.id.desc()).limit(request.limit)).all()
    written = _written(ctx, [run.commit_id for run, _ in rows if run.commit_id is not None])
    detailed = ctx.may("runs:logs")
    return [_run_line(run, name, written.get(run.commit_id, []), detailed) for run, name in rows]


def _written(ctx: Context, commit_ids: Sequence[UUID]) -> dict[UUID | None, list[s.TableWritten]]:
    tables = all_readable(ctx).with_only_columns(Table.id, Table.name).subquery()
    made = select(TableVersion.commit_id, tables.c.name, TableVersion.sequence, TableVersion.rows_written)
    joined = made.join(tables, tables.c.id == TableVersion.table_id).where(TableVersion.commit_id.in_(commit_ids))
    found: dict[UUID | None, list[s.TableWritten]] = defaultdict(list)
    for commit_id, name, version, rows in ctx.db.execute(joined.order_by(tables.c.name, TableVersion.sequence)):
        found[commit_id].append(s.TableWritten(name=name, version=version, rows=rows))
    return found


def _run_line(run: Run, pipeline: str | None, tables: list[s.TableWritten], detailed: bool) -> s.RunLine:
    return s.RunLine(
        id=run.id,
        pipeline=pipeline or run.title,
        title=run.title,
        status=run.status,
        submitted_by=run.submitted_by,
        submitted_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        cells_done=run.cells_done,
        cells_total=run.cells_total,
        error=f"{run.error['name']}: {run.error['message']}" if run.error and detailed else None,
        tables=tables,
    )


def _heads(db: Session, tables: Select[Any]) -> Sequence[Any]:
    """The latest written tables, with their heads, who wrote them, and which pipeline, if any."""
    query = (
        tables.join(TableVersion, (TableVersion.table_id == Table.id) & (TableVersion.sequence == TableHead.sequence))
        .outerjoin(Run, Run.id == TableVersion.run_id)
        .with_only_columns(Table, TableHead, MAKER, Run.pipeline_id)
    )
    return db.execute(query.order_by(TableHead.updated_at.desc(), Table.name).limit(MEASURED)).all()


def _table_line(table: Table, head: TableHead, by: str) -> s.TableLine:
    return s.TableLine(
        name=table.name,
        rows=head.rows,
        bytes=head.bytes,
        version=head.sequence,
        written_at=head.updated_at,
        written_by=by,
    )


def _commits(db: Session, workspace_id: UUID, tables: Select[Any]) -> Sequence[Any]:
    """The latest versions made, the newest first: when, of which table, by whom, its rows and those before."""
    mine = tables.with_only_columns(Table.id, Table.name).subquery()
    before = aliased(TableVersion)
    query = (
        select(
            TableVersion.created_at, mine.c.name, TableVersion.sequence, MAKER,
            TableVersion.rows, before.rows, TableVersion.rows_written,
        )
        .join(Commit, Commit.id == TableVersion.commit_id)
        .join(mine, mine.c.id == TableVersion.table_id)
        .outerjoin(before, (before.table_id == TableVersion.table_id) & (before.sequence == TableVersion.sequence - 1))
        .outerjoin(Run, Run.id == TableVersion.run_id)
        .where(Commit.workspace_id == workspace_id, Commit.state == CommitState.DONE)
    )  # fmt: skip
    newest = query.order_by(Commit.created_at.desc(), TableVersion.sequence.desc()).limit(COMMITS)
    return db.execute(newest).all()


def _store_counts(db: Session, tables: Select[Any], commits: Sequence[Any], since: datetime) -> s.StoreCounts:
    sums = tables.with_only_columns(func.count(), func.sum(TableHead.rows), func.sum(TableHead.bytes))
    number, rows, size = db.execute(sums).one()
    largest = tables.with_only_columns(TableHead.rows).order_by(TableHead.rows.desc()).limit(SIZES)
    written = (
        select(func.sum(TableVersion.rows_written))
        .join(Commit, Commit.id == TableVersion.commit_id)
        .where(
            TableVersion.table_id.in_(tables.with_only_columns(Table.id)),
            Commit.state == CommitState.DONE, Commit.created_at >= since,
        )
    )  # fmt: skip
    total = int(rows or 0)
    return s.StoreCounts(
        tables=number,
        rows=total,
        bytes=int(size or 0),
        rows_today=int(db.scalar(written) or 0),
        growth=_growth(total, commits),
        sizes=list(db.scalars(largest)),
    )


def _growth(total: int, commits: Sequence[Any]) -> list[int]:
    """Rows in the store after each commit, oldest first, counted back from what it holds now."""
    held, growth = total, []
    for *_, rows, before, _written in commits:
        growth.append(held)
        held -= rows - (before or 0)
    return [*growth, max(held, 0)][::-1] if growth else []


def _last_write(commits: Sequence[Any]) -> s.LastWrite | None:
    if not commits:
        return None
    at, table, version, by, *_ = commits[0]
    sizes = [float(written) for *_, written in commits[:MARKS]]
    return s.LastWrite(at=at, table=table, version=version, by=by, sizes=sizes[::-1])


def _checks(db: Session, runs: Select[Any], since: datetime) -> s.CheckCounts:
    mine = runs.where(Run.created_at >= since).with_only_columns(Run.id, Run.attempt).subquery()
    query = select(func.count(), func.sum(case((RunCheck.failing > 0, 1), else_=0))).join(
        mine, (mine.c.id == RunCheck.run_id) & (mine.c.attempt == RunCheck.attempt)
    )
    made, failed = db.execute(query).one()
    return s.CheckCounts(passed=made - (failed or 0), failed=failed or 0)


def _figure(ctx: Context, runs: Select[Any]) -> s.FigureLine | None:
    """The newest figure of a run that succeeded."""
    mine = runs.where(Run.status == Status.SUCCEEDED).with_only_columns(Run.id, Run.attempt, Run.title).subquery()
    query = (
        select(
            RunFigure.id, RunFigure.run_id, RunFigure.label, RunFigure.media_type, RunFigure.created_at, mine.c.title
        )
        .join(mine, (mine.c.id == RunFigure.run_id) & (mine.c.attempt == RunFigure.attempt))
        .where(RunFigure.workspace_id == ctx.workspace_id)  # the index of a workspace's figures begins with it
        .order_by(RunFigure.created_at.desc())
        .limit(1)
    )
    row = ctx.db.execute(query).mappings().one_or_none()
    return s.FigureLine.model_validate(dict(row)) if row is not None else None
