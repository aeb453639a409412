"""Registration in its three phases, and the way back: a version as a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from workbench.core.context import Context
from workbench.core.operations import NOTEBOOK_TYPE, Download, External
from workbench.core.permissions import PERMISSIONS
from workbench.core.visibility import visible
from workbench.domains.pipelines.models import Pipeline, PipelineVersion
from workbench.domains.pipelines.schemas import (
    InspectedView,
    InspectNotebook,
    PipelineView,
    RegisteredView,
    RegisterPipeline,
)

from . import catalog, notebooks
from .catalog import Draft
from .sources import from_json, from_path


def registration(ctx: Context, request: RegisterPipeline) -> External[RegisteredView]:
    """Reads and checks the notebook while no transaction waits, then adds it to the catalog."""
    limit = ctx.workbench.settings.notebook_bytes

    def work() -> Draft:
        if request.notebook is not None:
            return catalog.draft(from_json(request.notebook), limit=limit, name=request.name)
        return catalog.draft(from_path(request.path or "", _root(ctx), limit), limit=limit, name=request.name)

    def store(later: Context, draft: Draft) -> RegisteredView:
        made = catalog.register(
            later, draft, title=request.title, description=request.description, message=request.message
        )
        return registered(later, *made)

    return External(work, store)


def registered(ctx: Context, pipeline: Pipeline, version: PipelineVersion, created: bool) -> RegisteredView:
    """What is answered to who registered a version."""
    ctx.db.flush()
    return RegisteredView(**PipelineView.of(pipeline).model_dump(), number=version.number, created=created)


def inspected(ctx: Context, request: InspectNotebook) -> InspectedView:
    """What a notebook is in the catalog, or would be.

    Raises:
        Invalid: it could not be registered, for the reason that is said.
        NotFound: there is no such file.
    """
    limit = ctx.workbench.settings.notebook_bytes
    if request.notebook is not None:
        source = replace(from_json(request.notebook), label=request.path or "")
    else:
        source = from_path(request.path or "", _root(ctx), limit)
    draft = catalog.draft(source, limit=limit)
    with ctx.reading() as db:
        named = visible(ctx, Pipeline, permission=PERMISSIONS["pipelines:read"]).where(Pipeline.name == draft.name)
        pipeline = db.scalars(named).one_or_none()
        return InspectedView(
            name=draft.name,
            title=draft.title,
            parameters=draft.parameters,
            pipeline=None if pipeline is None else PipelineView.of(pipeline),
            number=None if pipeline is None else catalog.number_of(db, pipeline, draft.digest),
        )


def _root(ctx: Context) -> Path:
    """The folder in which the caller's notebooks lie; the home's owner works on the machine itself."""
    settings = ctx.workbench.settings
    theirs = settings.team and ctx.principal.kind != "os"
    return settings.files_dir / ctx.workspace.name if theirs else settings.root


def notebook_file(ctx: Context, pipeline: Pipeline, number: int) -> Download:
    """The notebook of a version as a file."""
    with ctx.reading() as db:
        packed = catalog.version_of(db, pipeline, number).content
    content = json.dumps(notebooks.unpack(packed), indent=1, ensure_ascii=False) + "\n"
    return Download(content.encode("utf-8", "replace"), NOTEBOOK_TYPE, f"{pipeline.name}-{number}.ipynb")
