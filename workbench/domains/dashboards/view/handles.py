"""What can be done to a card where it stands, by the pointer and by the keyboard."""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup

from workbench.domains.dashboards.schemas.documents import Card
from workbench.ui.controls import button
from workbench.ui.drafts import UNAPPLIED
from workbench.ui.parts import join

STEPS: Final = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
SIZES: Final = {"narrower": (-1, 0), "wider": (1, 0), "lower": (0, -1), "higher": (0, 1)}
ASKS: Final[dict[str, Any]] = {"confirm": UNAPPLIED, "replaces": True}  # for what takes another card's form away
GRIP: Final = Markup(
    '<button type="button" class="grip quiet" data-drag="move" data-card="{0}" aria-label="{1}: move or resize"'
    ' aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown Shift+ArrowLeft Shift+ArrowRight Shift+ArrowUp'
    ' Shift+ArrowDown" title="Drag to move; by the keyboard the arrows move it, with Shift they resize it">'
    '<span aria-hidden="true">⠿</span></button>'
)
CORNER: Final = Markup('<span class="corner" data-drag="size" data-card="{}" title="Drag to resize"></span>')


def edit_id(name: str) -> str:
    """The id of what opens a card's settings."""
    return f"wb-edit-{name}"


def of_card(card: Card, *, chosen: bool) -> tuple[Markup, Markup]:
    """What drags a card, before its title, and the rest; one card is `chosen`, and its settings are open."""
    title = card.title or "Text"
    edit = Markup('<span id="{}">{}</span>').format(
        edit_id(card.id), _one("✎", title, "settings", "edit", card.id, pressed=chosen, **({} if chosen else ASKS))
    )
    away = _one("✕", title, "remove", "remove", card.id)
    rest = Markup('<div class="handles{}">{}{}</div>').format(" chosen" if chosen else "", edit, away)
    return GRIP.format(card.id, title), rest + CORNER.format(card.id)


def placing(card: Card) -> Markup:
    """Buttons that move and resize a card, for whoever does not drag."""
    title = card.title or "Text"
    moves = [
        _one(sign, title, f"move {way}", "move", f"{card.id}:{way}")
        for sign, way in zip("←→↑↓", STEPS, strict=True)
    ]  # fmt: skip
    sizes = [
        _one(sign, title, way, "size", f"{card.id}:{way}")
        for sign, way in zip(("⇤", "⇥", "⤒", "⤓"), SIZES, strict=True)
    ]
    return Markup(
        '<div class="placing"><div role="group" aria-label="Place"><span>Place</span>{}</div>'
        '<div role="group" aria-label="Size"><span>Size</span>{}</div></div>'
    ).format(join(moves), join(sizes))


def _one(sign: str, title: str, words: str, act: str, value: str, **look: Any) -> Markup:
    label = Markup('<span aria-hidden="true" title="{2}">{0}</span><span class="unseen">{1}: {2}</span>').format(
        sign, title, words
    )
    return button(label, act, name="card", value=value, tone="quiet", **look)
