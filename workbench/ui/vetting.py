"""Which of Bokeh's models a logged figure may be made of: those that draw, and none that runs, fetches or is HTML."""

from __future__ import annotations

import re
from typing import Any, Final

# Modules, most of them below `bokeh.models`. What is new in a later Bokeh is refused until somebody looked at it.
DRAWING: Final = frozenset({
    "bokeh.plotting._figure", "annotations.annotation", "annotations.arrows", "annotations.dimensional",
    "annotations.geometry", "annotations.html.toolbars", "annotations.labels", "annotations.legends", "axes",
    "canvas", "comparisons", "coordinates", "expressions", "filters", "formatters", "glyph", "glyphs", "graphics",
    "graphs", "grids", "labeling", "layouts", "mappers", "misc.group_by", "nodes", "plots", "ranges",
    "renderers.contour_renderer", "renderers.glyph_renderer", "renderers.graph_renderer", "renderers.renderer",
    "scales", "selections", "sources", "text", "tickers", "tools", "transforms",
})  # fmt: skip
# Of these: what carries code, loads something, or shows HTML or other models.
UNWANTED: Final = frozenset({
    "AjaxDataSource", "CustomAction", "CustomJSCompare", "CustomJSExpr", "CustomJSFilter", "CustomJSHover",
    "CustomJSTicker", "CustomJSTickFormatter", "CustomJSTransform", "CustomLabelingPolicy", "GroupBox",
    "ImageURL", "MathML", "MathMLGlyph", "MathText", "MathTextGlyph", "ServerSentDataSource", "TabPanel", "Tabs", "TeX",
    "TeXGlyph", "WebDataSource",
})  # fmt: skip
CALLBACKS: Final = ("js_property_callbacks", "js_event_callbacks")
# How a model is to look outside of its canvas is the page's to say.
LOOKS: Final = ("stylesheets", "styles", "css_classes", "css_variables", "html_attributes", "html_id", "context_menu")
SAFE: Final = re.compile(r"\{\s*safe\s*\}")  # has Bokeh take a value for HTML
PLACE: Final = re.compile(r"@(?:(\w+)|\{([^{}]+)\})(\{[^{}]*\})?")


class Unshowable(ValueError):
    """The picture is of a kind, or has something in it, that is not shown."""


def vetted(part: Any) -> Any:
    """A figure's roots without what is the page's to say; what points show is pairs of a name and a value.

    Raises:
        Unshowable: it has something in it that is no drawing.
    """
    if isinstance(part, list):
        return [vetted(one) for one in part]
    if not isinstance(part, dict):
        return part
    if any(part.get(name) for name in CALLBACKS):
        raise Unshowable("The picture has a callback in it, which pages do not run.")
    if part.get("type") == "object":
        name = str(part.get("name", ""))
        _check(name)
        return _cleaned(name, part)
    return {name: vetted(value) for name, value in part.items()}


def _check(name: str) -> None:
    from bokeh.model import Model

    model = Model.model_class_reverse_map.get(name)
    module = model.__module__.removeprefix("bokeh.models.") if model is not None else ""
    if module not in DRAWING or name in UNWANTED:
        raise Unshowable(f"The picture has a {name[:80]} in it, which pages do not run.")


def _cleaned(name: str, part: dict[str, Any]) -> dict[str, Any]:
    kept = vetted({key: value for key, value in (part.get("attributes") or {}).items() if key not in LOOKS})
    if name == "HoverTool" and "tooltips" in kept:
        kept["tooltips"] = _pairs(kept["tooltips"])
    return {key: vetted(value) for key, value in part.items() if key != "attributes"} | {"attributes": kept}


def _pairs(tooltips: Any) -> list[list[str]] | None:
    """What a point shows, as texts beside names; of free HTML, the values that it names."""
    if isinstance(tooltips, str):
        places = PLACE.findall(SAFE.sub("", tooltips))
        return [[plain or spaced, f"@{{{plain or spaced}}}{shape}"] for plain, spaced, shape in places]
    if isinstance(tooltips, list):
        return [[str(label), SAFE.sub("", str(value))] for label, value in tooltips]
    return None
