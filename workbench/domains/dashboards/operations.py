"""The doors to the home page and to dashboards that people make."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import Download, External, operation
from workbench.core.schemas import Page
from workbench.domains.access.schemas import RequestAccess, Told
from workbench.domains.access.service import notices

from . import schemas as s
from .models import Dashboard
from .service import cards, exporting, publishing, saving, summary, views
from .service import series as over_time
from .service.documents import SHELF

TARGET = (Dashboard, "id")


@operation("dashboards.list", "GET /dashboards", "dashboards:view", effect="read")
def list_dashboards(ctx: Context, request: s.ListDashboards) -> Page[s.DashboardItem]:
    """List the dashboards of the workspace."""
    return views.several(ctx, request)


@operation("dashboards.home", "GET /dashboards/home", "dashboards:view", effect="read")
def home(ctx: Context, request: s.HomeRequest) -> s.Home:
    """Sum up the workspace: how its runs stand, what its tables hold, what was written last."""
    return summary.home(ctx, request)


@operation("dashboards.series", "GET /dashboards/series", "dashboards:view", effect="raw")
def series(ctx: Context, request: s.SeriesRequest) -> s.Series:
    """Average a column of a table over each day of another."""
    return over_time.series(ctx, request)


@operation("dashboards.show", "GET /dashboards/{id}", "dashboards:view", target=TARGET, effect="read")
def show(ctx: Context, request: s.ShowDashboard) -> s.ShownDashboard:
    """Show a dashboard with its document: what is published, else the newest version."""
    return views.shown(ctx, ctx.target)


@operation("dashboards.data", "POST /dashboards/{id}/data", "dashboards:view", target=TARGET, effect="raw", asks=True)
def data(ctx: Context, request: s.AskDashboard) -> s.DashboardData:
    """Ask for what the cards of a dashboard show, narrowed by filters, and as of when."""
    return cards.data(ctx, request)


@operation(
    "dashboards.export", "GET /dashboards/{id}/cards/{card}/csv", "data:export",
    target=TARGET, effect="raw", gives="file", media_types=(exporting.CSV,),
)  # fmt: skip
def export(ctx: Context, request: s.ExportCard) -> Download:
    """Take the data of a card out as CSV."""
    return exporting.csv_of(ctx, request)


@operation(
    "dashboards.create", "POST /dashboards", "dashboards:write", effect="external", status=201, positional=("document",)
)
def create(ctx: Context, request: s.CreateDashboard) -> External[s.DashboardView]:
    """Make a dashboard of a document."""
    return saving.creation(ctx, request)


@operation(
    "dashboards.save", "PUT /dashboards/{id}", "dashboards:write",
    target=TARGET, effect="external", versioned=True, positional=("document",),
)  # fmt: skip
def save(ctx: Context, request: s.SaveDashboard) -> External[s.DashboardView]:
    """Save a document as the next version of a dashboard."""
    return saving.saving(ctx, request)


@operation(
    "dashboards.preview",
    "POST /dashboards/preview",
    "dashboards:write",
    effect="raw",
    positional=("document",),
    asks=True,
)
def preview(ctx: Context, request: s.PreviewDashboard) -> s.DashboardData:
    """Show what the cards of a document would show, without saving it."""
    return cards.preview(ctx, request)


@operation("dashboards.versions", "GET /dashboards/{id}/versions", "dashboards:write", target=TARGET, effect="read")
def versions(ctx: Context, request: s.ListVersions) -> Page[s.BoardVersionView]:
    """List the versions of a dashboard, the newest first."""
    return views.versions(ctx, ctx.target, request)


@operation(
    "dashboards.show_version", "GET /dashboards/{id}/versions/{number}", "dashboards:write",
    target=TARGET, effect="read",
)  # fmt: skip
def show_version(ctx: Context, request: s.ShowVersion) -> s.BoardVersionDetail:
    """Show a version of a dashboard with its document."""
    return views.version(ctx.target, SHELF.version_of(ctx.db, ctx.target, request.number))


@operation(
    "dashboards.document", "GET /dashboards/{id}/versions/{number}/document", "dashboards:write",
    target=TARGET, effect="raw", gives="file", media_types=(exporting.YAML,),
)  # fmt: skip
def document(ctx: Context, request: s.ShowVersion) -> Download:
    """Download the document of a version as YAML."""
    return exporting.document(ctx, ctx.target, request.number)


@operation("dashboards.restore", "POST /dashboards/{id}/restore", "dashboards:write", target=TARGET, effect="write")
def restore(ctx: Context, request: s.RestoreDashboard) -> s.DashboardView:
    """Make an earlier version the newest one, as a new version."""
    SHELF.restore(ctx, ctx.target, request.version, request.message, "tables")
    ctx.db.flush()
    return views.one(ctx.target)


@operation("dashboards.publish", "POST /dashboards/{id}/publish", "dashboards:publish", target=TARGET, effect="write")
def publish(ctx: Context, request: s.PublishDashboard) -> s.BoardVersionDetail:
    """Show a version to an audience, which reads with the publisher's rights."""
    return views.version(ctx.target, publishing.publish(ctx, ctx.target, request))


@operation(
    "dashboards.unpublish", "POST /dashboards/{id}/unpublish", "dashboards:publish", target=TARGET, effect="write"
)
def unpublish(ctx: Context, request: s.ShowDashboard) -> s.DashboardView:
    """Show a dashboard to its audience no longer."""
    publishing.unpublish(ctx, ctx.target)
    ctx.db.flush()
    return views.one(ctx.target)


@operation("dashboards.archive", "POST /dashboards/{id}/archive", "dashboards:write", target=TARGET, effect="write")
def archive(ctx: Context, request: s.ShowDashboard) -> s.DashboardView:
    """Put a dashboard away; nothing of it is lost."""
    SHELF.archive(ctx, ctx.target)
    ctx.db.flush()
    return views.one(ctx.target)


@operation("dashboards.unarchive", "POST /dashboards/{id}/unarchive", "dashboards:write", target=TARGET, effect="write")
def unarchive(ctx: Context, request: s.ShowDashboard) -> s.DashboardView:
    """Bring an archived dashboard back."""
    SHELF.unarchive(ctx, ctx.target)
    ctx.db.flush()
    return views.one(ctx.target)


@operation("dashboards.request_access", "POST /dashboards/{id}/request-access", "dashboards:view", effect="write")
def request_access(ctx: Context, request: RequestAccess) -> Told:
    """Ask the owner of a dashboard to let one see it."""
    return notices.request_access(ctx, SHELF, request.id, request.message)


@operation(
    "dashboards.report_problem", "POST /dashboards/{id}/report", "dashboards:view", target=TARGET, effect="write"
)
def report_problem(ctx: Context, request: s.ReportBoard) -> Told:
    """Tell the owner of a dashboard what is wrong with it."""
    return notices.report(ctx, SHELF, ctx.target, request.text, request.card)
