"""What to declare when a version is published: what a run of it was seen to read and write."""

from __future__ import annotations

from dataclasses import replace

from workbench.core.context import Context
from workbench.core.errors import Conflict, NotFound
from workbench.core.permissions import PERMISSIONS
from workbench.core.visibility import find, visible
from workbench.domains.pipelines import service as pipelines
from workbench.domains.pipelines.models import Pipeline, PipelineVersion
from workbench.domains.runs.models import Run, Status
from workbench.domains.runs.schemas import Proposal
from workbench.domains.store.service import lineage

READING = PERMISSIONS["runs:read"]


def proposal(ctx: Context, pipeline: Pipeline, key: str | None) -> Proposal:
    """What a run read and wrote, and what of it the caller may not publish.

    Raises:
        NotFound: there is no such run, or it is of another pipeline.
        Conflict: no run of the pipeline has succeeded, or the one named has not.
    """
    run = _newest(ctx, pipeline) if key is None else _named(ctx, pipeline, key)
    if run is None or run.status != Status.SUCCEEDED or run.commit_id is None:
        raise Conflict(
            f"No run of {pipeline.name} has succeeded." if run is None else f"The run is {run.status}.",
            fix="Run it once to its end: what it reads and writes is recorded.",
            code="nothing_recorded",
        )
    read, written = lineage.uses_of(ctx.db, [run.commit_id])[run.commit_id]
    sources = lineage.sources_of(ctx.db, run.commit_id)
    reads = sorted({use.name for use in read} | {f"{connector}.{stream}" for connector, stream in sources})
    writes = sorted({use.name for use in written})
    held = pipelines.caller_of(ctx, writes).holdings
    missing = [f"reading {name}" for name in pipelines.lacking(held.reads, reads)]
    missing += [f"writing {name}" for name in pipelines.lacking(held.writes, writes)]
    return Proposal(
        pipeline=pipeline.name,
        number=ctx.db.get_one(PipelineVersion, run.version_id).number,
        run_id=run.id,
        reads=reads,
        writes=writes,
        publishable=not missing,
        missing=missing,
    )


def _newest(ctx: Context, pipeline: Pipeline) -> Run | None:
    mine = visible(ctx, Run, permission=READING).where(Run.pipeline_id == pipeline.id, Run.status == Status.SUCCEEDED)
    newest: Run | None = ctx.db.scalars(mine.order_by(Run.created_at.desc(), Run.id.desc()).limit(1)).first()
    return newest


def _named(ctx: Context, pipeline: Pipeline, key: str) -> Run:
    run: Run = find(replace(ctx, permission=READING), ctx.db, Run, key)
    if run.pipeline_id != pipeline.id:
        raise NotFound(f"There is no run {key[:80]!r} of {pipeline.name}.", code="run_not_found")
    return run
