"""How a target column stands, as colour, shape and word."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from workbench.domains.mappings.schemas import State, TargetState
from workbench.domains.mappings.schemas.documents import Document, Rule
from workbench.ui.parts import State as Shape
from workbench.ui.parts import status

STATES: Final[dict[State, tuple[Shape, str]]] = {
    "ok": ("ok", "mapped"),
    "lossy": ("warning", "loses"),
    "unmapped": ("waiting", "not mapped"),
    "required": ("failed", "required"),
    "failing": ("failed", "does not fit"),
    "broken": ("failed", "broken"),
}


def word(state: TargetState) -> Markup:
    """In a word or two."""
    shape, said = STATES[state.state]
    return status(shape, said)


def standing(state: TargetState) -> Markup:
    """In a sentence."""
    shape, said = STATES[state.state]
    return Markup('<p class="standings">{}</p>').format(status(shape, state.detail or said))


def made(rule: Rule | None) -> str:
    """How a rule makes its column, in a line."""
    if rule is None:
        return "–"
    if rule.expression is not None:
        return rule.expression
    if rule.combine is not None:
        return f" {rule.between!r} ".join(rule.combine)
    return rule.column or "" if rule.split is None else f"part {rule.split.part} of {rule.column} at {rule.split.by!r}"


def uses(document: Document, states: dict[str, TargetState], target: str) -> list[str]:
    """The source columns that a target column is made of, as far as that is known."""
    state, rule = states.get(target), document.rule(target)
    if state is not None and state.uses:
        return state.uses
    return rule.named if rule is not None else []
