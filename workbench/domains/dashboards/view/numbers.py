"""How a card's numbers and names are written."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from workbench.domains.dashboards.schemas.documents import Dimension, Every
from workbench.ui.formats import DASH, NARROW, count, dated, number, short, size
from workbench.ui.languages import mark, tr

LEAST, MOST = 0.000_01, 10_000_000.0  # what is not between them is written short
NOWHERE: Final = mark("(none)")
UNITS: Final = {"days": "d", "minutes": "min", "seconds": "s"}
Number = Callable[[float | None], str]


def number_of(form: str) -> Number:
    """How numbers of a form are written."""
    if form in UNITS:
        return lambda value: DASH if value is None else f"{short(round(value, 1))}{NARROW}{UNITS[form]}"
    return {"percent": _percent, "short": short, "bytes": size}.get(form, _number)


def _percent(value: float | None) -> str:
    return DASH if value is None else number(f"{100 * value:.{0 if abs(value) >= 1 else 1}f}") + f"{NARROW}%"


def _number(value: float | None) -> str:
    if value is None or abs(value) >= MOST:
        return short(value)
    return count(value) if value == int(value) else short(value)


def said(value: Any, form: str) -> str:
    """One value, which is a number or a moment."""
    if isinstance(value, str):
        return value[:10] if len(value) > 10 and value[10] == "T" else value
    return number_of(form)(value)


def cell(value: Any) -> str:
    """A value within a table."""
    if value is None:
        return DASH
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, int | float):
        return _number(value)
    return value if isinstance(value, str) else str(value)


def column(values: Sequence[Any]) -> list[str]:
    """The values of a table's column; fractions have as many decimals as the greatest has room for, in each row."""
    fractions = [abs(value) for value in values if isinstance(value, float)]
    greatest = max(fractions, default=0.0)
    if not LEAST <= greatest < MOST or all(value == int(value) for value in fractions):
        return [cell(value) for value in values]
    decimals = _decimals(greatest)
    return [_fixed(value, decimals) if isinstance(value, float) else cell(value) for value in values]


def _decimals(greatest: float) -> int:
    """Of so many a column has room where this is the greatest; of one below 1 the first two digits are seen."""
    if greatest >= 1:
        return 0 if greatest >= 10_000 else 1 if greatest >= 10 else 2
    return 1 - math.floor(math.log10(greatest))


def _fixed(value: float, decimals: int) -> str:
    """A fraction with so many decimals, unless it would seem to be nothing."""
    text = f"{value:,.{decimals}f}"
    return cell(value) if value and not float(text.replace(",", "")) else number(text)


def called(value: Any, dimension: Dimension) -> str:
    """The name of a group."""
    if value is None:
        return tr(NOWHERE)
    if dimension.part == "weekday":
        return dated(datetime(2024, 1, int(value), tzinfo=UTC), "%a")  # which began with a Monday
    if dimension.part == "month":
        return dated(datetime(2024, int(value), 1, tzinfo=UTC), "%b")
    if dimension.part == "quarter":
        return f"Q{value}"
    return f"{int(value):02d}" if dimension.part == "hour" else as_text(value)


def as_text(value: Any) -> str:
    """A value as the text that a filter compares with."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def point(text: str, every: Every) -> tuple[str, str]:
    """The name of a point of time on an axis, and the one that says it all."""
    if every == "hour":
        at = datetime.fromisoformat(text)
        return _day(at), dated(at, "%a %d %b %Y, %H:%M")
    day = datetime.fromisoformat(text[:10])
    if every == "year":
        return f"{day:%Y}", f"{day:%Y}"
    if every == "quarter":
        name = f"Q{(day.month + 2) // 3}"
        return name, f"{name} {day:%Y}"
    if every == "month":
        return dated(day, "%b"), dated(day, "%B %Y")
    whole = dated(day, "%a %d %b %Y")
    return _day(day), tr("week of {day}", day=whole) if every == "week" else whole


def _day(at: datetime) -> str:
    return tr("{day} {month}", day=at.day, month=dated(at, "%b"))


def heading(name: str) -> str:
    """A column's name as words."""
    return name.replace("_", " ")
