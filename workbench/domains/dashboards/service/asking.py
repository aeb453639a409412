"""What a card asks, as one SELECT: names are quoted, values are literals, and the shape is ours."""

# ruff: noqa: S608 - see above
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import singledispatch

from workbench.core.sql import literal, quoted
from workbench.domains.dashboards.schemas import Filter
from workbench.domains.dashboards.schemas import documents as d

from .measures import TIMES
from .sources import NUMBERS, Rows

MOST_POINTS, MOST_PAIRS, MOST_CHOICES, MOST_LINES = 5000, 2400, 200, 5
PARTS = {"weekday": "isodow"}
Filters = Mapping[str, Filter]


@dataclass(frozen=True, slots=True)
class Asking:
    """The rows that a card asks, narrowed by filters, in a time zone."""

    rows: Rows
    filters: Filters
    timezone: str

    def where(self, *more: str) -> str:
        """The conditions, filters among them, with WHERE before them; nothing where there are none."""
        mine = [(name, found) for name, found in self.filters.items() if self.rows.has(name)]
        conditions = [*more, *(condition for name, found in mine for condition in self._narrow(name, found))]
        return f" WHERE {' AND '.join(conditions)}" if conditions else ""

    def moment(self, column: str) -> str:
        """A column of dates or times by the clocks of the workspace."""
        return self.rows.moment(column, self.timezone)

    def finite(self, column: str) -> str:
        """The condition that a date is one."""
        return f"{quoted(column)} IS NOT NULL AND isfinite({quoted(column)})"

    def value(self, value: d.Value) -> str:
        """A number made of the rows of a group."""
        if value.column is None:
            return "count(*)"
        if value.how in ("count", "distinct"):
            self.rows.kind(value.column)
            return f"count({'DISTINCT ' if value.how == 'distinct' else ''}{quoted(value.column)})"
        if value.how in ("min", "max") and self.rows.kind(value.column) in TIMES:
            return f"{value.how}({self.moment(value.column)})"
        number = self.rows.number(value.column)
        if value.per is not None:
            return f"sum({number}) / nullif(sum({self.rows.number(value.per)}), 0)"
        if value.weight is not None:
            weight = f"CASE WHEN {number} IS NOT NULL THEN {self.rows.number(value.weight)} END"
            return f"sum({number} * {self.rows.number(value.weight)}) / nullif(sum({weight}), 0)"
        return f"{'avg' if value.how == 'mean' else value.how}({number})"

    def group(self, dimension: d.Dimension) -> str:
        """What rows are grouped by."""
        if dimension.part is not None:
            return f"{PARTS.get(dimension.part, dimension.part)}({self.moment(dimension.column)})"
        kind = self.rows.kind(dimension.column)
        return self.moment(dimension.column) if kind in TIMES else quoted(dimension.column)

    def _narrow(self, column: str, found: Filter) -> Iterator[str]:
        """The conditions of a filter; a range of days does not narrow numbers of the same name, nor the reverse."""
        kind = self.rows.kind(column)
        if found.any_of is not None:
            yield _among(column, found.any_of)
        for sign, end in (">=", found.least), ("<=", found.most):
            if isinstance(end, date) and kind in TIMES:
                yield f"CAST({self.moment(column)} AS DATE) {sign} DATE {literal(end.isoformat())}"
            elif isinstance(end, float) and kind in NUMBERS:
                yield f"{self.rows.number(column)} {sign} CAST({literal(repr(end))} AS DOUBLE)"


