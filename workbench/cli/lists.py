"""A page of a list as people read it: the columns that its view names, short enough for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from workbench.core.clock import now
from workbench.core.ids import SHORTEST_ID
from workbench.core.people import who

WHOLE = 36
PEOPLE = {"author", "granted_by", "on_behalf_of", "principal", "publisher", "submitted_by", "written_by"}


def rows(items: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows of a table of views, by the headings that the views name; what is headed `id` is taken whole only."""
    columns = [(heading, name or heading) for heading, _, name in (one.partition("=") for one in items[0].listed)]
    length = _telling([held for item in items for _, name in columns if isinstance(held := getattr(item, name), UUID)])
    return [
        {heading: _brief(_named(item, name), WHOLE if heading == "id" else length) for heading, name in columns}
        for item in items
    ]


def _named(item: Any, name: str) -> Any:
    """What an item has under a name; people are told as people call them."""
    held = getattr(item, name)
    return who(held) if name in PEOPLE and isinstance(held, str) else held


def _telling(ids: Sequence[UUID]) -> int:
    """How many characters tell these ids apart."""
    texts = {str(one) for one in ids}
    return next((n for n in range(SHORTEST_ID, WHOLE) if len({text[:n] for text in texts}) == len(texts)), WHOLE)


def _brief(value: Any, length: int) -> Any:
    if isinstance(value, UUID):
        return str(value)[:length]
    if isinstance(value, datetime):
        local = value.astimezone()
        return f"{local:%m-%d %H:%M}" if local.year == now().year else f"{local:%Y-%m-%d}"
    if isinstance(value, timedelta):
        minutes, seconds = divmod(value.total_seconds(), 60)
        return f"{minutes:.0f} min {seconds:.0f} s" if minutes else f"{seconds:.1f} s"
    if isinstance(value, dict):
        return ", ".join(f"{name}={held}" for name, held in value.items())
    if isinstance(value, list):
        return ", ".join(str(one if isinstance(one, str) else getattr(one, "name", one)) for one in value)
    return value
