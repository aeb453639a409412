"""How the runs of a period went, added up by the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Select, case, cast, extract, func, select
from sqlalchemy.orm import Session

from workbench.core import clock
from workbench.core.context import Context
from workbench.core.visibility import visible
from workbench.domains.monitoring import schemas as s
from workbench.domains.runs.models import BROKEN, Run, Status

# How long a period is, and each part of it, in seconds.
PERIODS: Final[dict[str, tuple[int, int]]] = {
    "24h": (86_400, 3600),
    "7d": (604_800, 21_600),
    "30d": (2_592_000, 86_400),
}
PIPELINES, FAILURES, CELLS = 20, 15, 10
# Runs of a pipeline belong together whatever it was called; those of no pipeline do by what they are called.
TITLE = case((Run.pipeline_id.is_(None), Run.title))
PIPELINE = (Run.pipeline_id, TITLE)
PERCENTILES = (50, 90, 99)


def history(ctx: Context, period: s.Period) -> s.HistoryView:
    """How the runs went that the caller may see."""
    length, width = PERIODS[period]
    end = (int(clock.now().timestamp()) // width + 1) * width  # parts begin at full hours and days
    since = datetime.fromtimestamp(end - length, UTC)
    runs = visible(ctx, Run).where(Run.created_at >= since)
    return s.HistoryView(
        period=period,
        since=since,
        buckets=_buckets(ctx.db, runs, since, length, width),
        pipelines=_pipelines(ctx.db, runs),
        failures=_failures(ctx, runs),
        slow_cells=_slow_cells(ctx.db, runs),
    )


def _buckets(db: Session, runs: Select[Any], since: datetime, length: int, width: int) -> list[s.Bucket]:
    begin = int(since.timestamp())
    part = ((cast(extract("epoch", Run.created_at), BigInteger) - begin) // width).label("part")
    counted = runs.with_only_columns(part, Run.status, func.count()).group_by(part, Run.status)
    found = [dict.fromkeys(("succeeded", "failed", "others"), 0) for _ in range(length // width)]
    for at, status, number in db.execute(counted):
        word = "succeeded" if status == Status.SUCCEEDED else "failed" if status in BROKEN else "others"
        found[min(at, len(found) - 1)][word] += number
    return [s.Bucket(begins_at=since + timedelta(seconds=width * at), **one) for at, one in enumerate(found)]


def _pipelines(db: Session, runs: Select[Any]) -> list[s.PipelineFigures]:
    """The pipelines with most runs; the place of a run among the sorted ones makes it a percentile or not."""
    counted = runs.with_only_columns(
        *PIPELINE, func.max(Run.title), func.count().label("number"),
        func.sum(case((Run.status == Status.SUCCEEDED, 1), else_=0)),
        func.sum(case((Run.status.in_(BROKEN), 1), else_=0)),
    ).group_by(*PIPELINE).order_by(func.count().desc(), func.max(Run.title)).limit(PIPELINES)  # fmt: skip
    place = func.row_number().over(partition_by=PIPELINE, order_by=Run.seconds).label("place")
    number = func.count().over(partition_by=PIPELINE).label("number")
    sorted_ = (
        runs.where(Run.status == Status.SUCCEEDED, Run.seconds.is_not(None))
        .with_only_columns(Run.pipeline_id, TITLE.label("title"), Run.seconds, place, number)
        .subquery()
    )
    at = [
        func.max(case((sorted_.c.place == (sorted_.c.number * p + 99) // 100, sorted_.c.seconds))) for p in PERCENTILES
    ]
    key = (sorted_.c.pipeline_id, sorted_.c.title)
    took = {(row[0], row[1]): row[2:] for row in db.execute(select(*key, *at).group_by(*key))}
    return [
        s.PipelineFigures(
            pipeline_id=id_, title=name, runs=number, succeeded=succeeded, failed=failed,
            **dict(zip(("p50", "p90", "p99"), took.get((id_, title), (None,) * 3), strict=True)),
        )
        for id_, title, name, number, succeeded, failed in db.execute(counted)
    ]  # fmt: skip


def _failures(ctx: Context, runs: Select[Any]) -> list[s.FailureGroup]:
    place = func.row_number().over(partition_by=Run.error_group, order_by=(Run.created_at.desc(), Run.id.desc()))
    number = func.count().over(partition_by=Run.error_group)
    broken = (
        runs.where(Run.status.in_(BROKEN), Run.error_group.is_not(None))
        .with_only_columns(Run.id, place.label("place"), number.label("number"))
        .subquery()
    )
    latest = select(Run, broken.c.number).join(broken, broken.c.id == Run.id).where(broken.c.place == 1)
    ordered = latest.order_by(broken.c.number.desc(), Run.created_at.desc()).limit(FAILURES)
    detailed = ctx.may("runs:logs")
    return [
        s.FailureGroup(
            error_group=run.error_group, name=run.error["name"], message=run.error["message"] if detailed else None,
            cell=run.error.get("cell"), title=run.title, runs=number, latest_at=run.created_at, latest_run=run.id,
        )
        for run, number in ctx.db.execute(ordered)
    ]  # fmt: skip


def _slow_cells(db: Session, runs: Select[Any]) -> list[s.SlowCell]:
    partition = (*PIPELINE, Run.slowest_cell)
    place = func.row_number().over(partition_by=partition, order_by=(Run.slowest_seconds.desc(), Run.id.desc()))
    number, mean = (make.over(partition_by=partition) for make in (func.count(), func.avg(Run.slowest_seconds)))
    known = (
        runs.where(Run.slowest_cell.is_not(None))
        .with_only_columns(
            Run.id, Run.pipeline_id, Run.title, Run.slowest_cell, Run.slowest_seconds,
            number.label("number"), mean.label("mean"), place.label("place"),
        )
        .subquery()
    )  # fmt: skip
    c = known.c
    slowest = select(known).where(c.place == 1).order_by(c.mean.desc(), c.id).limit(CELLS)
    return [
        s.SlowCell(
            pipeline_id=row.pipeline_id, title=row.title, cell=row.slowest_cell, runs=row.number,
            mean_seconds=row.mean, most_seconds=row.slowest_seconds, slowest_run=row.id,
        )
        for row in db.execute(slowest)
    ]  # fmt: skip
