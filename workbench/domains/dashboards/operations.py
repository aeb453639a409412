"""The doors to the home page's figures and its chart."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation
from workbench.core.schemas import Page

from . import schemas as s
from .service import pages, summary
from .service import series as over_time


@operation("dashboards.list", "GET /dashboards", "dashboards:view", effect="read")
def list_dashboards(ctx: Context, request: s.ListDashboards) -> Page[s.DashboardItem]:
    """List the dashboards of the workspace."""
    return Page[s.DashboardItem](items=[item for item in pages.BUILT_IN if pages.matches(item, request)])


@operation("dashboards.home", "GET /dashboards/home", "dashboards:view", effect="read")
def home(ctx: Context, request: s.HomeRequest) -> s.Home:
    """Sum up the workspace: how its runs stand, what its tables hold, what was written last."""
    return summary.home(ctx, request)


@operation("dashboards.series", "GET /dashboards/series", "dashboards:view", effect="raw")
def series(ctx: Context, request: s.SeriesRequest) -> s.Series:
    """Average a column of a table over each day of another."""
    return over_time.series(ctx, request)
