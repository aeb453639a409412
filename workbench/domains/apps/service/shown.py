"""An app as its viewer may open it, and the notebook behind it."""

from __future__ import annotations

from typing import Any

from workbench.core.clock import late
from workbench.core.context import Context
from workbench.core.errors import Conflict
from workbench.domains.apps.schemas import AppTable, AppView
from workbench.domains.pipelines import service as pipelines
from workbench.domains.pipelines.models import Pipeline, PipelineVersion

from .rights import readable

EDITING = "notebooks:edit"


def show(ctx: Context, pipeline: Pipeline) -> AppView:
    """What the caller would open: the current version for those who edit notebooks, else the last published one.

    Raises:
        Conflict: the pipeline is archived, or nobody published it for those who edit no notebooks.
    """
    pipelines.require_active(pipeline)
    version = pipelines.version_for(ctx, pipeline)
    if version.published_at is None and not ctx.may(EDITING):
        raise Conflict(
            f"No version of {pipeline.name!r} is published yet.",
            fix=f"Ask {version.author} to publish it with the tables that it reads.",
            code="app_not_published",
        )
    reads = readable(ctx, version)
    oldest = min(reads.values(), key=lambda one: one.created_at, default=None)
    as_of = oldest.created_at if oldest else None
    return AppView(
        pipeline=pipeline.name, pipeline_id=pipeline.id, title=pipeline.title, description=pipeline.description,
        number=version.number, version_id=version.id, servable=version.servable,
        author=version.publisher or version.author, since=version.published_at or version.created_at,
        published=version.published_at is not None, as_of=as_of, run_id=oldest.run_id if oldest else None,
        late=late(as_of, version.late_after),
        reads=[AppTable(name=name, version=it.sequence, as_of=it.created_at) for name, it in reads.items()],
        withheld=len(pipelines.declared_tables(ctx, version) - set(reads)),
    )  # fmt: skip


def notebook_for(ctx: Context, shown: AppView) -> dict[str, Any]:
    """The notebook of an app that the caller was shown, without outputs; for the app's process, and never a reply."""
    version = ctx.db.get_one(PipelineVersion, shown.version_id)
    found: dict[str, Any] = pipelines.unpack(version.content)
    return found
