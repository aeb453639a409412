"""Pictures that people logged, shown without trusting them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from markupsafe import Markup

from .kit import pn
from .languages import tr
from .plots import hover_only
from .shell import markup
from .vetting import Unshowable, number, vetted

BOKEH = "application/vnd.bokeh.item+json"
IMAGES = frozenset({"image/png", "image/svg+xml"})
HTML = "text/html"
LEAST_HEIGHT = 240
FEW_DATES = 4
FEW_NAMES = 10  # below the bars of a figure in a narrow place, side by side


@dataclass(frozen=True, slots=True)
class Picture:
    """A pane with a picture, and the title that was taken off it, empty where it had none."""

    pane: Any
    title: str = ""


def opened(media_type: str, content: bytes) -> Any:
    """What `picture` draws of what was logged; a figure of Bokeh's takes up to seconds to make, so do it in a thread.

    Raises:
        Unshowable: it cannot be shown, and why.
    """
    if media_type in IMAGES or media_type == HTML:
        return content
    if media_type != BOKEH:
        raise Unshowable(tr("A picture of type {type} is not shown.", type=media_type))
    try:
        return _figure(content)
    except Unshowable:
        raise
    except Exception as error:
        raise Unshowable(tr("It cannot be read; it may be of another version of Bokeh.")) from error


def picture(media_type: str, found: Any, label: str, room: int | None = None, *, narrow: bool = False) -> Picture:
    """A picture that was `opened`, once; a figure is at most `room` pixels high, in a `narrow` place with few dates."""
    if media_type == BOKEH:
        return _fitted(found, room, narrow)
    if media_type in IMAGES:
        # An SVG in an `img` runs no script and fetches nothing.
        source = f"data:{media_type};base64,{base64.b64encode(found).decode()}"
        return Picture(markup(Markup('<img class="picture" src="{}" alt="{}">').format(source, label)))
    frame = Markup('<iframe class="picture" sandbox title="{}" srcdoc="{}"></iframe>')
    return Picture(markup(frame.format(label, found.decode(errors="replace"))))


def _figure(content: bytes) -> Any:
    from bokeh.document import Document
    from bokeh.models import LayoutDOM

    item = json.loads(content, parse_int=number)
    # Nothing else of the document: neither how it is configured, nor the models that the run's process knew.
    drawn = {"root_id": item["root_id"], "roots": vetted(item["doc"]["roots"])}
    drawn = _named_anew(drawn, f"{uuid4().hex}-")
    document = Document.from_json(Document().to_json(deferred=False) | {"roots": drawn["roots"]})
    figure = next(root for root in document.roots if root.id == drawn["root_id"])
    if not isinstance(figure, LayoutDOM):
        raise Unshowable(tr("The picture is a part of one."))
    document.remove_root(figure)
    return figure


def _fitted(figure: Any, room: int | None, narrow: bool) -> Picture:
    height = max(int(getattr(figure, "height", None) or 0), LEAST_HEIGHT)
    height = height if room is None else min(height, room)
    figure.update(sizing_mode="stretch_width", width=None, height=height)
    hover_only(figure)
    if narrow:
        _few_dates(figure)
        _upright_names(figure)
    title = getattr(getattr(figure, "title", None), "text", None)
    if hasattr(figure, "outline_line_color"):
        figure.update(title=None, outline_line_color=None)  # the card has the title, and a frame
    pane = pn.pane.Bokeh(figure, sizing_mode="stretch_width", margin=0, min_height=height)
    return Picture(pane, title if isinstance(title, str) else "")


def _few_dates(figure: Any) -> None:
    """Have a time axis name few moments: in a narrow card their names would run into each other."""
    from bokeh.models import DatetimeAxis

    for axis in figure.select({"type": DatetimeAxis}):
        if getattr(axis.ticker, "desired_num_ticks", 0) > FEW_DATES:
            axis.ticker.desired_num_ticks = FEW_DATES


def _upright_names(figure: Any) -> None:
    """Have the names below many bars stand upright: side by side in a narrow card they would be one word."""
    from bokeh.models import CategoricalAxis

    for axis in figure.select({"type": CategoricalAxis}):
        names = getattr(figure.x_range, "factors", [])
        if axis in figure.below and len(names) > FEW_NAMES:
            axis.major_label_orientation = "vertical"


def _named_anew(part: Any, prefix: str) -> Any:
    """A document with ids that nobody else has: those of the run's process count from the same number as the page's."""
    if isinstance(part, list):
        return [_named_anew(value, prefix) for value in part]
    if not isinstance(part, dict):
        return part
    ids = ("id", "root_id")
    return {
        name: prefix + value if name in ids and isinstance(value, str) else _named_anew(value, prefix)
        for name, value in part.items()
    }
