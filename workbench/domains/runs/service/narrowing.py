"""Which runs of a list are wanted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select

from workbench.core.context import Context
from workbench.core.visibility import find
from workbench.domains.pipelines.models import Pipeline
from workbench.domains.runs.models import BROKEN, ENDED, Run
from workbench.domains.runs.schemas import ListRuns


def narrowed(ctx: Context, runs: Select[Any], request: ListRuns) -> Select[Any]:
    """The runs that a request for a list asks for.

    Raises:
        NotFound: it names a pipeline that is not there for the caller.
    """
    return runs.where(*_conditions(ctx, request))


def _conditions(ctx: Context, request: ListRuns) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if request.pipeline:
        found.append(Run.pipeline_id == find(ctx, ctx.db, Pipeline, request.pipeline).id)
    if request.since is not None:
        found.append(Run.created_at >= request.since)
    if request.longer is not None:
        found.append(Run.seconds >= request.longer)
    if request.error is not None:
        found.append(Run.error_group == request.error)
    return found + _states(ctx, request)


def _states(ctx: Context, request: ListRuns) -> list[ColumnElement[bool]]:
    asked = (
        (request.status is not None, Run.status == request.status),
        (request.active, Run.status.not_in(ENDED)),
        (request.broken, Run.status.in_(BROKEN)),
        (request.mine, Run.owner_id == ctx.principal.user_id),
    )
    return [condition for wanted, condition in asked if wanted]
