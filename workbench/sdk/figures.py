"""Turns what notebooks plot with into bytes that pages can show."""

from __future__ import annotations

import io
import json
from typing import Any

from workbench.core.errors import Invalid

BOKEH = "application/vnd.bokeh.item+json"
RICH = (("image/svg+xml", "_repr_svg_"), ("image/png", "_repr_png_"), ("text/html", "_repr_html_"))


def render(plot: Any) -> tuple[str, bytes]:
    """The media type and bytes of a HoloViews, hvPlot, Bokeh, matplotlib or plain rich-display plot.

    Raises:
        Invalid: it is none of these.
    """
    library = type(plot).__module__.partition(".")[0]
    if library == "holoviews":
        import holoviews as hv

        plot, library = hv.render(plot, backend="bokeh"), "bokeh"
    if library == "bokeh":
        from bokeh.embed import json_item

        return BOKEH, json.dumps(json_item(plot)).encode()
    if hasattr(plot, "savefig") or hasattr(plot, "figure"):
        return "image/png", _matplotlib(plot)
    for media_type, method in RICH:
        if hasattr(plot, method):
            data = getattr(plot, method)()
            return media_type, data if isinstance(data, bytes) else str(data).encode()
    raise Invalid(
        f"A {type(plot).__name__} is not a plot that can be shown.",
        fix="Log a HoloViews, Bokeh or matplotlib figure.",
        code="not_a_figure",
    )


def _matplotlib(plot: Any) -> bytes:
    figure = plot if hasattr(plot, "savefig") else plot.figure
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=120, bbox_inches="tight")
    return target.getvalue()
