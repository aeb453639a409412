"""How a target column stands, as colour, shape and word."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from workbench.domains.mappings.schemas import State, TargetState
from workbench.domains.mappings.schemas.documents import Document, Rule
from workbench.ui.languages import mark, tr
from workbench.ui.parts import State as Shape
from workbench.ui.parts import status

STATES: Final[dict[State, tuple[Shape, str]]] = {
    "ok": ("ok", mark("mapped")),
    "lossy": ("warning", mark("loses")),
    "unmapped": ("waiting", mark("not mapped")),
    "required": ("failed", mark("required")),
    "failing": ("failed", mark("does not fit")),
    "broken": ("failed", mark("broken")),
}


def told(state: TargetState | None) -> tuple[Shape, str]:
    """As a shape and a word or two; one that was not tried is taken for mapped."""
    shape, said = STATES[state.state if state is not None else "ok"]
    return shape, tr(said)


def word(state: TargetState) -> Markup:
    """In a word or two."""
    return status(*told(state))


def sentence(state: TargetState) -> Markup:
    """In a sentence, where there is more to say than a word."""
    shape, said = told(state)
    return status(shape, state.detail or said)


def standing(state: TargetState) -> Markup:
    """In a sentence of its own."""
    return Markup('<p class="standings">{}</p>').format(sentence(state))


def made(rule: Rule | None) -> str:
    """How a rule makes its column, in a line."""
    if rule is None:
        return "–"
    if rule.expression is not None:
        return rule.expression
    if rule.combine is not None:
        return f" {rule.between!r} ".join(rule.combine)
    if rule.split is None:
        return rule.column or ""
    split = rule.split
    return tr("part {part} of {column} at {by}", part=split.part, column=rule.column, by=repr(split.by))


def uses(document: Document, states: dict[str, TargetState], target: str) -> list[str]:
    """The source columns that a target column is made of, as far as that is known."""
    state, rule = states.get(target), document.rule(target)
    if state is not None and state.uses:
        return state.uses
    return rule.named if rule is not None else []
