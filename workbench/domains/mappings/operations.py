"""The doors to mappings."""

from __future__ import annotations

from typing import Any

from workbench.core.context import Context
from workbench.core.operations import Download, External, operation
from workbench.core.schemas import Page

from . import schemas as s
from .models import Mapping
from .service import applying, saving, trying, views
from .service.documents import SHELF

TARGET = (Mapping, "id")
YAML = "application/yaml"


@operation("mappings.list", "GET /mappings", "schemas:read", effect="read")
def list_mappings(ctx: Context, request: s.ListMappings) -> Page[s.MappingView]:
    """List the mappings of the workspace."""
    return views.several(ctx, request)


@operation("mappings.show", "GET /mappings/{id}", "schemas:read", target=TARGET, effect="read")
def show(ctx: Context, request: s.ShowMapping) -> s.ShownMapping:
    """Show a mapping with its newest document."""
    return views.shown(ctx, ctx.target)


@operation(
    "mappings.create", "POST /mappings", "mappings:write", effect="external", status=201, positional=("document",)
)
def create(ctx: Context, request: s.CreateMapping) -> External[s.MappingView]:
    """Make a mapping of a document."""
    return saving.creation(ctx, request)


@operation(
    "mappings.save", "PUT /mappings/{id}", "mappings:write",
    target=TARGET, effect="external", versioned=True, positional=("document",),
)  # fmt: skip
def save(ctx: Context, request: s.SaveMapping) -> External[s.MappingView]:
    """Save a document as the next version of a mapping."""
    return saving.saving(ctx, request)


@operation("mappings.suggest", "POST /mappings/suggest", "mappings:write", effect="raw", positional=("document",))
def suggest(ctx: Context, request: s.SuggestMapping) -> s.SuggestionList:
    """Suggest source columns for the target columns of a document, with a confidence and a reason."""
    return trying.suggest(ctx, request)


@operation("mappings.preview", "POST /mappings/preview", "mappings:write", effect="raw", positional=("document",))
def preview(ctx: Context, request: s.PreviewMapping) -> s.MappingPreview:
    """Show what a document makes of the first rows of its source, and what does not fit, without saving it."""
    return trying.preview(ctx, request)


@operation(
    "mappings.apply", "POST /mappings/{id}/apply", "schemas:read",
    target=TARGET, effect="raw", takes="arrow", gives="arrow",
)  # fmt: skip
def apply(ctx: Context, request: s.ApplyMapping, body: Any) -> Any:
    """Map rows: all of them, or none where columns are missing or values do not cast."""
    return applying.apply(ctx, request, body)


@operation("mappings.versions", "GET /mappings/{id}/versions", "schemas:read", target=TARGET, effect="read")
def versions(ctx: Context, request: s.ListVersions) -> Page[s.MappingVersionView]:
    """List the versions of a mapping, the newest first."""
    return views.versions(ctx, ctx.target, request)


@operation(
    "mappings.show_version", "GET /mappings/{id}/versions/{number}", "schemas:read", target=TARGET, effect="read"
)
def show_version(ctx: Context, request: s.ShowVersion) -> s.MappingVersionDetail:
    """Show a version of a mapping with its document."""
    return views.version(ctx.target, SHELF.version_of(ctx.db, ctx.target, request.number))


@operation(
    "mappings.document", "GET /mappings/{id}/versions/{number}/document", "schemas:read",
    target=TARGET, effect="raw", gives="file", media_types=(YAML,),
)  # fmt: skip
def document(ctx: Context, request: s.ShowVersion) -> Download:
    """Download the document of a version as YAML."""
    with ctx.reading() as db:
        text = SHELF.text_of(SHELF.version_of(db, ctx.target, request.number))
    return Download(text.encode(), YAML, f"{ctx.target.name}-{request.number}.yaml")


@operation("mappings.restore", "POST /mappings/{id}/restore", "mappings:write", target=TARGET, effect="write")
def restore(ctx: Context, request: s.RestoreMapping) -> s.MappingView:
    """Make an earlier version the newest one, as a new version."""
    SHELF.restore(ctx, ctx.target, request.version, request.message)
    ctx.db.flush()
    return s.MappingView.of(ctx.target)


@operation("mappings.archive", "POST /mappings/{id}/archive", "mappings:write", target=TARGET, effect="write")
def archive(ctx: Context, request: s.ShowMapping) -> s.MappingView:
    """Put a mapping away; nothing of it is lost, and pipelines that call it fail."""
    SHELF.archive(ctx, ctx.target)
    ctx.db.flush()
    return s.MappingView.of(ctx.target)


@operation("mappings.unarchive", "POST /mappings/{id}/unarchive", "mappings:write", target=TARGET, effect="write")
def unarchive(ctx: Context, request: s.ShowMapping) -> s.MappingView:
    """Bring an archived mapping back."""
    SHELF.unarchive(ctx, ctx.target)
    ctx.db.flush()
    return s.MappingView.of(ctx.target)
