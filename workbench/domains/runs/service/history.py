"""How pipelines have been running."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func

from workbench.core.context import Context
from workbench.core.visibility import visible
from workbench.domains.runs.models import Run
from workbench.domains.runs.schemas import LatestView, PipelineRuns, RunMark


def latest(ctx: Context, pipelines: Sequence[UUID], depth: int) -> LatestView:
    """The latest runs of each pipeline that the caller may see, in one query."""
    newest_first = (Run.created_at.desc(), Run.id.desc())
    place = func.row_number().over(partition_by=Run.pipeline_id, order_by=newest_first).label("place")
    columns = (Run.id, Run.pipeline_id, Run.status, Run.submitted_by, Run.created_at, Run.started_at, Run.finished_at)
    ranked = visible(ctx, Run).where(Run.pipeline_id.in_(pipelines)).with_only_columns(*columns, place).subquery()
    found: dict[UUID, list[RunMark]] = defaultdict(list)
    for row in ctx.db.execute(ranked.select().where(ranked.c.place <= depth).order_by(ranked.c.place)):
        took = row.finished_at - row.started_at if row.started_at and row.finished_at else None
        found[row.pipeline_id].append(
            RunMark(
                id=row.id, status=row.status, submitted_by=row.submitted_by, submitted_at=row.created_at,
                seconds=took.total_seconds() if took is not None else None,
            )
        )  # fmt: skip
    return LatestView(items=[PipelineRuns(pipeline_id=id_, runs=runs) for id_, runs in found.items()])
