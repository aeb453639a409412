"""The doors to the installation."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import External, operation

from . import schemas as s
from . import service


@operation("admin.settings", "GET /admin/settings", "admin:settings", effect="read", scope="installation")
def settings(ctx: Context, request: s.ShowSettings) -> s.SettingsView:
    """Show the settings in force in the server, and where each comes from."""
    return service.settings(ctx.workbench.settings)


@operation("admin.maintenance", "GET /admin/maintenance", "admin:maintenance", effect="read", scope="installation")
def maintenance(ctx: Context, request: s.ShowMaintenance) -> s.MaintenanceView:
    """Show what a home needs done now and then, how that went lately, and which backups there are."""
    return service.maintenance(ctx)


@operation("admin.tidy", "POST /admin/maintenance/tidy", "admin:maintenance", effect="external", scope="installation")
def tidy(ctx: Context, request: s.Tidy) -> External[s.Round]:
    """Do all chores now instead of within the hour."""
    return service.round_of(ctx)


@operation("admin.performance", "GET /admin/performance", "admin:maintenance", effect="read", scope="installation")
def performance(ctx: Context, request: s.ShowPerformance) -> s.PerformanceView:
    """Show how long operations, pages and events take in the server that answers, and the memory that it holds."""
    return service.performance()
