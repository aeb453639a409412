"""The shelf on which mappings stand."""

from __future__ import annotations

from typing import Any

from workbench.core import documents
from workbench.core.shelf import Shelf
from workbench.domains.mappings.models import Mapping, MappingVersion
from workbench.domains.mappings.schemas.documents import Document

SHELF: Shelf[Mapping, MappingVersion, Document] = Shelf(
    Mapping, MappingVersion, Document, "schemas:read", frozenset({"suggest", "preview"})
)


def parse(written: dict[str, Any] | str) -> Document:
    """A document from an object, or from the text of one.

    Raises:
        Invalid: it is no YAML, or no document; says where.
    """
    return documents.parse(Document, written)
