"""The doors to how a workspace is doing."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation

from . import schemas as s
from . import service


@operation("monitoring.now", "GET /monitoring/now", "runs:read", effect="read")
def now(ctx: Context, request: s.ShowNow) -> s.NowView:
    """Show what is under way and waits, and how many slots are free."""
    return service.now(ctx)


@operation("monitoring.history", "GET /monitoring/history", "runs:read", effect="read")
def history(ctx: Context, request: s.ShowHistory) -> s.HistoryView:
    """Show how runs went: how many succeeded, how long they took, how they failed, and which cells are slow."""
    return service.history(ctx, request.period)


@operation("monitoring.sources", "GET /monitoring/sources", "runs:read", effect="read")
def sources(ctx: Context, request: s.ShowSources) -> s.SourcesView:
    """Show how fresh tables are and how connectors answered last."""
    return service.sources(ctx)
