"""What each kind of card looks like, drawn from what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from markupsafe import Markup

from workbench.domains.dashboards.schemas import CardData
from workbench.domains.dashboards.schemas import documents as d
from workbench.ui import charts, trends
from workbench.ui.controls import CHOOSE
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Content, empty, join

from .asked import LEAST, MOST, VALUE
from .numbers import NOWHERE, as_text, called, column, heading, number_of, point, said

Chosen = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a card shows, what was chosen on the page, and where a number leads; nowhere where that is empty."""

    data: CardData
    chosen: Chosen
    leads: str = ""


@singledispatch
def drawn(card: object, _: Seen) -> Content:
    """The inside of a card."""
    raise TypeError(f"{type(card).__name__} is no card")


@drawn.register
def _(card: d.Kpi, seen: Seen) -> Content:
    text: Content = said(seen.data.value, card.value.form)
    if seen.leads:
        text = Markup('<a href="{}" title="{}">{}</a>').format(seen.leads, tr("What wrote this"), text)
    values = [row[1] for row in seen.data.rows if isinstance(row[1], int | float)]
    label = tr("{title} by day, {number} days", title=card.title, number=len(values))
    trend = trends.line(values, label) if card.over else NOTHING
    note = Markup('<p class="sub">{}</p>').format(card.note) if card.note else NOTHING
    return Markup('<p class="number">{}</p>{}{}').format(text, note, trend)


@drawn.register
def _(card: d.TimeSeries, seen: Seen) -> Content:
    places = sorted({row[0] for row in seen.data.rows})
    names = sorted({_name(row[1]) for row in seen.data.rows}) if card.split else [card.title]
    at = {(row[0], _name(row[1]) if card.split else card.title): row[-1] for row in seen.data.rows}
    series = {name: [at.get((place, name)) for place in places] for name in names}
    points = [point(place, card.every) for place in places]
    return charts.lines(card.title, points, series, number_of(card.value.form)) or _nothing()


@drawn.register
def _(card: d.Bar, seen: Seen) -> Content:
    now, free = seen.chosen.get(VALUE + card.by.column, ""), card.by.part is None

    def bar(name: Any, value: float | None) -> charts.Bar:
        if name is None or not free:
            return charts.Bar(called(name, card.by), value)
        text = as_text(name)
        pressed = text == now
        field = (VALUE + card.by.column, "" if pressed else text)
        return charts.Bar(called(name, card.by), value, CHOOSE, field, pressed)

    if not seen.data.rows:
        return _nothing()
    return charts.bars([bar(*row) for row in seen.data.rows], number_of(card.value.form))


@drawn.register
def _(card: d.HeatMap, seen: Seen) -> Content:
    across = sorted({row[0] for row in seen.data.rows}, key=_order)
    down = sorted({row[1] for row in seen.data.rows}, key=_order)
    values = {(across.index(row[0]), down.index(row[1])): row[2] for row in seen.data.rows}
    names = [called(name, card.across) for name in across], [called(name, card.down) for name in down]
    return charts.heat(card.title, *names, values, number_of(card.value.form)) or _nothing()


@drawn.register
def _(card: d.TableCard, seen: Seen) -> Content:
    if not seen.data.rows:
        return _nothing()
    numeric = [
        all(isinstance(row[place], int | float | None) for row in seen.data.rows)
        for place in range(len(seen.data.columns))
    ]
    css = ["num" if number else "" for number in numeric]
    head = join(
        Markup('<th scope="col" class="{}">{}</th>').format(*pair)
        for pair in zip(css, map(heading, seen.data.columns), strict=True)
    )
    body = join(
        Markup("<tr>{}</tr>").format(
            join(Markup('<td class="{}">{}</td>').format(*pair) for pair in zip(css, row, strict=True))
        )
        for row in zip(*map(column, zip(*seen.data.rows, strict=True)), strict=True)
    )
    return Markup('<table class="rows" aria-label="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(
        card.title, head, body
    )


@drawn.register
def _(card: d.TextCard, _: Seen) -> Content:
    return join(Markup("<p>{}</p>").format(part) for part in card.text.split("\n\n") if part.strip())


@drawn.register
def _(card: d.FilterCard, seen: Seen) -> Content:
    if card.control != "choice":
        kind = "date" if card.control == "dates" else "number"
        ends = (
            [f"{end:g}" if isinstance(end, float) else end for end in seen.data.rows[0] if end is not None]
            if seen.data.rows
            else []
        )
        least, most = ends if len(ends) == 2 else ("", "")
        return _end(tr("From"), LEAST + card.column, kind, seen.chosen, least, most) + _end(
            tr("to"), MOST + card.column, kind, seen.chosen, least, most
        )
    now = seen.chosen.get(VALUE + card.column, "")
    names = [name for name, _ in seen.data.rows if name is not None]
    options = [("", tr("All")), *((name, name) for name in names), *([(now, now)] if now and now not in names else [])]
    items = join(
        Markup('<option value="{}"{}>{}</option>').format(value, Markup(" selected") if value == now else "", word)
        for value, word in options
    )
    return Markup('<select name="{}" data-act="{}" aria-label="{}">{}</select>').format(
        VALUE + card.column, CHOOSE, card.title, items
    )


def _end(word: str, name: str, kind: str, chosen: Chosen, least: str, most: str) -> Markup:
    usual = least if name.startswith(LEAST) else most
    value = chosen.get(name, "") or (usual if kind == "date" else "")
    return Markup(
        '<label class="control"><span>{}</span><input type="{}" name="{}" value="{}" min="{}" max="{}" '
        'placeholder="{}" step="any" data-act="{}"></label>'
    ).format(word, kind, name, value, least, most, usual, CHOOSE)


def _name(value: Any) -> str:
    return tr(NOWHERE) if value is None else as_text(value)


def _order(value: Any) -> tuple[bool, Any]:
    return value is None, value if value is not None else 0


def _nothing() -> Markup:
    return empty(tr("Nothing to show"), tr("No row fits the filters."))
