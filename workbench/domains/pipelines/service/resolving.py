"""Finds a pipeline and a version of it by what a caller says."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.visibility import find
from workbench.domains.pipelines.models import Pipeline, PipelineVersion

from .catalog import version_of


def resolve(ctx: Context, key: str, number: int | None = None) -> tuple[Pipeline, PipelineVersion]:
    """The pipeline of an id or a name, as far as the caller may know of it, and a version of it, else the current.

    Raises:
        NotFound: there is none.
    """
    pipeline = find(ctx, ctx.db, Pipeline, key)
    return pipeline, version_of(ctx.db, pipeline, number)
