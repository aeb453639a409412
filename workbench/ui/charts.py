"""Charts as text: lines, bars and a heat map, which need no script, print sharply and follow the theme by themselves.

What each point says is told on hover and to those who hear the page; a bar that can be chosen is a button.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10
from pathlib import Path
from typing import Final

from markupsafe import Markup

from . import formats
from .languages import tr
from .parts import NOTHING, Content, join
from .tokens import SERIES

CHARTS_CSS: Final = (Path(__file__).parent / "charts.css").read_text()
WIDE, HIGH = 1000.0, 300.0
TICKS, MOST_HITS = 4, 400
DENSE = 6  # columns of a heat map from which there is no room for its numbers on a phone
NO_RANGE = 1e-300  # below it floats lose their digits, and so would the ticks
# Cividis, whose steps are alike for those who see no red or green (Nuñez, Anderton and Renslow, 2018).
CIVIDIS: Final = (
    (0, 32, 76), (0, 42, 102), (50, 62, 110), (87, 93, 109), (124, 123, 120), (165, 156, 116), (209, 193, 94),
    (255, 233, 69),
)  # fmt: skip
Number = Callable[[float | None], str]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it is called, how long, and with which fields it is chosen, where it can be."""

    name: str
    value: float | None
    act: str = ""
    field: tuple[str, str] = ("", "")
    pressed: bool = False


def bars(items: Sequence[Bar], number: Number) -> Markup:
    """Bars one below the other, each with its name and number; negative ones are drawn as long as they are."""
    most = max((abs(item.value) for item in items if item.value is not None), default=0.0) or 1.0
    longest = max((len(item.name) for item in items), default=0)
    rows = join(_bar(item, most, number) for item in items)
    return Markup('<ol class="bars" style="--name:{}ch">{}</ol>').format(longest + 1, rows)


def _bar(item: Bar, most: float, number: Number) -> Markup:
    width = 100 * abs(item.value or 0.0) / most
    inner = Markup(
        '<span class="name">{}</span><span class="track">'
        '<span class="fill" style="width:{:.1f}%;background:{}"></span></span><span class="num">{}</span>'
    ).format(item.name, width, SERIES[(item.value or 0) < 0], number(item.value))
    if not item.act:
        return Markup('<li><span class="row">{}</span></li>').format(inner)
    return Markup(
        '<li><button type="button" class="row" data-act="{}" data-name="{}" data-value="{}" aria-pressed="{}">{}'
        "</button></li>"
    ).format(item.act, *item.field, str(item.pressed).lower(), inner)


def lines(
    label: str, points: Sequence[tuple[str, str]], series: Mapping[str, Sequence[float | None]], number: Number
) -> Markup:  # fmt: skip
    """A line for each of `series` over `points`, each with a name for the axis and one that says it all."""
    values = [value for drawn in series.values() for value in drawn if value is not None and isfinite(value)]
    if not values:
        return NOTHING
    low, high, ticks = scale(min(values), max(values))
    reach = (high - low) or 1.0

    def height(value: float) -> float:
        return HIGH - HIGH * (value - low) / reach

    step = WIDE / max(len(points) - 1, 1)
    drawn = join(
        Markup('<path d="{}" stroke="{}"/>').format(_path(line, step, height), SERIES[place % len(SERIES)])
        for place, line in enumerate(series.values())
    )
    grid = join(Markup('<line x1="0" x2="1000" y1="{0:.1f}" y2="{0:.1f}"/>').format(height(tick)) for tick in ticks)
    said = tr(
        "{label}: {points} points from {low} to {high}", label=label, points=len(points), low=number(min(values)),
        high=number(max(values)),
    )  # fmt: skip
    axis = join(
        Markup('<span style="top:{:.1f}%">{}</span>').format(100 * height(tick) / HIGH, name)
        for tick, name in zip(ticks, _even(ticks, number), strict=True)
    )
    return Markup(
        '<div class="plot"><div class="axis" aria-hidden="true">{}</div><svg role="img" viewBox="0 0 1000 300" '
        'preserveAspectRatio="none"><title>{}</title><g class="grid">{}</g><g class="lines">{}</g>{}</svg>'
        '<div class="below" aria-hidden="true">{}</div></div>{}'
    ).format(
        axis,
        said,
        grid,
        drawn,
        _hits([whole for _, whole in points], series, step, number),
        _names([short for short, _ in points]),
        legend(list(series)),
    )


def _even(ticks: Sequence[float], number: Number) -> list[str]:
    """What stands at the ticks of an axis: without a fraction where no tick has one, 40 % and not 40.0 %."""
    written, point = [number(tick) for tick in ticks], re.escape(formats.number("."))
    cut = [re.sub(rf"^(\D*\d+){point}0+(?!\d)", r"\1", one) for one in written]
    return cut if not any(re.search(rf"\d{point}\d", one) for one in cut) else written


