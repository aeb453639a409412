"""How records are spoken of on pages."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from workbench.ui.parts import State, status

OUTCOMES: Final[dict[str, State]] = {"done": "ok", "denied": "warning", "failed": "failed", "intent": "running"}
SHOWN: Final = {
    "": "All outcomes", "done": "Done", "denied": "Denied", "failed": "Failed", "intent": "Begun"
}  # fmt: skip


def outcome(word: str) -> Markup:
    """How something ended."""
    return status(OUTCOMES.get(word, "waiting"), "begun" if word == "intent" else word)


def target(kind: str | None, id_: str | None) -> Markup:
    """What something was done to."""
    if kind is None:
        return Markup("")
    return Markup('{}<span class="sub"><code>{}</code></span>').format(kind.replace("_", " "), id_ or "")
