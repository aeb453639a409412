"""The doors to runs."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import NOTEBOOK_TYPE, Download, operation
from workbench.core.paging import paginate
from workbench.core.schemas import Page
from workbench.core.visibility import find, visible
from workbench.domains.pipelines.models import Pipeline

from . import schemas as s
from .models import Run
from .service import code, comparing, history, ledger, narrowing, proposing, results, shown, submission, timeline, views


@operation(
    "runs.start", "POST /pipelines/{id}/runs", "runs:start",
    target=(Pipeline, "id"), effect="write", status=202, idempotent=True,
)  # fmt: skip
def start(ctx: Context, request: s.StartRun) -> s.RunView:
    """Start a pipeline with parameters."""
    run = submission.start_pipeline(ctx, ctx.target, request.version, request.parameters, request.texts)
    return views.one(ctx, ctx.db, run)


@operation(
    "pipelines.propose", "GET /pipelines/{id}/proposal", "pipelines:publish", target=(Pipeline, "id"), effect="read"
)
def propose(ctx: Context, request: s.Propose) -> s.Proposal:
    """Say what a run of a pipeline read and wrote, to publish its version with just that."""
    return proposing.proposal(ctx, ctx.target, request.run)


@operation("runs.start_notebook", "POST /runs", "kernels:use", effect="write", status=202, idempotent=True)
def start_notebook(ctx: Context, request: s.StartNotebook) -> s.RunView:
    """Run a notebook that is in no catalog."""
    return views.one(ctx, ctx.db, submission.start_notebook(ctx, request))


@operation("runs.list", "GET /runs", "runs:read", effect="read")
def list_runs(ctx: Context, request: s.ListRuns) -> Page[s.RunView]:
    """List runs, the newest first."""
    query = narrowing.narrowed(ctx, visible(ctx, Run), request)
    page = paginate(
        ctx.db, query, request, view=lambda run: run, key=Run.id,
        sort={"submitted_at": Run.created_at}, default="-submitted_at", search=(Run.title,),
    )  # fmt: skip
    return Page[s.RunView](items=views.several(ctx, ctx.db, page.items), next=page.next)


@operation("runs.latest", "GET /runs/latest", "runs:read", effect="read")
def latest(ctx: Context, request: s.LatestRuns) -> s.LatestView:
    """Show how the latest runs of pipelines went."""
    return history.latest(ctx, request.pipelines, request.depth)


@operation("runs.show", "GET /runs/{id}", "runs:read", target=(Run, "id"), effect="read")
def show(ctx: Context, request: s.ShowRun) -> s.RunView:
    """Show a run: status, progress, tables, metrics and figures."""
    return views.one(ctx, ctx.db, ctx.target)


@operation("runs.cancel", "POST /runs/{id}/cancel", "runs:cancel", target=(Run, "id"), effect="write")
def cancel(ctx: Context, request: s.ShowRun) -> s.RunView:
    """Stop a run; nothing that it wrote is kept."""
    ledger.request_cancel(ctx.db, ctx.target, ctx.principal.name)
    return views.one(ctx, ctx.db, ctx.target)


@operation(
    "runs.retry", "POST /runs/{id}/retry", "runs:retry",
    target=(Run, "id"), effect="write", status=202, idempotent=True,
)  # fmt: skip
def retry(ctx: Context, request: s.ShowRun) -> s.RunView:
    """Run again from the start, with the same version and parameters."""
    return views.one(ctx, ctx.db, submission.retry(ctx, ctx.target))


@operation("runs.logs", "GET /runs/{id}/logs", "runs:logs", target=(Run, "id"), effect="read")
def logs(ctx: Context, request: s.ReadLog) -> s.LogPage:
    """Read what the cells printed; who may not edit notebooks, without tracebacks, which quote code."""
    return results.read_log(ctx.workbench.settings, ctx.target, request, code=code.reads_code(ctx))


@operation("runs.cells", "GET /runs/{id}/cells", "runs:logs", target=(Run, "id"), effect="read")
def cells(ctx: Context, request: s.ShowRun) -> s.CellsView:
    """Show what each code cell took, and where the run stands."""
    return timeline.cells(ctx.workbench.settings, ctx.target, code=code.reads_code(ctx))


@operation("runs.outputs", "GET /runs/{id}/outputs", "runs:logs", target=(Run, "id"), effect="read")
def outputs(ctx: Context, request: s.ReadOutputs) -> s.OutputsView:
    """Show what the code cells showed."""
    return shown.outputs(ctx.workbench.settings, ctx.target, request.after, request.limit, code=code.reads_code(ctx))


@operation("runs.diff", "GET /runs/{id}/diff/{other}", "runs:read", target=(Run, "id"), effect="read")
def diff(ctx: Context, request: s.CompareRuns) -> s.RunDiff:
    """Show how a run differs from another."""
    return comparing.compare(ctx, ctx.target, find(ctx, ctx.db, Run, request.other))


@operation(
    "runs.notebook", "GET /runs/{id}/notebook", "runs:logs",
    target=(Run, "id"), effect="raw", gives="file", media_types=(NOTEBOOK_TYPE,),
)  # fmt: skip
def notebook(ctx: Context, request: s.ShowRun) -> Download:
    """Download the executed notebook; who may not edit notebooks gets it without its code."""
    path = results.output_notebook(ctx.workbench.settings, ctx.target)
    content = path if code.reads_code(ctx) else code.without_code(path)
    return Download(content, NOTEBOOK_TYPE, f"{ctx.target.title}-{ctx.target.id}.ipynb")


@operation(
    "runs.figure", "GET /runs/{id}/figures/{name}", "runs:read",
    target=(Run, "id"), effect="raw", audited=False, gives="file", media_types=results.MEDIA_TYPES,
)  # fmt: skip
def figure(ctx: Context, request: s.ShowFigure) -> Download:
    """Download a figure that a run logged."""
    with ctx.reading() as db:
        found = results.figure(db, ctx.target, request.name)
    return Download(found.content, found.media_type)


@operation(
    "runs.log_metric", "POST /runs/{id}/metrics", "runs:start",
    target=(Run, "id"), effect="write", audited=False, status=201,
)  # fmt: skip
def log_metric(ctx: Context, request: s.LogMetric) -> s.Recorded:
    """Record a figure from within the run."""
    results.log_metric(ctx, ctx.target, request.name, request.value)
    return s.Recorded(run_id=ctx.target.id, name=request.name)


@operation(
    "runs.log_figure", "POST /runs/{id}/figures", "runs:start",
    target=(Run, "id"), effect="write", audited=False, status=201,
)  # fmt: skip
def log_figure(ctx: Context, request: s.LogFigure) -> s.Recorded:
    """Record a plot from within the run."""
    results.log_figure(ctx, ctx.target, request.name, request.media_type, request.content)
    return s.Recorded(run_id=ctx.target.id, name=request.name)


@operation(
    "runs.record_check", "POST /runs/{id}/checks", "runs:start",
    target=(Run, "id"), effect="write", audited=False, status=201,
)  # fmt: skip
def record_check(ctx: Context, request: s.RecordCheck) -> s.Recorded:
    """Record a quality check from within the run."""
    results.record_check(ctx, ctx.target, request.rule, request.rows, request.failing)
    return s.Recorded(run_id=ctx.target.id, name=request.rule)
