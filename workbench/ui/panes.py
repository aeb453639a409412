"""A pane of text whose styles are those of all others on its page, and are sent once."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from bokeh.document import Document
from bokeh.models.css import InlineStyleSheet

from .kit import pn

LONG = 200  # characters from which a style is shared
_shared: WeakKeyDictionary[Document, dict[str, InlineStyleSheet]] = WeakKeyDictionary()


class TextPane(pn.pane.HTML):  # type: ignore[misc]  # Panel is untyped here
    """Shows markup; each pane of the kit carries a copy of its styles, and sends it again when its text changes."""

    def _get_properties(self, doc: Document | None) -> dict[str, Any]:
        properties: dict[str, Any] = super()._get_properties(doc)
        if doc is not None and "stylesheets" in properties:
            known = _shared.setdefault(doc, {})
            properties["stylesheets"] = [_one_of(known, style) for style in properties["stylesheets"]]
        return properties


def _one_of(known: dict[str, InlineStyleSheet], style: Any) -> Any:
    if not isinstance(style, str) or len(style) < LONG:
        return style
    if style not in known:
        known[style] = InlineStyleSheet(css=style)
    return known[style]
