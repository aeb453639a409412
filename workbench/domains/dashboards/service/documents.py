"""Documents of dashboards as they are kept, and the shelf on which dashboards stand."""

from __future__ import annotations

from typing import Any

from workbench.core import documents
from workbench.core.shelf import Shelf
from workbench.domains.dashboards.models import Dashboard, DashboardVersion
from workbench.domains.dashboards.schemas.documents import Document

HEAD = ("id", "kind", "title", "at", "source")


def parse(written: dict[str, Any] | str) -> Document:
    """A document from an object, or from the text of one.

    Raises:
        Invalid: it is no YAML, or no document; says where.
    """
    return documents.parse(Document, written)


def kept(document: Document) -> dict[str, Any]:
    """A document as it is stored: what is as it would be anyway is left out."""
    found = documents.kept(document)
    found["cards"] = [_in_order(card) for card in found.get("cards", [])]
    return found


def text(document: Document) -> str:
    """A document as YAML."""
    return documents.text(kept(document))


def _in_order(card: dict[str, Any]) -> dict[str, Any]:
    """What names a card comes first."""
    return {name: card[name] for name in (*HEAD, *card) if name in card}


SHELF: Shelf[Dashboard, DashboardVersion, Document] = Shelf(
    Dashboard, DashboardVersion, Document, "dashboards:view", frozenset({"home", "series", "preview"}), kept
)
