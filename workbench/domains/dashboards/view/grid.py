"""Where cards stand: none lies on another, whatever is added, moved or resized."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Final

from workbench.core.errors import Invalid
from workbench.domains.dashboards.schemas.documents import WIDE, Card, Place

DEEP: Final = 500  # the last row in which a card may begin


def free_place(taken: Sequence[Place], w: int, h: int) -> Place:
    """The first place, in the order of reading, where a card of this size lies on no other.

    Raises:
        Invalid: there is none.
    """
    rows = sorted({0, *(at.y + at.h for at in taken)})  # in any other row it could stand higher
    places = (Place(x=x, y=y, w=w, h=h) for y, x in product(rows, range(WIDE - w + 1)) if y <= DEEP)
    return _first(at for at in places if _is_free(at, taken))


def settled(cards: Sequence[Card], name: str, at: Place) -> list[Card]:
    """The cards with one of them at a new place: what is in its way takes its old place or moves down.

    Raises:
        Invalid: there is no room further down.
    """
    before = {card.id: card.at for card in cards}
    left = before.pop(name)
    after = {name: at}
    for other in sorted(before, key=lambda one: (before[one].y, before[one].x)):
        was = before.pop(other)
        ways = _ways(was, left, [*after.values(), *before.values()], list(after.values()))
        after[other] = _first(ways)
    return [card.model_copy(update={"at": after[card.id]}) for card in cards]


def apart(cards: Sequence[Card]) -> list[Card]:
    """The cards with those that were written over another moved below it, for a document may say what it likes."""
    placed: dict[str, Place] = {}
    for card in sorted(cards, key=lambda one: (one.at.y, one.at.x)):
        below = _below(card.at, list(placed.values()))
        placed[card.id] = below if below.y <= DEEP else card.at
    return [card.model_copy(update={"at": placed[card.id]}) for card in cards]


def _ways(was: Place, left: Place, everybody: Sequence[Place], fixed: Sequence[Place]) -> Iterator[Place]:
    """Places for a card, the nearest first: where it is, beside it where the other came from, and further down."""
    if _is_free(was, fixed):
        yield was
    for x in (left.x, was.x) if _overlap(left, was, within=1) else ():
        there = was.model_copy(update={"x": min(x, WIDE - was.w), "y": left.y})
        if _is_free(there, everybody):
            yield there
    below = _below(was, fixed)
    if below.y <= DEEP:
        yield below


def _below(at: Place, taken: Sequence[Place]) -> Place:
    """The place itself, or the next further down that lies on no other."""
    while in_way := [other for other in taken if _overlap(at, other)]:
        at = at.model_copy(update={"y": max(other.y + other.h for other in in_way)})
    return at


def _first(places: Iterable[Place]) -> Place:
    found = next(iter(places), None)
    if found is None:
        raise Invalid(
            "There is no room for this card so far down.", fix="Make cards lower, or remove one.", code="bad_card"
        )
    return found


def _is_free(at: Place, taken: Iterable[Place]) -> bool:
    return not any(_overlap(at, other) for other in taken)


def _overlap(one: Place, other: Place, within: int = 0) -> bool:
    """Whether places share a cell, or are closer than so many cells."""
    across = one.x < other.x + other.w + within and other.x < one.x + one.w + within
    return across and one.y < other.y + other.h + within and other.y < one.y + one.h + within
