"""The apps that somebody may open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import aliased, defer

from workbench.core.context import Context
from workbench.core.paging import paginate
from workbench.core.permissions import PERMISSIONS
from workbench.core.schemas import Page
from workbench.core.visibility import visible
from workbench.domains.apps.schemas import AppItem, ListApps
from workbench.domains.pipelines.models import Pipeline, PipelineVersion

from .shown import EDITING


def several(ctx: Context, request: ListApps) -> Page[AppItem]:
    """A page of the apps that the caller may open."""
    found: Page[Pipeline] = paginate(
        ctx.db, listed(ctx), request, view=lambda row: row, key=Pipeline.id,
        sort={"title": Pipeline.title, "name": Pipeline.name, "created_at": Pipeline.created_at,
              "updated_at": Pipeline.updated_at},
        default="title", search=(Pipeline.name, Pipeline.title),
    )  # fmt: skip
    ids = [pipeline.id for pipeline in found.items]
    its = select(PipelineVersion).join(Pipeline, _opened(ctx)).where(Pipeline.id.in_(ids))
    its = its.options(defer(PipelineVersion.parameters))
    versions = {version.pipeline_id: version for version in ctx.db.scalars(its)}
    return Page[AppItem](items=[_item(one, versions[one.id]) for one in found.items], next=found.next)


def listed(ctx: Context) -> Select[Any]:
    """The pipelines that the caller sees whose version that she would open is an app."""
    rows: Select[Any] = visible(ctx, Pipeline, permission=PERMISSIONS["pipelines:read"])
    return rows.join(PipelineVersion, _opened(ctx)).where(Pipeline.archived_at.is_(None), PipelineVersion.servable)


def _opened(ctx: Context) -> ColumnElement[bool]:
    """Which version of a pipeline `apps.show` shows to the caller, for all pipelines at once."""
    its = and_(PipelineVersion.workspace_id == ctx.workspace_id, PipelineVersion.pipeline_id == Pipeline.id)
    if ctx.may(EDITING):
        return and_(its, PipelineVersion.number == Pipeline.current)
    later = aliased(PipelineVersion)
    newer = exists().where(
        later.pipeline_id == PipelineVersion.pipeline_id, later.number > PipelineVersion.number,
        later.published_at.is_not(None),
    )  # fmt: skip
    return and_(its, PipelineVersion.published_at.is_not(None), ~newer)


def _item(pipeline: Pipeline, version: PipelineVersion) -> AppItem:
    return AppItem(
        id=pipeline.id, name=pipeline.name, title=pipeline.title or pipeline.name, description=pipeline.description,
        page=f"app/{pipeline.name}", number=version.number, author=version.publisher or version.author,
        since=version.published_at or version.created_at, published=version.published_at is not None,
    )  # fmt: skip
