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
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Column, Content, card, empty, join, table, value
from workbench.ui.tokens import SERIES

PIECE: Final = 100  # rows that are seen at once; those of a block are at hand
MOST_BARS, MOST_GROUPS = 50, len(SERIES)


def block_of(row: int) -> int:
    """The first row of the block that holds a row."""
    return row // MOST_ROWS * MOST_ROWS


def told(found: QueryRows, way: Content = NOTHING) -> Markup:
    """How long an answer took and how much of it there is; `way` is what can be done with it."""
    much = tr("more than {count} rows", count=count(MOST_ROWS))
    if found.total is not None:
        much = plural(found.total, "row", "rows")
    said = tr("Answered in {duration}: {rows}.", duration=duration(found.seconds), rows=much)
    return Markup('<div class="told"><span role="status">{}</span> {}</div>').format(said, way)


def grid(found: QueryRows, row: int, first: int) -> Markup:
    """Some rows of an answer, of so many columns as can be read side by side, and the way to the others."""
    first = min(first, max(len(found.columns) - 1, 0))
    shown = range(first, min(first + SIDE_BY_SIDE, len(found.columns)))
    columns = [Column(found.columns[place].name, numeric=is_number(found.columns[place])) for place in shown]
    here = found.rows[row - found.start : row - found.start + PIECE] if row >= found.start else []
    rows = [[value(one[place]) for place in shown] for one in here]
    aside = _place(row, len(here), found.total) if here else NOTHING
    nothing = empty(tr("No rows"), tr("Nothing fits what was asked."))
    drawn = table(tr("Rows"), columns, rows, aside=aside, empty=nothing)
    return Markup('<div class="data">{}{}{}</div>').format(
        chooser(found.columns, first), drawn, _pages(found, row, len(here))
    )


def _place(row: int, here: int, total: int | None) -> str:
    """Which rows these are, and of how many, where that is known."""
    first, last = count(row + 1), count(row + here)
    if total is None:
        return tr("{first} to {last}", first=first, last=last)
    return tr("{first} to {last} of {total}", first=first, last=last, total=count(total))


def _pages(found: QueryRows, row: int, here: int) -> Markup:
    after = row + here < found.start + len(found.rows) or found.more
    ways = [
        *([button(tr("First"), CHOOSE, name="row", value="0")] if row >= 2 * PIECE else []),
        *([button(tr("Previous"), CHOOSE, name="row", value=str(max(row - PIECE, 0)))] if row else []),
        *([button(tr("Next"), CHOOSE, name="row", value=str(row + PIECE))] if after else []),
    ]
    if found.total is not None and (last := (found.total - 1) // PIECE * PIECE) > row + PIECE:
        ways.append(button(tr("Last"), CHOOSE, name="row", value=str(last)))
    if not ways:
        return NOTHING
    label = tr("Pages of the rows")
    return Markup('<nav class="pager screen-only" aria-label="{}">{}</nav>').format(label, join(ways))


def failed(error: WorkbenchError) -> Markup:
    """Why there is no answer, with the line and the place in it where DuckDB says so."""
    whole = "\n".join(one["message"] for one in error.errors if one["message"] != error.detail)
    where = code(whole, tr("What DuckDB said")) if "\nLINE " in whole else NOTHING
    why = empty(error.detail, error.fix or tr("Mend the SQL and run it again."))
    return card(tr("No answer"), Markup('<div role="alert">{}</div>{}').format(why, where))


def drawn(chart: Chart | None, found: QueryRows) -> Content:
    """The chart of the rows at hand; nothing where none is wanted."""
    if chart is None:
        return NOTHING
    places = {column.name: place for place, column in enumerate(found.columns)}
    groups: set[str] = set()
    lacking = [name for name in (chart.x, chart.y, chart.colour) if name is not None and name not in places]
    if lacking:
        why = tr("The answer has no column {name}.", name=repr(lacking[0]))
        inner: Content = empty(tr("Nothing to draw"), why)
    else:
        rows = [(one[places[chart.x]], number(one[places[chart.y]]), _group(chart, places, one)) for one in found.rows]
        groups = {group for _, _, group in rows}
        inner = _drawing(chart, rows)
    first, last = count(found.start + 1), count(found.start + len(found.rows))
    only = tr("rows {first} to {last}", first=first, last=last) if found.more or found.start else ""
    drawing = Markup('<div class="drawing">{}</div>').format(inner)
    title = _title(chart, cut=chart.kind != "bar" and len(groups) > MOST_GROUPS)
    return card(title, drawing, aside=only)


def _drawing(chart: Chart, rows: Rows) -> Content:
    nothing = tr("Nothing to draw")
    try:
        return _DRAWN[chart.kind](chart, rows) or empty(nothing, tr("No row has a number in the column that is drawn."))
    except (ArithmeticError, ValueError):  # such as a span that no number holds
        return empty(nothing, tr("The values lie too far apart."))


def _title(chart: Chart, *, cut: bool) -> str:
    """What a chart shows; `cut` where it has too many colours to show them all."""
    if not chart.colour:
        return _by(chart)
    if cut:
        first = count(MOST_GROUPS)
        return tr("{y} by {x}, by {colour}, the first {count}", y=chart.y, x=chart.x, colour=chart.colour, count=first)
    return tr("{y} by {x}, by {colour}", y=chart.y, x=chart.x, colour=chart.colour)


def _by(chart: Chart) -> str:
    return tr("{y} by {x}", y=chart.y, x=chart.x)


def number(given: Any) -> float | None:
    """A value as a number, where it is one; decimals come as text."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        found = float(given)
    except (ValueError, OverflowError):
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
    return charts.lines(_by(chart), [(_text(x)[:10], _text(x)) for _, x in points], series, short)


def _dots(chart: Chart, rows: Rows) -> Content:
    groups: dict[str, list[tuple[float, float]]] = {}
    dated = any(_moment(x) is not None for x, _, _ in rows)
    for x, y, group in rows:
        across = _moment(x) if dated else number(x)
        if across is not None and y is not None and (group in groups or len(groups) < MOST_GROUPS):
            groups.setdefault(group, []).append((across, y))
    return charts.dots(_by(chart), groups, _day if dated else short, short)


_DRAWN: Final = {"bar": _bars, "line": _lines, "scatter": _dots}


def _key(x: Any) -> tuple[int, float, str]:
    """Numbers in their order, then texts in theirs; moments are texts that sort."""
    found = number(x) if not isinstance(x, str) else None
    return (0, found, "") if found is not None else (1, 0.0, _text(x))


def _text(given: Any) -> str:
    return tr("none") if given is None else str(given)


def _moment(x: Any) -> float | None:
    try:
        return datetime.fromisoformat(x).toordinal() * 1.0 if isinstance(x, str) and x[4:5] == "-" else None
    except ValueError:
        return None


def _day(ordinal: float | None) -> str:
    return date.fromordinal(max(int(ordinal or 1), 1)).isoformat()
