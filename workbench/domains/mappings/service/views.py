"""What callers hear of mappings."""

from __future__ import annotations

from typing import Any

from workbench.core.context import Context
from workbench.core.paging import paginate
from workbench.core.permissions import PERMISSIONS
from workbench.core.schemas import Page
from workbench.core.visibility import visible
from workbench.domains.mappings.models import Mapping, MappingVersion
from workbench.domains.mappings.schemas import (
    ListMappings,
    ListVersions,
    MappingVersionDetail,
    MappingVersionView,
    MappingView,
    ShownMapping,
)

from .documents import SHELF

_OWN = tuple(name for name in MappingVersionView.model_fields if name != "mapping")


def several(ctx: Context, request: ListMappings) -> Page[MappingView]:
    """A page of the mappings that the caller sees."""
    away = Mapping.archived_at.is_not(None) if request.archived else Mapping.archived_at.is_(None)
    return paginate(
        ctx.db, visible(ctx, Mapping).where(away), request, view=MappingView.of, key=Mapping.id,
        sort={"title": Mapping.title, "name": Mapping.name, "created_at": Mapping.created_at,
              "updated_at": Mapping.updated_at},
        default="title", search=(Mapping.name, Mapping.title),
    )  # fmt: skip


def shown(ctx: Context, mapping: Mapping) -> ShownMapping:
    """A mapping with its newest document, and whether the caller may change it."""
    version = SHELF.version_of(ctx.db, mapping)
    edits = visible(ctx, Mapping, permission=PERMISSIONS["mappings:write"]).where(Mapping.id == mapping.id)
    return ShownMapping(
        **MappingView.of(mapping).model_dump(), document=SHELF.document_of(version),
        may_edit=mapping.archived_at is None and ctx.db.scalars(edits).first() is not None,
    )  # fmt: skip


def versions(ctx: Context, mapping: Mapping, request: ListVersions) -> Page[MappingVersionView]:
    """The versions of a mapping, the newest first."""
    return SHELF.versions(
        ctx.db, mapping, request, lambda row: MappingVersionView(mapping=mapping.name, **_fields(row))
    )


def version(mapping: Mapping, row: MappingVersion) -> MappingVersionDetail:
    """A version with its document."""
    return MappingVersionDetail(mapping=mapping.name, document=SHELF.document_of(row), **_fields(row))


def _fields(row: MappingVersion) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _OWN}