def dots(label: str, groups: Mapping[str, Sequence[tuple[float, float]]], across: Number, number: Number) -> Markup:
    """A dot for each pair, in a colour for each group; `across` writes what stands below, `number` what beside."""
    pairs = [pair for group in groups.values() for pair in group]
    if not pairs:
        return NOTHING
    left, right, below = scale(min(x for x, _ in pairs), max(x for x, _ in pairs))
    low, high, beside = scale(min(y for _, y in pairs), max(y for _, y in pairs))

    def place(x: float, y: float) -> tuple[float, float]:
        return WIDE * (x - left) / ((right - left) or 1.0), HIGH - HIGH * (y - low) / ((high - low) or 1.0)

    marks = join(
        Markup('<path d="{}" stroke="{}"/>').format(
            "".join("M{:.1f} {:.1f}h0".format(*place(*pair)) for pair in group), SERIES[at % len(SERIES)]
        )
        for at, group in enumerate(groups.values())
    )
    grid = join(
        Markup('<line x1="0" x2="1000" y1="{0:.1f}" y2="{0:.1f}"/>').format(place(left, tick)[1]) for tick in beside
    )
    heights = join(
        Markup('<span style="top:{:.1f}%">{}</span>').format(100 * place(left, tick)[1] / HIGH, name)
        for tick, name in zip(beside, _even(beside, number), strict=True)
    )
    names = join(
        Markup('<span style="left:{:.1f}%">{}</span>').format(100 * place(tick, low)[0] / WIDE, across(tick))
        for tick in below
    )
    return Markup(
        '<div class="plot"><div class="axis" aria-hidden="true">{}</div><svg role="img" viewBox="0 0 1000 300" '
        'preserveAspectRatio="none"><title>{}</title><g class="grid">{}</g><g class="lines dots">{}</g></svg>'
        '<div class="below" aria-hidden="true">{}</div></div>{}'
    ).format(
        heights, tr("{label}: {dots} dots", label=label, dots=len(pairs)), grid, marks, names, legend(list(groups))
    )


def legend(names: Sequence[str]) -> Markup:
    """Which line is which, where there are several."""
    if len(names) < 2:
        return NOTHING
    return Markup('<p class="keys">{}</p>').format(
        join(
            Markup('<span><i style="background:{}"></i>{}</span>').format(SERIES[place % len(SERIES)], name)
            for place, name in enumerate(names)
        )
    )


def heat(
    label: str, across: Sequence[str], down: Sequence[str], values: Mapping[tuple[int, int], float | None],
    number: Number,
) -> Markup:  # fmt: skip
    """A table whose cells are coloured by their numbers; `values` are by the places of column and row."""
    known = [value for value in values.values() if value is not None and isfinite(value)]
    if not known:
        return NOTHING
    low, high = min(known), max(known)
    head = join(Markup('<th scope="col">{}</th>').format(name) for name in across)
    rows = join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            name,
            join(
                _cell(values.get((x, y)), low, high, f"{name}, {over}", number, len(across))
                for x, over in enumerate(across)
            ),
        )
        for y, name in enumerate(down)
    )
    key = Markup('<p class="ramp" aria-hidden="true"><span>{}</span><i style="background:{}"></i><span>{}</span></p>')
    stops = ", ".join(f"rgb{stop}" for stop in CIVIDIS)
    return Markup(
        '<table class="heat{}" aria-label="{}"><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table>{}'
    ).format(
        " dense" if len(across) > DENSE else "",
        label,
        head,
        rows,
        key.format(number(low), f"linear-gradient(to right, {stops})", number(high)),
    )


def scale(low: float, high: float, about: int = TICKS) -> tuple[float, float, list[float]]:
    """The ends of an axis and its ticks, `about` so many and round; zero is on it unless the values lie far from it."""
    if low >= 0 and low < 0.6 * high:
        low = 0.0
    if high - low < NO_RANGE:
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    rough = (high - low) / about
    magnitude = 10.0 ** floor(log10(rough))
    step = next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= rough * 0.999)
    first, last = floor(low / step), -floor(-high / step)
    ticks = [step * place for place in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks


def _path(line: Sequence[float | None], step: float, height: Callable[[float], float]) -> str:
    """Straight on from point to point; where a value is missing, the line is broken."""
    parts, down = [], False
    for place, value in enumerate(line):
        if value is None or not isfinite(value):
            down = False
            continue
        parts.append(f"{'L' if down else 'M'}{place * step:.1f} {height(value):.1f}")
        down = True
    return "".join(parts)


def _hits(points: Sequence[str], series: Mapping[str, Sequence[float | None]], step: float, number: Number) -> Content:
    """Stripes that say on hover what stands at a point."""
    if len(points) > MOST_HITS:
        return NOTHING
    several = len(series) > 1
    stripes = join(
        Markup('<rect x="{:.1f}" y="0" width="{:.2f}" height="300"><title>{}</title></rect>').format(
            place * step - step / 2,
            step,
            "\n".join(
                [name, *(f"{key + ': ' if several else ''}{number(line[place])}" for key, line in series.items())]
            ),
        )
        for place, name in enumerate(points)
    )
    return Markup('<g class="hits">{}</g>').format(stripes)


def _names(points: Sequence[str]) -> Markup:
    """A handful of the points' names, at their places."""
    every = max(1, -(-len(points) // 6))
    last = max(len(points) - 1, 1)
    return join(
        Markup('<span style="left:{:.1f}%">{}</span>').format(100 * place / last, name)
        for place, name in enumerate(points)
        if place % every == 0 and (place + every / 2 <= last or place == 0)
    )


def _cell(value: float | None, low: float, high: float, where: str, number: Number, columns: int) -> Markup:
    if value is None or not isfinite(value):
        return Markup('<td class="none"><span class="unseen">{}</span></td>').format(tr("none"))
    colour = cividis((value - low) / ((high - low) or 1.0))
    dark = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] < 128
    shown = number(value) if columns <= 12 else Markup('<span class="unseen">{}</span>').format(number(value))
    return Markup('<td style="background:rgb{};color:{}" title="{}">{}</td>').format(
        f"{colour}", "#fff" if dark else "#000", f"{where}: {number(value)}", shown
    )


def cividis(portion: float) -> tuple[int, int, int]:
    """The colour at a portion of the scale, from 0 to 1."""
    at = min(max(portion, 0.0), 1.0) * (len(CIVIDIS) - 1)
    below = min(int(at), len(CIVIDIS) - 2)
    part = at - below
    red, green, blue = (
        round(one + (other - one) * part) for one, other in zip(CIVIDIS[below], CIVIDIS[below + 1], strict=True)
    )
    return red, green, blue
