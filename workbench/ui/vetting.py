"""Which of Bokeh's models a logged figure may be made of: those that draw, and none that runs, fetches or is HTML.

And how much of a figure may be: it is made where all pages are drawn.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode
from collections.abc import Iterator
from typing import Any, Final

from .formats import count
from .languages import tr

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

MOST_MODELS: Final = 400  # each takes some milliseconds
MOST_VALUES: Final = 300_000
MOST_BYTES: Final = 32 * 1024 * 1024  # of arrays, unpacked
LARGEST: Final = 2**63 - 1  # hashes of larger numbers can be made alike
GZIP: Final = 16 + zlib.MAX_WBITS


class Unshowable(ValueError):
    """The picture is of a kind, or has something in it, that is not shown."""


def number(digits: str) -> int:
    """A whole number of a figure.

    Raises:
        Unshowable: nobody draws it.
    """
    value = int(digits) if len(digits) <= len(str(-LARGEST)) else LARGEST + 1
    if abs(value) > LARGEST:
        raise Unshowable(tr("The picture has a number in it that is too large."))
    return value


def vetted(roots: list[Any]) -> Any:
    """A figure's roots without what is the page's to say; what points show is pairs of a name and a value.

    Raises:
        Unshowable: it has something in it that is no drawing, or more than pages draw.
    """
    _unpack(roots)
    return _vetted(roots)


def _unpack(roots: list[Any]) -> None:
    """Unpack the arrays: Bokeh would do so to whatever size."""
    from bokeh.core.serialization import Buffer
    from bokeh.util.serialization import make_id

    left = MOST_BYTES
    for part in _objects(roots):
        if part.get("type") == "bytes":
            data = zlib.decompressobj(GZIP).decompress(b64decode(part["data"]), left + 1)
            left -= len(data)
            if left < 0:
                raise Unshowable(tr("The picture has arrays in it of more than {most} MiB.", most=MOST_BYTES // 2**20))
            part["data"] = Buffer(make_id(), data)


def _objects(roots: list[Any]) -> Iterator[dict[str, Any]]:
    """All that is an object in JSON, as long as there are not too many."""
    level: list[Any] = [roots]
    models = values = 0
    while level:
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                models += value.get("type") == "object"
                below.extend(value.values())
                yield value
            elif isinstance(value, list):
                below.extend(value)
        values += len(below)
        if models > MOST_MODELS or values > MOST_VALUES:
            told = tr(
                "The picture has more than {parts} parts or {values} values in it.", parts=MOST_MODELS,
                values=count(MOST_VALUES),
            )  # fmt: skip
            raise Unshowable(told)
        level = below


def _vetted(part: Any) -> Any:
    if isinstance(part, list):
        return [_vetted(one) for one in part]
    if not isinstance(part, dict):
        return part
    if any(part.get(name) for name in CALLBACKS):
        raise Unshowable(tr("The picture has a callback in it, which pages do not run."))
    if part.get("type") == "object":
        name = str(part.get("name", ""))
        _check(name)
        return _cleaned(name, part)
    return {name: _vetted(value) for name, value in part.items()}


def _check(name: str) -> None:
    from bokeh.model import Model

    model = Model.model_class_reverse_map.get(name)
    module = model.__module__.removeprefix("bokeh.models.") if model is not None else ""
    if module not in DRAWING or name in UNWANTED:
        raise Unshowable(tr("The picture has a {name} in it, which pages do not run.", name=name[:80]))


def _cleaned(name: str, part: dict[str, Any]) -> dict[str, Any]:
    kept = _vetted({key: value for key, value in (part.get("attributes") or {}).items() if key not in LOOKS})
    if name == "HoverTool" and "tooltips" in kept:
        kept["tooltips"] = _pairs(kept["tooltips"])
    return {key: _vetted(value) for key, value in part.items() if key != "attributes"} | {"attributes": kept}


def _pairs(tooltips: Any) -> list[list[str]] | None:
    """What a point shows, as texts beside names; of free HTML, the values that it names."""
    if isinstance(tooltips, str):
        places = PLACE.findall(SAFE.sub("", tooltips))
        return [[plain or spaced, f"@{{{plain or spaced}}}{shape}"] for plain, spaced, shape in places]
    if isinstance(tooltips, list):
        return [[str(label), SAFE.sub("", str(value))] for label, value in tooltips]
    return None
