"""The dashboards that every workspace has."""

from __future__ import annotations

from workbench.domains.dashboards.schemas import DashboardItem, ListDashboards

BUILT_IN = (DashboardItem(id="home", title="Home", description="How runs stand, what the tables hold", page="home"),)


def matching(request: ListDashboards) -> list[DashboardItem]:
    """Those with the text that is asked for, in their name or title; none where others are named by their ids."""
    wanted = (request.q or "").casefold()
    if request.ids is not None:
        return []
    return [item for item in BUILT_IN if wanted in item.id.casefold() or wanted in item.title.casefold()]
