"""Two lists side by side with lines between what belongs together; told to those who hear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markupsafe import Markup

from .languages import tr
from .parts import NOTHING, Content, State, join

PAIRING_CSS: Final = (Path(__file__).parent / "pairing.css").read_text()
ROW = 34  # pixels; the height of a row in pairing.css too


@dataclass(frozen=True, slots=True)
class Side:
    """A row of a list: its key, how it is shown, and what stands at its end."""

    key: str
    label: Content
    note: Content = NOTHING
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What belongs together, and how that stands; a line that is only proposed is dashed."""

    left: str
    right: str
    state: State
    word: str


def pairing(titles: tuple[str, str], left: Sequence[Side], right: Sequence[Side], lines: Iterable[Line]) -> Markup:
    """The lists under their titles; a line whose end is in neither list is left out."""
    at = {side.key: place for place, side in enumerate(left)}
    to = {side.key: place for place, side in enumerate(right)}
    drawn = [line for line in lines if line.left in at and line.right in to]
    high = ROW * max(len(left), len(right), 1)
    paths = join(_path(at[line.left], to[line.right], line) for line in drawn)
    said = join(Markup("<li>{} → {}: {}</li>").format(line.left, line.right, line.word) for line in drawn)
    used = {line.left for line in drawn}
    return Markup(
        '<div class="pairing"><h3>{}</h3><span></span><h3>{}</h3>{}'
        '<svg viewBox="0 0 100 {}" height="{}" preserveAspectRatio="none" aria-hidden="true">{}</svg>{}</div>'
        '<ul class="unseen" aria-label="{}">{}</ul>'
    ).format(
        *titles, _list(titles[0], left, used), high, high, paths, _list(titles[1], right, set(to)), tr("Lines"), said
    )


def _list(title: str, sides: Sequence[Side], used: set[str]) -> Markup:
    rows = join(
        Markup('<li class="{}"><span class="end">{}</span>{}</li>').format(
            " ".join(word for word, on in (("free", side.key not in used), ("here", side.chosen)) if on),
            side.label, side.note,
        )
        for side in sides
    )  # fmt: skip
    return Markup('<ul aria-label="{}">{}</ul>').format(title, rows)


def _path(start: int, end: int, line: Line) -> Markup:
    y1, y2 = (start + 0.5) * ROW, (end + 0.5) * ROW
    return Markup('<path class="{}" d="M0 {}C45 {} 55 {} 100 {}"/>').format(line.state, y1, y1, y2, y2)
