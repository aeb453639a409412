"""What the address of a dashboard's page asks for: values and ends of ranges, by column."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any, Final

VALUE, LEAST, MOST = "is.", "from.", "to."
KINDS: Final = (VALUE, LEAST, MOST)
MOST_ASKED = 40


def asked_for(query: Mapping[str, str]) -> dict[str, str]:
    """What a query asks that is a filter."""
    mine = {name: value for name, value in query.items() if name.startswith(KINDS) and not name.endswith(".")}
    return dict(list(mine.items())[:MOST_ASKED])


def filters(chosen: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Filters as an operation takes them; an end that is neither a day nor a number is none."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in chosen.items():
        kind = next((kind for kind in KINDS if name.startswith(kind)), None)
        if kind is None or not value:
            continue
        column = name.removeprefix(kind)
        if kind == VALUE:
            found.setdefault(column, {})["any_of"] = [value]
        elif (end := _end(value)) is not None:
            found.setdefault(column, {})["least" if kind == LEAST else "most"] = end
    return found


def _end(text: str) -> str | float | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None
