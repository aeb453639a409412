"""What only the browser knows: whether somebody looks, which theme they like, how wide their window is."""

from __future__ import annotations

from pathlib import Path

from .kit import param, pn
from .visit import COOKIE


class Presence(pn.custom.JSComponent):  # type: ignore[misc]  # Panel is untyped here
    """An invisible part that keeps the server told."""

    watched = param.Boolean(default=False, doc="Whether the document is visible to somebody.")
    dark = param.Boolean(default=False, doc="Whether the theme is the dark one; remembered in a cookie.")
    narrow = param.Boolean(default=False, doc="Whether the window was as narrow as a phone's when it opened.")
    cookie = param.String(default=COOKIE, doc="The cookie that remembers theme and width.")
    path = param.String(default="/", doc="Where that cookie is sent.")

    _esm = Path(__file__).with_name("presence.js").read_text()
