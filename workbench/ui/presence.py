"""What only the browser knows: whether somebody looks, which theme they like, how wide the window is, what they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.core.clock import now

from .formats import AGES
from .kit import param, pn
from .languages import mark, tr
from .visit import COOKIE

Fields = Mapping[str, str]
MANY = 500  # fields of a form, at most
# What the scripts say by themselves, and kinds of what is suggested.
SAID = (
    mark("table"), mark("column"), mark("pipelines"), mark("tables"), mark("dashboards"), mark("apps"),
    mark("connectors"), mark("mappings"), mark("queries"), mark("columns"), mark("runs"), mark("templates"),
    mark("members"), mark("docs"), mark("Reload"), mark("Copied"), mark("Could not be copied"),
    mark("The connection to the server is lost; what you see no longer changes. The page comes back by itself."),
    mark("The server is there again. Keep what you did not save, then load the page anew."),
)  # fmt: skip
SCRIPTS = (
    "presence",
    "unsaved",
    "kept",
    "popovers",
    "suggest",
    "anchors",
    "complete",
    "answers",
    "dragging",
    "framed",
    "ageing",
)


class Presence(pn.custom.JSComponent):  # type: ignore[misc]  # Panel is untyped here
    """An invisible part that keeps the server told, and hands it what is done to the page's own controls.

    A control is any element with `data-act`: a press of a button or link sends its act with the fields of its form, or
    its `data-name` and `data-value`; an input or list that stands in no form sends its name and value as it changes.
    """

    watched = param.Boolean(default=False, doc="Whether the document is visible to somebody.")
    dark = param.Boolean(default=False, doc="Whether the theme is the dark one; remembered in a cookie.")
    theme_by = param.String(
        default="browser", doc="Whose choice it is: `browser`, which is followed, `person` or `address`."
    )
    narrow = param.Boolean(default=False, doc="Whether the window was as narrow as a phone's when it opened.")
    cookie = param.String(default=COOKIE, doc="The cookie that remembers theme and width.")
    path = param.String(default="/", doc="Where that cookie is sent.")
    unsaved = param.Boolean(default=False, doc="Whether leaving would lose what the page keeps for its visit alone.")
    goes = param.String(default="", doc="Where the browser shall go; a path of this server.")
    leads = param.Dict(default={}, doc="What the browser shall bring into sight, and what shall have the focus.")
    clock = param.Number(default=0, doc="When the page was made, by the server's clock, in ms.")
    words = param.Dict(default={}, doc="What the scripts say, by what they say in English.")
    ages = param.Dict(default={}, doc="How long ago something was, in words, by unit.")
    answered = param.Dict(default={}, doc="The act that was done last, and what was wrong in its form, by pointer.")

    _esm = "\n".join(Path(__file__).with_name(f"{name}.js").read_text() for name in SCRIPTS)

    def __init__(self, **params: Any) -> None:
        said = {message: tr(message) for message in SAID}
        ages = {unit: tr(message) for unit, message in AGES.items()}
        super().__init__(**({"clock": now().timestamp() * 1000, "words": said, "ages": ages} | params))
        self._acts: dict[str, Callable[[Fields], None]] = {}

    def on(self, act: str, do: Callable[[Fields], None]) -> None:
        """Have `do` called, holding the document, with the fields of each act of that name."""
        self._acts[act] = do

    def go(self, address: str) -> None:
        """Send the browser to another page of this server.

        Raises:
            ValueError: the address is not one of this server.
        """
        if not address.startswith("/") or address.startswith("//"):
            raise ValueError(f"{address!r} leads elsewhere")
        self.goes = address

    def lead(self, to: str, *, focus: str) -> None:
        """Bring a part into sight, by its id, and put the focus on another or on the first field within."""
        self.leads = {"to": to, "focus": focus, "turn": self.leads.get("turn", 0) + 1}

    def answer(self, act: str, faults: Sequence[tuple[str, str]] = (), said: str = "") -> None:
        """Have the browser show what came of an act: its notice in sight, and what is wrong at the fields.

        `said` is the sentence about all of that, which stands at the form's button.
        """
        turn = self.answered.get("turn", 0) + 1
        self.answered = {"act": act, "faults": [list(fault) for fault in faults], "said": said, "turn": turn}

    def _handle_msg(self, data: Any) -> None:
        """Take what a browser says, which may be anything."""
        act, pairs = (data.get("act"), data.get("fields")) if isinstance(data, dict) else (None, None)
        if isinstance(pairs, list) and (do := self._acts.get(str(act))) is not None:
            do({str(pair[0]): str(pair[1]) for pair in pairs[:MANY] if isinstance(pair, list) and len(pair) == 2})
