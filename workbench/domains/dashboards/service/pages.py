"""The dashboards that every workspace has."""

from __future__ import annotations

from workbench.domains.dashboards.schemas import DashboardItem, ListDashboards

BUILT_IN = (DashboardItem(id="home", title="Home", description="How runs stand, what the tables hold", page="home"),)


def matches(item: DashboardItem, request: ListDashboards) -> bool:
    """Whether a dashboard has the text that is asked for, in its name or its title."""
    wanted = (request.q or "").casefold()
    return wanted in item.id.casefold() or wanted in item.title.casefold()
