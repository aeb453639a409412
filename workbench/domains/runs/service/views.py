"""Runs as callers see them, gathered for a whole page in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.core.permissions import PERMISSIONS
from workbench.core.visibility import visible
from workbench.domains.pipelines.models import Pipeline, PipelineVersion
from workbench.domains.runs.models import ENDED, Run, RunCheck, RunFigure, RunMetric
from workbench.domains.runs.schemas import CheckView, RunFailure, RunView, TableUse
from workbench.domains.store.service import lineage

from . import ledger
from .code import reads_code


def one(ctx: Context, db: Session, run: Run) -> RunView:
    """A run as its reader may see it, with the values of parameters that were not given."""
    found = several(ctx, db, [run])[0]
    return found.model_copy(update={"defaults": _defaults(ctx, db, run)}) if ctx.may("runs:logs") else found


def _defaults(ctx: Context, db: Session, run: Run) -> dict[str, Any]:
    """What the version that ran declares for parameters that were not given; what it computes is not known.

    It is the pipeline that declares it, so nothing to who does not see that.
    """
    pipeline = visible(ctx, Pipeline, permission=PERMISSIONS["pipelines:read"]).where(Pipeline.id == run.pipeline_id)
    asked = (
        PipelineVersion.pipeline_id.in_(pipeline.with_only_columns(Pipeline.id)),
        PipelineVersion.number == run.pipeline_version,
    )
    schema = db.scalars(select(PipelineVersion.parameters).where(*asked)).one_or_none() or {}
    declared = sorted(schema.get("properties", {}).items(), key=lambda one: one[1].get("x-order", 0))
    return {name: one["default"] for name, one in declared if "default" in one and name not in run.parameters}


def several(ctx: Context, db: Session, runs: Sequence[Run]) -> list[RunView]:
    """Runs as their reader may see them: without the right to logs, no parameters, errors or paths."""
    attempts = [(run.id, run.attempt) for run in runs]
    metrics: dict[UUID, dict[str, float]] = defaultdict(dict)
    for metric in db.scalars(select(RunMetric).where(*_of(RunMetric, attempts))):
        metrics[metric.run_id][metric.name] = metric.value
    figures: dict[UUID, list[str]] = defaultdict(list)
    found = select(RunFigure.run_id, RunFigure.label).order_by(RunFigure.id)
    for run_id, label in db.execute(found.where(*_of(RunFigure, attempts))):
        figures[run_id].append(label)
    checks: dict[UUID, list[CheckView]] = defaultdict(list)
    made = select(RunCheck).where(*_of(RunCheck, attempts)).order_by(RunCheck.id)
    for check in db.scalars(made):
        checks[check.run_id].append(CheckView.of(check))
    uses = lineage.uses_of(db, [run.commit_id for run in runs if run.commit_id])
    none: tuple[list[Any], list[Any]] = ([], [])
    return [
        _view(
            ctx,
            run,
            uses[run.commit_id] if run.commit_id else none,
            metrics=metrics[run.id],
            figures=figures[run.id],
            checks=checks[run.id],
        )
        for run in runs
    ]


def _of(model: type[Any], attempts: Sequence[tuple[UUID, int]]) -> tuple[ColumnElement[bool], ...]:
    """What attempts left; the runs are named apart as well, since SQLite finds no pairs in an index."""
    runs = model.run_id.in_([run_id for run_id, _ in attempts])
    return runs, tuple_(model.run_id, model.attempt).in_(attempts)


def _view(ctx: Context, run: Run, uses: tuple[list[Any], list[Any]], **results: Any) -> RunView:
    detailed, coded = ctx.may("runs:logs"), reads_code(ctx)
    output = ledger.attempt_folder(ctx.workbench.settings, run.id, run.attempt) / "output.ipynb"
    read, written = uses
    return RunView(
        id=run.id,
        title=run.title,
        pipeline_id=run.pipeline_id,
        pipeline_version=run.pipeline_version,
        workspace=ctx.workspace.name,
        status=run.status,
        parameters=run.parameters if detailed else {},
        attempt=run.attempt,
        submitted_by=run.submitted_by,
        rights_of=run.rights_of,
        submitted_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        cells_total=run.cells_total,
        cells_done=run.cells_done,
        current_cell=_current(run, coded) if detailed else None,
        error=_error(run.error, detailed, coded),
        tables_read=[TableUse.of(use) for use in read],
        tables_written=[TableUse.of(use) for use in written],
        output_path=str(output) if detailed and run.status in ENDED and output.exists() else None,
        correlation_id=run.correlation_id,
        retry_of=run.retry_of,
        **results,
    )


def _current(run: Run, coded: bool) -> dict[str, Any] | None:
    return run.current_cell if coded or run.current_cell is None else {**run.current_cell, "first_line": ""}


def _error(error: dict[str, Any] | None, detailed: bool, coded: bool) -> RunFailure | None:
    if error is None:
        return None
    kept = error if coded else {**error, "traceback": None}
    return RunFailure(**kept) if detailed else RunFailure(name=error["name"], message="Ask someone who may read logs.")
