"""The doors to pipelines."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import NOTEBOOK_TYPE, Download, External, operation
from workbench.core.paging import paginate
from workbench.core.schemas import Page
from workbench.core.visibility import visible
from workbench.domains.access.schemas import Told

from . import schemas as s
from .models import Pipeline
from .service import catalog, diffing, notices, templates, views
from .service.preflight import preflight as preflight_of
from .service.publishing import publish as publish_version
from .service.publishing import withdraw as withdraw_version
from .service.registration import inspected, notebook_file, registration


@operation("pipelines.list", "GET /pipelines", "pipelines:read", effect="read")
def list_pipelines(ctx: Context, request: s.ListPipelines) -> Page[s.PipelineView]:
    """List pipelines."""
    away = Pipeline.archived_at.is_not(None) if request.archived else Pipeline.archived_at.is_(None)
    return paginate(
        ctx.db, visible(ctx, Pipeline).where(away), request, view=s.PipelineView.of, key=Pipeline.id,
        sort={"name": Pipeline.name, "created_at": Pipeline.created_at, "updated_at": Pipeline.updated_at},
        search=(Pipeline.name, Pipeline.title),
    )  # fmt: skip


@operation("pipelines.show", "GET /pipelines/{id}", "pipelines:read", target=(Pipeline, "id"), effect="read")
def show(ctx: Context, request: s.ShowPipeline) -> s.PipelineDetail:
    """Show a pipeline, and whether the caller may run it."""
    return views.detailed(ctx, ctx.target)


@operation(
    "pipelines.register", "POST /pipelines", "notebooks:edit", effect="external", status=201, positional=("path",)
)
def register(ctx: Context, request: s.RegisterPipeline) -> External[s.RegisteredView]:
    """Register a notebook as a pipeline, or as a new version of one."""
    return registration(ctx, request)


@operation(
    "pipelines.inspect", "POST /pipelines/inspect", "notebooks:edit", effect="raw", audited=False, positional=("path",)
)
def inspect(ctx: Context, request: s.InspectNotebook) -> s.InspectedView:
    """Say what a notebook is in the catalog, and what parameters it declares, without registering it."""
    return inspected(ctx, request)


@operation(
    "pipelines.update", "PATCH /pipelines/{id}", "pipelines:design",
    target=(Pipeline, "id"), effect="write", versioned=True,
)  # fmt: skip
def update(ctx: Context, request: s.UpdatePipeline) -> s.PipelineView:
    """Change a pipeline's title or description."""
    catalog.update(ctx.target, request.model_dump(include={"title", "description"}, exclude_none=True))
    ctx.db.flush()
    return s.PipelineView.of(ctx.target)


@operation(
    "pipelines.versions", "GET /pipelines/{id}/versions", "pipelines:read", target=(Pipeline, "id"), effect="read"
)
def versions(ctx: Context, request: s.ListVersions) -> Page[s.VersionView]:
    """List the versions of a pipeline, the newest first."""
    return views.versions(ctx, ctx.target, request)


@operation(
    "pipelines.show_version", "GET /pipelines/{id}/versions/{number}", "pipelines:read",
    target=(Pipeline, "id"), effect="read",
)  # fmt: skip
def show_version(ctx: Context, request: s.ShowVersion) -> s.VersionDetail:
    """Show a version of a pipeline."""
    return views.detail(ctx, ctx.target, catalog.version_for(ctx, ctx.target, request.number))


@operation(
    "pipelines.notebook", "GET /pipelines/{id}/versions/{number}/notebook", "notebooks:edit",
    target=(Pipeline, "id"), effect="raw", gives="file", media_types=(NOTEBOOK_TYPE,),
)  # fmt: skip
def notebook(ctx: Context, request: s.ShowVersion) -> Download:
    """Download the notebook of a version, without outputs."""
    return notebook_file(ctx, ctx.target, request.number)


@operation(
    "pipelines.diff", "GET /pipelines/{id}/versions/{number}/diff", "notebooks:edit",
    target=(Pipeline, "id"), effect="read",
)  # fmt: skip
def diff(ctx: Context, request: s.CompareVersions) -> s.DiffView:
    """Show what changed in the notebook from one version to another."""
    return diffing.compare(ctx.db, ctx.target, request.before, request.number)


@operation(
    "pipelines.parameters", "GET /pipelines/{id}/parameters", "pipelines:read", target=(Pipeline, "id"), effect="read"
)
def parameters(ctx: Context, request: s.ShowParameters) -> s.ParametersView:
    """Show the parameters of a pipeline as JSON Schema."""
    version = catalog.version_for(ctx, ctx.target, request.version)
    return s.ParametersView(pipeline=ctx.target.name, number=version.number, parameters=version.parameters)


