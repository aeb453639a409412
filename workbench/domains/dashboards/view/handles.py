"""What can be done to a card where it stands, by the pointer and by the keyboard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from markupsafe import Markup

from workbench.domains.dashboards.schemas.documents import Card
from workbench.ui.controls import button
from workbench.ui.drafts import UNAPPLIED
from workbench.ui.languages import mark, tr
from workbench.ui.parts import join

STEPS: Final = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
SIZES: Final = {"narrower": (-1, 0), "wider": (1, 0), "lower": (0, -1), "higher": (0, 1)}
WAYS: Final = {
    "left": mark("move left"), "right": mark("move right"), "up": mark("move up"), "down": mark("move down"),
    "narrower": mark("narrower"), "wider": mark("wider"), "lower": mark("lower"), "higher": mark("higher"),
}  # fmt: skip
GRIP: Final = Markup(
    '<button type="button" class="grip quiet" data-drag="move" data-card="{}" aria-label="{}"'
    ' aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown Shift+ArrowLeft Shift+ArrowRight Shift+ArrowUp'
    ' Shift+ArrowDown" title="{}">'
    '<span aria-hidden="true">⠿</span></button>'
)
CORNER: Final = Markup('<span class="corner" data-drag="size" data-card="{}" title="{}"></span>')


def asks() -> dict[str, Any]:
    """What is asked before another card's form is taken away, as a button takes it."""
    return {"confirm": tr(UNAPPLIED), "replaces": True}


def edit_id(name: str) -> str:
    """The id of what opens a card's settings."""
    return f"wb-edit-{name}"


def of_card(card: Card, *, chosen: bool) -> tuple[Markup, Markup]:
    """What drags a card, before its title, and the rest; one card is `chosen`, and its settings are open."""
    title = card.title or tr("Text")
    asked = {} if chosen else asks()
    edit = Markup('<span id="{}">{}</span>').format(
        edit_id(card.id), _one("✎", title, tr("settings"), "edit", card.id, pressed=chosen, **asked)
    )
    away = _one("✕", title, tr("remove"), "remove", card.id)
    rest = Markup('<div class="handles{}">{}{}</div>').format(" chosen" if chosen else "", edit, away)
    told = tr("Drag to move; by the keyboard the arrows move it, with Shift they resize it")
    grip = GRIP.format(card.id, tr("{title}: move or resize", title=title), told)
    return grip, rest + CORNER.format(card.id, tr("Drag to resize"))


def placing(card: Card) -> Markup:
    """Buttons that move and resize a card, for whoever does not drag."""
    moves, sizes = _ways(card, "move", "←→↑↓", STEPS), _ways(card, "size", "⇤⇥⤒⤓", SIZES)
    return Markup(
        '<div class="placing"><div role="group" aria-label="{0}"><span>{0}</span>{1}</div>'
        '<div role="group" aria-label="{2}"><span>{2}</span>{3}</div></div>'
    ).format(tr("Place"), moves, tr("Size"), sizes)


def _ways(card: Card, act: str, signs: str, ways: Iterable[str]) -> Markup:
    title = card.title or tr("Text")
    return join(
        _one(sign, title, tr(WAYS[way]), act, f"{card.id}:{way}") for sign, way in zip(signs, ways, strict=True)
    )


def _one(sign: str, title: str, words: str, act: str, value: str, **look: Any) -> Markup:
    label = Markup('<span aria-hidden="true" title="{2}">{0}</span><span class="unseen">{1}: {2}</span>').format(
        sign, title, words
    )
    return button(label, act, name="card", value=value, tone="quiet", **look)
