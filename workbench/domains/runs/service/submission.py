"""How runs come to be."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.core.db import beside
from workbench.core.errors import Conflict, Invalid, NotFound, NotPermitted, Throttled
from workbench.core.ids import new_id
from workbench.core.row_security import INSTALLATION
from workbench.domains.access.models import User
from workbench.domains.pipelines import service as pipelines
from workbench.domains.pipelines.models import Pipeline, PipelineVersion
from workbench.domains.runs.models import ENDED, Run, RunNotebook, Status
from workbench.domains.runs.schemas import StartNotebook
from workbench.engines.notebooks import read

from . import ledger

_OPTIONS = {"kernel", "cwd", "source", "output", "report_mode", "start_seconds", "cell_seconds"}

QUEUE_SECONDS = 10  # after which whoever has too many runs waiting may try again


def start_pipeline(
    ctx: Context, pipeline: Pipeline, number: int | None, values: dict[str, Any], texts: dict[str, str]
) -> Run:
    """Queue a run of a pipeline's version, the one that the caller means when `number` is None.

    Raises:
        Conflict: the pipeline is archived.
        NotFound: it has no such version.
        Invalid: a parameter is missing, unknown or of the wrong type.
        Throttled: as many runs of the caller wait as may.
    """
    pipelines.require_active(pipeline)
    version = pipelines.version_for(ctx, pipeline, number)
    run = _new(ctx, pipeline.title or pipeline.name, pipelines.coerce(version.parameters, values, texts))
    run.pipeline_id, run.pipeline_version, run.version_id = pipeline.id, version.number, version.id
    _grant(ctx, run, version)
    return _queue(ctx, run)


def start_notebook(ctx: Context, request: StartNotebook) -> Run:
    """Queue a run of a notebook that nobody registered; what papermill takes is taken, unknown parameters too.

    Raises:
        Invalid: the notebook cannot be run, or a parameter's name is no identifier.
        TooLarge: the notebook is larger than the settings allow.
        NotPermitted: it names folders of the server's machine, which are not the caller's.
        Throttled: as many runs of the caller wait as may.
    """
    _refuse_places(ctx, request)
    content = json.dumps(request.notebook, ensure_ascii=False).encode("utf-8", "surrogatepass")
    notebook = read(content, limit=ctx.workbench.settings.notebook_bytes)
    if request.kernel is None:
        pipelines.require_kernel(notebook)
    schema = pipelines.parameters_of(notebook, kernel=request.kernel, strict=False)
    run = _new(ctx, request.title, pipelines.coerce(schema, request.parameters, request.texts, strict=False))
    run.options = request.model_dump(include=_OPTIONS, exclude_none=True)
    run.rights = _of_caller(ctx)
    ctx.db.add(RunNotebook(run_id=run.id, content=pipelines.pack(request.notebook)))
    return _queue(ctx, run)


def retry(ctx: Context, run: Run) -> Run:
    """Queue a new run of what an ended run executed, with the same parameters and version.

    Raises:
        Conflict: the run has not ended, or its pipeline is archived.
        Throttled: as many runs of the caller wait as may.
    """
    if run.status not in ENDED:
        raise Conflict(
            f"The run is {run.status}.", fix="Wait for its end or cancel it, then retry.", code="run_not_ended"
        )
    again = _new(ctx, run.title, run.parameters)
    again.pipeline_id, again.pipeline_version, again.version_id = run.pipeline_id, run.pipeline_version, run.version_id
    again.options, again.retry_of = run.options, run.id
    if run.pipeline_id is None:
        again.rights = {use: list(pipelines.narrowed(run.rights[use], held)) for use, held in _of_caller(ctx).items()}
        ctx.db.add(RunNotebook(run_id=again.id, content=notebook_row(ctx.db, run.id).content))
    else:
        pipelines.require_active(ctx.db.get_one(Pipeline, run.pipeline_id))
        _grant(ctx, again, ctx.db.get_one(PipelineVersion, run.version_id))
    return _queue(ctx, again)


def notebook_row(db: Session, run_id: UUID) -> RunNotebook:
    """The notebook of an unregistered run.

    Raises:
        NotFound: the run is of a pipeline.
    """
    found = db.scalars(select(RunNotebook).where(RunNotebook.run_id == run_id)).one_or_none()
    if found is None:
        raise NotFound(f"Run {run_id} has no notebook of its own.")
    return found


def notebook_of(db: Session, run: Run) -> Any:
    """The notebook that a run executes, as a NotebookNode."""
    if run.version_id is not None:
        return pipelines.notebook_of(db.get_one(PipelineVersion, run.version_id))
    return pipelines.from_packed(notebook_row(db, run.id).content)


def _new(ctx: Context, title: str, parameters: dict[str, Any]) -> Run:
    _refuse_many(ctx)
    if len(json.dumps(parameters, default=str)) > 1024 * 1024:
        raise Invalid("The parameters are larger than 1 MiB.", fix="Put the data into a table or file; pass its name.")
    return Run(
        id=new_id(),
        workspace_id=ctx.workspace_id,
        title=title[:200],
        parameters=parameters,
        status=Status.QUEUED,
        options={},
        owner_id=ctx.principal.user_id,
        submitted_by=ctx.principal.name,
        rights_of=ctx.principal.name,
        rights_of_id=ctx.principal.user_id,
        rights={},
        correlation_id=ctx.correlation_id,
    )


def _refuse_places(ctx: Context, request: StartNotebook) -> None:
    """In a team home only who works on the server's machine itself may name its folders."""
    if ctx.workbench.settings.team and ctx.principal.kind != "os" and (request.cwd or request.output):
        raise NotPermitted(
            "A run of a team home cannot be told to use folders of the server's machine.",
            fix="Leave `cwd` and `output` out; download the executed notebook with runs.notebook.",
            code="places_not_yours",
        )


def _grant(ctx: Context, run: Run, version: PipelineVersion) -> None:
    rights = pipelines.rights_for(ctx, version)
    run.rights_of, run.rights_of_id = rights.acting, rights.acting_id
    run.rights = {"reads": list(rights.reads), "writes": list(rights.writes)}


def _of_caller(ctx: Context) -> dict[str, list[str]]:
    rights = pipelines.rights_of_caller(ctx)
    return {"reads": list(rights.reads), "writes": list(rights.writes)}


def _refuse_many(ctx: Context) -> None:
    """In a team home one person has so many runs waiting, in all workspaces together.

    Raises:
        Throttled: she has as many as she may.
    """
    settings, person = ctx.workbench.settings, ctx.principal.user_id
    if not settings.team or person is None:
        return
    # Two who submit at once as one person are counted one after the other; on SQLite all who write are.
    ctx.db.execute(select(User.id).where(User.id == person).with_for_update(key_share=True))
    with beside(ctx.db, INSTALLATION) as all_workspaces:
        queued = Run.owner_id == person, Run.status == Status.QUEUED
        hers = all_workspaces.scalar(select(func.count()).select_from(Run).where(*queued)) or 0
    if hers >= settings.queued_runs:
        raise Throttled(
            f"{hers} runs of yours wait already, as many as one person may have waiting.",
            fix="Wait until some have begun, or cancel some: `workbench runs list --mine --status queued` shows them.",
            code="too_many_queued", retry_after=QUEUE_SECONDS, waiting=hers,
        )  # fmt: skip


def _queue(ctx: Context, run: Run) -> Run:
    ctx.db.add(run)
    ctx.db.flush()
    ledger.announce(ctx.db, run)
    return run
