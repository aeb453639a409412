"""The doors to apps."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation
from workbench.domains.pipelines.models import Pipeline

from . import schemas as s
from . import service


@operation("apps.show", "GET /pipelines/{id}/app", "pipelines:read", target=(Pipeline, "id"), effect="read")
def show(ctx: Context, request: s.ShowApp) -> s.AppView:
    """Show what a pipeline's notebook serves as an app, and which tables it may read for you."""
    return service.show(ctx, ctx.target)