@operation(
    "pipelines.restore", "POST /pipelines/{id}/restore", "pipelines:restore", target=(Pipeline, "id"), effect="write"
)
def restore(ctx: Context, request: s.RestoreVersion) -> s.VersionDetail:
    """Make an earlier version's content the current one, as a new version."""
    return views.detail(ctx, ctx.target, catalog.restore(ctx, ctx.target, request.version, request.message))


@operation(
    "pipelines.publish", "POST /pipelines/{id}/publish", "pipelines:publish", target=(Pipeline, "id"), effect="write"
)
def publish(ctx: Context, request: s.PublishVersion) -> s.VersionDetail:
    """Publish a version with the tables and connectors that it may use."""
    version = catalog.version_of(ctx.db, ctx.target, request.version)
    publish_version(ctx, ctx.target, version, request.reads, request.writes)
    return views.detail(ctx, ctx.target, version)


@operation(
    "pipelines.withdraw", "POST /pipelines/{id}/withdraw", "pipelines:publish", target=(Pipeline, "id"), effect="write"
)
def withdraw(ctx: Context, request: s.WithdrawVersion) -> s.VersionDetail:
    """Take back that a version was published; for others the one published before it counts again."""
    version = catalog.version_of(ctx.db, ctx.target, request.version)
    withdraw_version(ctx, ctx.target, version)
    return views.detail(ctx, ctx.target, version)


@operation("pipelines.request_access", "POST /pipelines/{id}/request-access", "pipelines:read", effect="write")
def request_access(ctx: Context, request: s.RequestPage) -> Told:
    """Ask the owner of a pipeline to let one see its app or its live page."""
    return notices.request_access(ctx, request)


@operation(
    "pipelines.report_problem", "POST /pipelines/{id}/report", "pipelines:read",
    target=(Pipeline, "id"), effect="write",
)  # fmt: skip
def report_problem(ctx: Context, request: s.ReportPage) -> Told:
    """Tell the owner of a pipeline what is wrong with its app or its live page."""
    return notices.report(ctx, ctx.target, request)


@operation(
    "pipelines.archive", "POST /pipelines/{id}/archive", "pipelines:archive", target=(Pipeline, "id"), effect="write"
)
def archive(ctx: Context, request: s.ShowPipeline) -> s.PipelineView:
    """Put a pipeline away; nothing of it is lost."""
    catalog.archive(ctx, ctx.target)
    ctx.db.flush()
    return s.PipelineView.of(ctx.target)


@operation(
    "pipelines.unarchive", "POST /pipelines/{id}/unarchive", "pipelines:archive",
    target=(Pipeline, "id"), effect="write",
)  # fmt: skip
def unarchive(ctx: Context, request: s.ShowPipeline) -> s.PipelineView:
    """Bring an archived pipeline back."""
    catalog.unarchive(ctx, ctx.target)
    ctx.db.flush()
    return s.PipelineView.of(ctx.target)


@operation(
    "pipelines.preflight", "POST /pipelines/{id}/preflight", "runs:start", target=(Pipeline, "id"), effect="read"
)
def preflight(ctx: Context, request: s.Preflight) -> s.PreflightView:
    """Say what a run would be refused for, without starting it."""
    version = catalog.version_for(ctx, ctx.target, request.version)
    refusals, values, rights = preflight_of(ctx, ctx.target, version, request.parameters, request.texts)
    return s.PreflightView(
        pipeline=ctx.target.name,
        number=version.number,
        accepted=not refusals,
        refusals=[s.Refusal(code=one.code, detail=one.detail, fix=one.fix, errors=one.errors) for one in refusals],
        parameters=values,
        acting=rights.acting,
        reads=[] if views.knows_little(ctx) else list(rights.reads),
        writes=[] if views.knows_little(ctx) else list(rights.writes),
    )


@operation("templates.list", "GET /templates", "pipelines:design", effect="raw", audited=False)
def list_templates(ctx: Context, request: s.ListTemplates) -> Page[s.TemplateView]:
    """List the templates that a pipeline can be started from."""
    return Page[s.TemplateView](items=templates.listed(request))


@operation("templates.show", "GET /templates/{id}", "pipelines:design", effect="raw", audited=False)
def show_template(ctx: Context, request: s.ShowTemplate) -> s.TemplateDetail:
    """Show a template and what its form asks."""
    return templates.detail(request.id)


@operation(
    "templates.use", "POST /templates/{id}/pipelines", "pipelines:design",
    effect="external", status=201, positional=("name",),
)  # fmt: skip
def use_template(ctx: Context, request: s.UseTemplate) -> External[s.RegisteredView]:
    """Make a pipeline of a template by filling in its form."""
    return templates.use(ctx, request)
