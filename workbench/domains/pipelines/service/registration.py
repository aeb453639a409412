"""Registration in its three phases, and the way back: a version as a file."""

from __future__ import annotations

import json

from workbench.core.context import Context
from workbench.core.operations import Download, External
from workbench.domains.pipelines.models import Pipeline
from workbench.domains.pipelines.schemas import PipelineView, RegisteredView, RegisterPipeline

from . import catalog, notebooks
from .catalog import Draft
from .sources import from_json, from_path


def registration(ctx: Context, request: RegisterPipeline) -> External[RegisteredView]:
    """Reads and checks the notebook while no transaction waits, then adds it to the catalog."""
    settings = ctx.workbench.settings
    theirs = settings.team and ctx.principal.kind != "os"  # the home's owner works on the machine itself
    root = settings.files_dir / ctx.workspace.name if theirs else settings.root

    def work() -> Draft:
        limit = settings.notebook_bytes
        if request.notebook is not None:
            return catalog.draft(from_json(request.notebook), limit=limit, name=request.name)
        return catalog.draft(from_path(request.path or "", root, limit), limit=limit, name=request.name)

    def store(later: Context, draft: Draft) -> RegisteredView:
        texts = {"title": request.title, "description": request.description, "message": request.message}
        pipeline, version, created = catalog.register(later, draft, **texts)
        later.db.flush()
        seen = PipelineView.of(pipeline).model_dump()
        return RegisteredView(**seen, number=version.number, created=created)

    return External(work, store)


def notebook_file(ctx: Context, pipeline: Pipeline, number: int) -> Download:
    """The notebook of a version as a file."""
    with ctx.reading() as db:
        packed = catalog.version_of(db, pipeline, number).content
    content = json.dumps(notebooks.unpack(packed), indent=1, ensure_ascii=False) + "\n"
    return Download(content.encode("utf-8", "replace"), "application/x-ipynb+json", f"{pipeline.name}-{number}.ipynb")
