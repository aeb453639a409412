"""Of the kit pages have what they use."""

from __future__ import annotations

import pytest


def test_a_document_defines_what_pages_use_and_little_else():
    """Each component that a document defines is written, sent and read on each visit."""
    from bokeh.document import Document

    from workbench.ui import presence
    from workbench.ui.kit import pmui

    names = {each["name"] for each in Document().to_json(deferred=False)["defs"]}
    used = {one._data_model.__qualified_model__ for one in (pmui.Page, pmui.Select, presence.Presence)}
    assert used <= names
    assert len(names) < 40


def test_a_component_that_no_document_defines_cannot_be_used():
    """Whoever needs another is told here, and not by a browser that does not know it."""
    from workbench.ui.kit import pmui

    with pytest.raises(AttributeError):
        pmui.Button  # noqa: B018 - asked for, that is all
