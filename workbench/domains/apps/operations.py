"""The doors to apps."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation
from workbench.core.schemas import Page
from workbench.domains.pipelines.models import Pipeline

from . import schemas as s
from . import service


@operation("apps.list", "GET /apps", "pipelines:read", effect="read")
def list_apps(ctx: Context, request: s.ListApps) -> Page[s.AppItem]:
    """List the apps that you may open: what notebooks serve, where the pipeline is open to you."""
    return service.several(ctx, request)


@operation("apps.show", "GET /pipelines/{id}/app", "pipelines:read", target=(Pipeline, "id"), effect="read")
def show(ctx: Context, request: s.ShowApp) -> s.AppView:
    """Show what a pipeline's notebook serves as an app, and which tables it may read for you."""
    return service.show(ctx, ctx.target)
