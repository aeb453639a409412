"""An answer: its rows a hundred at a time, and the chart of those that are at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from math import isfinite
from typing import Any, Final

from markupsafe import Markup

from workbench.core.errors import WorkbenchError
from workbench.domains.queries.schemas import MOST_ROWS, QueryRows
from workbench.domains.queries.schemas.documents import Chart
from workbench.domains.store.view.table_parts import SIDE_BY_SIDE, chooser, is_number
from workbench.ui import charts
from workbench.ui.controls import CHOOSE, button, code
from workbench.ui.formats import count, duration, plural, short
from workbench.ui.parts import NOTHING, Column, Content, card, empty, join, table, value
from workbench.ui.tokens import SERIES

PIECE: Final = 100  # rows that are seen at once; those of a block are at hand
MOST_BARS, MOST_GROUPS = 50, len(SERIES)
NOT_ONE = empty("Nothing to draw", "No row has a number in the column that is drawn.")


def block_of(row: int) -> int:
    """The first row of the block that holds a row."""
    return row // MOST_ROWS * MOST_ROWS


def told(found: QueryRows, way: Content = NOTHING) -> Markup:
    """How long an answer took and how much of it there is; `way` is what can be done with it."""
    much = plural(found.total, "row") if found.total is not None else f"more than {count(MOST_ROWS)} rows"
    return Markup('<div class="told"><span role="status">Answered in {}: {}.</span> {}</div>').format(
        duration(found.seconds), much, way
    )


def grid(found: QueryRows, row: int, first: int) -> Markup:
    """Some rows of an answer, of so many columns as can be read side by side, and the way to the others."""
    first = min(first, max(len(found.columns) - 1, 0))
    shown = range(first, min(first + SIDE_BY_SIDE, len(found.columns)))
    columns = [Column(found.columns[place].name, numeric=is_number(found.columns[place])) for place in shown]
    here = found.rows[row - found.start : row - found.start + PIECE] if row >= found.start else []
    rows = [[value(one[place]) for place in shown] for one in here]
    of = f" of {count(found.total)}" if found.total is not None else ""
    aside = f"{count(row + 1)} to {count(row + len(here))}{of}" if here else NOTHING
    drawn = table("Rows", columns, rows, aside=aside, empty=empty("No rows", "Nothing fits what was asked."))
    return Markup('<div class="data">{}{}{}</div>').format(
        chooser(found.columns, first), drawn, _pages(found, row, len(here))
    )


def _pages(found: QueryRows, row: int, here: int) -> Markup:
    after = row + here < found.start + len(found.rows) or found.more
    ways = [
        *([button("First", CHOOSE, name="row", value="0")] if row >= 2 * PIECE else []),
        *([button("Previous", CHOOSE, name="row", value=str(max(row - PIECE, 0)))] if row else []),
        *([button("Next", CHOOSE, name="row", value=str(row + PIECE))] if after else []),
    ]
    if found.total is not None and (last := (found.total - 1) // PIECE * PIECE) > row + PIECE:
        ways.append(button("Last", CHOOSE, name="row", value=str(last)))
    if not ways:
        return NOTHING
    return Markup('<nav class="pager screen-only" aria-label="Pages of the rows">{}</nav>').format(join(ways))


def failed(error: WorkbenchError) -> Markup:
    """Why there is no answer, with the line and the place in it where DuckDB says so."""
    whole = "\n".join(one["message"] for one in error.errors if one["message"] != error.detail)
    where = code(whole, "What DuckDB said") if "\nLINE " in whole else NOTHING
    return card("No answer", Markup('<div role="alert">{}</div>{}').format(
        empty(error.detail, error.fix or "Mend the SQL and run it again."), where
    ))  # fmt: skip


def drawn(chart: Chart | None, found: QueryRows) -> Content:
    """The chart of the rows at hand; nothing where none is wanted."""
    if chart is None:
        return NOTHING
    places = {column.name: place for place, column in enumerate(found.columns)}
    lacking = [name for name in (chart.x, chart.y, chart.colour) if name is not None and name not in places]
    if lacking:
        inner: Content = empty("Nothing to draw", f"The answer has no column {lacking[0]!r}.")
    else:
        rows = [(one[places[chart.x]], number(one[places[chart.y]]), _group(chart, places, one)) for one in found.rows]
        inner = _DRAWN[chart.kind](chart, rows) or NOT_ONE
    only = (
        f"rows {count(found.start + 1)} to {count(found.start + len(found.rows))}" if found.more or found.start else ""
    )
    colour = f", by {chart.colour}" if chart.colour else ""
    if (
        chart.colour
        and chart.kind != "bar"
        and len({one[places.get(chart.colour, 0)] for one in found.rows}) > MOST_GROUPS
    ):
        colour += f", the first {MOST_GROUPS}"
    title = f"{chart.y} by {chart.x}{colour}"
    return card(title, Markup('<div class="drawing">{}</div>').format(inner), aside=only)


def number(given: Any) -> float | None:
    """A value as a number, where it is one; decimals come as text."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        found = float(given)
    except ValueError:
        return None
    return found if isfinite(found) else None


Rows = Sequence[tuple[Any, float | None, str]]


def _group(chart: Chart, places: Mapping[str, int], row: Sequence[Any]) -> str:
    return chart.y if chart.colour is None else _text(row[places[chart.colour]])


def _bars(_: Chart, rows: Rows) -> Content:
    known = [row for row in rows if row[1] is not None][:MOST_BARS]
    several = len({group for _, _, group in known}) > 1
    return charts.bars(
        [charts.Bar(f"{_text(x)}, {group}" if several else _text(x), y) for x, y, group in known], short
    ) if known else NOTHING  # fmt: skip


def _lines(chart: Chart, rows: Rows) -> Content:
    points = sorted({_key(x): x for x, _, _ in rows}.items())
    groups = list(dict.fromkeys(group for _, _, group in rows))[:MOST_GROUPS]
    at = {(_key(x), group): y for x, y, group in rows}
    series = {group: [at.get((key, group)) for key, _ in points] for group in groups}
    return charts.lines(f"{chart.y} by {chart.x}", [(_text(x)[:10], _text(x)) for _, x in points], series, short)


def _dots(chart: Chart, rows: Rows) -> Content:
    groups: dict[str, list[tuple[float, float]]] = {}
    dated = any(_moment(x) is not None for x, _, _ in rows)
    for x, y, group in rows:
        across = _moment(x) if dated else number(x)
        if across is not None and y is not None and (group in groups or len(groups) < MOST_GROUPS):
            groups.setdefault(group, []).append((across, y))
    return charts.dots(f"{chart.y} by {chart.x}", groups, _day if dated else short, short)


_DRAWN: Final = {"bar": _bars, "line": _lines, "scatter": _dots}


def _key(x: Any) -> tuple[int, float, str]:
    """Numbers in their order, then texts in theirs; moments are texts that sort."""
    found = number(x) if not isinstance(x, str) else None
    return (0, found, "") if found is not None else (1, 0.0, _text(x))


def _text(given: Any) -> str:
    return "none" if given is None else str(given)


def _moment(x: Any) -> float | None:
    try:
        return datetime.fromisoformat(x).toordinal() * 1.0 if isinstance(x, str) and x[4:5] == "-" else None
    except ValueError:
        return None


def _day(ordinal: float | None) -> str:
    return date.fromordinal(max(int(ordinal or 1), 1)).isoformat()
