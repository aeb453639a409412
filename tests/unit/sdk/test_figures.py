"""Plots of the usual libraries become bytes that pages can show."""

from __future__ import annotations

import json

import pytest

from workbench.core.errors import Invalid
from workbench.sdk.figures import BOKEH, render


def test_a_holoviews_plot_becomes_a_bokeh_document():
    """The document can be opened again and holds the data."""
    import holoviews as hv
    from bokeh.document import Document

    hv.extension("bokeh")
    media_type, content = render(hv.Bars([("a", 1.5), ("b", 2.5)]))

    document = Document.from_json(json.loads(content)["doc"])
    assert media_type == BOKEH
    assert len(document.roots) == 1


def test_what_draws_itself_is_taken_by_its_own_word():
    """SVG before PNG before HTML."""

    class Drawing:
        def _repr_html_(self):
            return "<b>html</b>"

        def _repr_svg_(self):
            return "<svg/>"

    assert render(Drawing()) == ("image/svg+xml", b"<svg/>")


def test_what_cannot_be_shown_is_refused():
    """A number is no plot."""
    with pytest.raises(Invalid, match="int is not a plot"):
        render(3)
