"""What callers hear of pipelines and their versions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer

from workbench.core.context import Context
from workbench.core.paging import paginate
from workbench.core.permissions import PERMISSIONS, Level
from workbench.core.schemas import Page
from workbench.core.visibility import may
from workbench.domains.pipelines.models import Pipeline, PipelineVersion
from workbench.domains.pipelines.schemas import ListVersions, PipelineDetail, PipelineView, VersionDetail, VersionView

from . import catalog, templates

_OWN = tuple(name for name in VersionView.model_fields if name != "pipeline")
NAMELESS: dict[str, Any] = {"reads": [], "writes": []}
_ASKED = {
    "may_run": "runs:start", "may_restore": "pipelines:restore", "may_publish": "pipelines:publish",
    "may_archive": "pipelines:archive", "may_share": "shares:grant",
}  # fmt: skip


def detailed(ctx: Context, pipeline: Pipeline) -> PipelineDetail:
    """A pipeline, and what the caller may do with it, as the gate would decide."""
    held = {name: may(ctx, pipeline, permission) for name, permission in _ASKED.items()}
    late_after = catalog.version_for(ctx, pipeline).late_after
    return PipelineDetail(**PipelineView.of(pipeline).model_dump(), **held, late_after=late_after)


def versions(ctx: Context, pipeline: Pipeline, request: ListVersions) -> Page[VersionView]:
    """The versions of a pipeline that the caller may know of, the newest first."""
    query = select(PipelineVersion).where(PipelineVersion.pipeline_id == pipeline.id)
    query = query.options(defer(PipelineVersion.parameters))
    if knows_little(ctx):
        query = query.where(PipelineVersion.number == catalog.number_for(ctx, pipeline))
    return paginate(
        ctx.db, query, request, view=lambda row: VersionView(pipeline=pipeline.name, **_fields(ctx, row)),
        key=PipelineVersion.id, sort={"number": PipelineVersion.number}, default="-number",
        search=(PipelineVersion.message, PipelineVersion.author),
    )  # fmt: skip


def detail(ctx: Context, pipeline: Pipeline, version: PipelineVersion) -> VersionDetail:
    """A version with its parameters."""
    used = None if knows_little(ctx) else templates.use_of(version)
    return VersionDetail(
        pipeline=pipeline.name, parameters=version.parameters, servable=version.servable, template=used,
        **_fields(ctx, version),
    )  # fmt: skip


def _fields(ctx: Context, version: PipelineVersion) -> dict[str, Any]:
    return {name: getattr(version, name) for name in _OWN} | (NAMELESS if knows_little(ctx) else {})


def knows_little(ctx: Context) -> bool:
    """Whether the caller sees but what was shared with her: what else a version reads is not hers to know by name."""
    return ctx.level(PERMISSIONS["pipelines:read"]) is Level.S
