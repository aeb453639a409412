"""What readers of an app or of a live page tell the owner of its pipeline."""

from __future__ import annotations

from functools import partial
from typing import Any

from workbench.core import events
from workbench.core.context import Context
from workbench.domains.access.schemas import Told
from workbench.domains.access.service import notices
from workbench.domains.pipelines.models import Pipeline
from workbench.domains.pipelines.schemas import ReportPage, RequestPage

from .catalog import version_of
from .holdings import declared_tables

NOUNS = {"app": "app", "live": "live page"}
MOST_GRANTS = 10
PASSED_ON = "If there is such a page, its owner was asked."
THANKS = "The owner of the page was told."


def request_access(ctx: Context, request: RequestPage) -> Told:
    """Ask the owner of a pipeline to share what its page shows; whether there is one of that name is not told."""
    pipeline = notices.named(ctx, Pipeline, request.id)
    if pipeline is not None:
        things = [f"pipeline {pipeline.name}", *_tables(ctx, pipeline, request.page)]
        grants = [
            f"workbench shares grant {thing} --right view --user {notices.caller_quoted(ctx)}" for thing in things
        ]
        notices.ask(ctx, _about(ctx, pipeline, request.page), request.message, *grants)
    return Told(detail=PASSED_ON)


def report(ctx: Context, pipeline: Pipeline, request: ReportPage) -> Told:
    """Tell the owner of a pipeline what somebody finds wrong with what its page shows."""
    notices.tell(ctx, _about(ctx, pipeline, request.page), request.text, page=request.page)
    return Told(detail=THANKS)


def _about(ctx: Context, pipeline: Pipeline, page: str) -> notices.About:
    return notices.About(pipeline, NOUNS[page], f"{page}/{pipeline.name}", partial(_tell, ctx, pipeline))


def _tell(ctx: Context, pipeline: Pipeline, what: str, **more: Any) -> None:
    """Have those who may change a pipeline told what a reader wants of them."""
    events.emit(
        ctx.db, "pipeline.access_requested" if what == notices.ASKED else "pipeline.problem_reported",
        workspace_id=ctx.workspace_id, object_id=pipeline.id, permission="pipelines:design",
        owner_id=pipeline.owner_id, data={"name": pipeline.name, **more},
    )  # fmt: skip


def _tables(ctx: Context, pipeline: Pipeline, page: str) -> list[str]:
    """What else an app's reader needs; a live page shows what runs left behind."""
    if page != "app" or not pipeline.current:
        return []
    names = sorted(declared_tables(ctx, version_of(ctx.db, pipeline)))
    return [f"table {name}" for name in names[:MOST_GRANTS]]
