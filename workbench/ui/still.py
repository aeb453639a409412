"""A page as a picture of text: what is in its document, and is read while the kit's scripts get ready to draw it.

It is of the same parts in the same boxes, so that nothing moves when the page itself takes its place. Nobody can press
anything on it, and no script finds it: each part of a page is there once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from .kit import pmui, pn
from .parts import NOTHING, join
from .presence import Presence

CSS = (Path(__file__).parent / "still.css").read_text()
_FRAMES = re.compile(r"<(/?)iframe\b[^>]*>")
FIELD = 40  # pixels; the height of a field of the kit


@dataclass(frozen=True, slots=True)
class Still:
    """The parts of a page; as text what they are at that moment. It is `bare` where it is in a frame."""

    title: str
    sidebar: Sequence[Any]
    header: Sequence[Any]
    main: Sequence[Any]
    bare: bool = False

    def __str__(self) -> str:
        bar, rail, body = (join(map(drawn, parts)) for parts in (self.header, self.sidebar, self.main))
        text: str = FRAME.format(Markup(CSS), "bare" if self.bare else "", self.title, bar, rail, body)  # noqa: S704 - ours
        text = _FRAMES.sub(r"<\1div>", text)  # what is in a frame would be begun twice
        return text.replace("<script", "&lt;script")  # the page gives its scripts a nonce, and no part has one


def drawn(part: Any) -> Markup:
    """A part as it would be drawn: texts and the boxes around them; room for whatever else there is."""
    if isinstance(part, pn.pane.HTML):
        return _hosted(part, Markup("<div>{}</div>").format(Markup(part.object)))  # noqa: S704 - as the page shows it
    if isinstance(part, pn.Column):
        return _hosted(part, join(map(drawn, part)))
    if isinstance(part, pmui.Select):
        return ROOM.format(FIELD) if part.visible else NOTHING
    if isinstance(part, Presence):
        return NOTHING
    return ROOM.format(part.min_height or part.height or 0)


def _hosted(part: Any, inner: Markup) -> Markup:
    css = Markup("\n".join(part.stylesheets))  # noqa: S704 - ours
    return HOST.format(" ".join(part.css_classes or []), css, inner)


FRAME = Markup(
    '<div inert><template shadowrootmode="closed"><style>{}</style><div class="{}"><div class="bar">'
    '<span class="title">{}</span>{}</div><div class="rail">{}</div><div class="body">{}</div></div></template></div>'
)
HOST = Markup('<div class="{}"><template shadowrootmode="open"><style>{}</style>{}</template></div>')
ROOM = Markup('<div style="height:{}px"></div>')
