"""Saving in its phases: a document is read and its expressions parsed while no transaction waits, then kept."""

from __future__ import annotations

from typing import Any

from workbench.core.context import Context
from workbench.core.errors import Invalid
from workbench.core.operations import External
from workbench.domains.mappings.schemas import CreateMapping, MappingView, SaveMapping
from workbench.domains.mappings.schemas.documents import Document

from . import checking, sources
from .documents import SHELF, parse


def creation(ctx: Context, request: CreateMapping) -> External[MappingView]:
    """Makes a mapping of a document that holds."""

    def store(later: Context, document: Document) -> MappingView:
        made = SHELF.create(later, request.name, document, request.message)
        later.db.flush()
        return MappingView.of(made)

    return External(lambda: _checked(ctx, request.document), store)


def saving(ctx: Context, request: SaveMapping) -> External[MappingView]:
    """Saves a document that holds as the next version, where nobody else did so meanwhile."""
    mapping_id, etag = ctx.target.id, ctx.target.etag
    before = SHELF.document_of(SHELF.version_of(ctx.db, ctx.target)).source

    def store(later: Context, document: Document) -> MappingView:
        mapping = SHELF.unchanged(later.db, mapping_id, etag)
        SHELF.append(later, mapping, document, request.message)
        later.db.flush()
        return MappingView.of(mapping)

    return External(lambda: _checked(ctx, request.document, before), store)


def _checked(ctx: Context, written: dict[str, Any] | str, before: str = "") -> Document:
    """The document, where it holds; a source that was there `before` may have gone since."""
    alone = ctx.apart()
    document = sources.filled_in(alone, parse(written))
    if document.source != before:
        sources.require(alone, document.source)
    wrong = [one for one in checking.named(ctx, document) if one.problem]
    if wrong:
        places = {rule.target: place for place, rule in enumerate(document.rules)}
        raise Invalid(
            f"{len(wrong)} of the rules cannot be kept: "
            + "; ".join(f"{one.target.name}: {one.problem}" for one in wrong[:3]),
            fix="Write one value made of the source's columns, such as upper(name) or price * 1.19.",
            code="bad_rules",
            errors=[{"pointer": f"/document/rules/{places[one.target.name]}", "message": one.problem} for one in wrong],
        )
    return document