def _among(column: str, values: Sequence[str | None]) -> str:
    texts = ", ".join(literal(value) for value in values if value is not None)
    found = [f"CAST({quoted(column)} AS VARCHAR) IN ({texts})"] if texts else []
    found += [f"{quoted(column)} IS NULL"] if None in values else []
    return f"({' OR '.join(found)})" if found else "false"


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT, and how many of its rows are shown; one more is asked for, to know whether there are more."""

    select: str
    limit: int

    @property
    def sql(self) -> str:
        """The SELECT with its limit."""
        return f"{self.select} LIMIT {self.limit + 1}"


@singledispatch
def statement(card: object, _: Asking) -> Statement:
    """What a card asks.

    Raises:
        Invalid: it names a column that is not there or does not fit.
    """
    raise TypeError(f"{type(card).__name__} asks nothing")


@statement.register
def _(card: d.Kpi, asking: Asking) -> Statement:
    value, source = asking.value(card.value), asking.rows.sql
    if card.over is None:
        return Statement(f"SELECT NULL AS point, {value} AS value FROM {source}{asking.where()}", 1)
    day = f"CAST({asking.moment(card.over)} AS DATE)"
    # The total stands behind the days, as the group of everything.
    sql = (
        f"SELECT point, value FROM (SELECT {day} AS point, {value} AS value, grouping(point) AS total FROM {source}"
        f"{asking.where(asking.finite(card.over))} GROUP BY GROUPING SETS ((point), ()) "
        f"ORDER BY total DESC, point DESC LIMIT {MOST_POINTS}) ORDER BY total, point"
    )
    return Statement(sql, MOST_POINTS)


@statement.register
def _(card: d.TimeSeries, asking: Asking) -> Statement:
    form = "TIMESTAMP" if card.every == "hour" else "DATE"
    point = f"CAST(date_trunc('{card.every}', {asking.moment(card.over)}) AS {form})"
    value, source, finite = asking.value(card.value), asking.rows.sql, asking.finite(card.over)
    if card.split is None:
        inner = f"SELECT {point} AS point, {value} AS value FROM {source}{asking.where(finite)} GROUP BY point"
    else:
        asking.rows.kind(card.split)
        split = f"CAST({quoted(card.split)} AS VARCHAR)"
        largest = (
            f"SELECT split FROM (SELECT {split} AS split, {value} AS value FROM {source}{asking.where(finite)} "
            f"GROUP BY split ORDER BY value DESC NULLS LAST, split LIMIT {MOST_LINES})"
        )
        inner = (
            f"SELECT {point} AS point, {split} AS split, {value} AS value FROM {source}"
            f"{asking.where(finite, f'{split} IN ({largest})')} GROUP BY point, split"
        )
    ordered = "point, split" if card.split is not None else "point"
    sql = f"SELECT * FROM (SELECT * FROM ({inner}) ORDER BY point DESC LIMIT {MOST_POINTS}) ORDER BY {ordered}"
    return Statement(sql, MOST_POINTS)


@statement.register
def _(card: d.Bar, asking: Asking) -> Statement:
    value = asking.value(card.value)
    order = "value DESC NULLS LAST, name" if card.order == "value" else "name NULLS LAST"
    sql = (
        f"SELECT {asking.group(card.by)} AS name, {value} AS value FROM {asking.rows.sql}{asking.where()} GROUP BY name"
    )
    return Statement(f"{sql} ORDER BY {order}", card.top)


@statement.register
def _(card: d.HeatMap, asking: Asking) -> Statement:
    across, down, value = asking.group(card.across), asking.group(card.down), asking.value(card.value)
    sql = (
        f"SELECT {across} AS across, {down} AS down, {value} AS value FROM {asking.rows.sql}{asking.where()} "
        "GROUP BY across, down ORDER BY down NULLS LAST, across NULLS LAST"
    )
    return Statement(sql, MOST_PAIRS)


@statement.register
def _(card: d.TableCard, asking: Asking) -> Statement:
    for name in card.columns:
        asking.rows.kind(name)
    order = ""
    if card.sort is not None:
        asking.rows.kind(card.sort)
        order = f" ORDER BY {quoted(card.sort)}{' DESC' if card.descending else ''} NULLS LAST"
    listed = ", ".join(quoted(name) for name in card.columns)
    return Statement(f"SELECT {listed} FROM {asking.rows.sql}{asking.where()}{order}", card.limit)


@statement.register
def _(card: d.FilterCard, asking: Asking) -> Statement:
    source = asking.rows.sql
    if card.control == "choice":
        asking.rows.kind(card.column)
        text = f"CAST({quoted(card.column)} AS VARCHAR)"
        sql = f"SELECT {text} AS name, count(*) AS value FROM {source} GROUP BY name ORDER BY name NULLS LAST"
        return Statement(sql, MOST_CHOICES)
    kinds, wanted = (TIMES, "dates or times") if card.control == "dates" else (NUMBERS, "numbers")
    asking.rows.expect(card.column, kinds, wanted)
    if card.control == "numbers":
        number = asking.rows.number(card.column)
        return Statement(f"SELECT min({number}) AS least, max({number}) AS most FROM {source}", 1)
    day = f"CAST({asking.moment(card.column)} AS DATE)"
    ends = f"SELECT min({day}) AS least, max({day}) AS most FROM {source} WHERE {asking.finite(card.column)}"
    return Statement(ends, 1)
