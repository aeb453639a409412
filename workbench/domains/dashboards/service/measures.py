"""Which columns of which tables are worth drawing over time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.domains.dashboards.schemas import Measure
from workbench.domains.store.models import TableHead

TIMES = ("date", "timestamp", "timestamp_ntz")
FRACTIONS, WHOLES = ("float", "double", "decimal"), ("short", "integer", "long")
PER_TABLE, MOST = 6, 24
# Numbers that name or place something: their mean says nothing.
LABELS = re.compile(
    r"(^|_)(id|key|code|year|month|day|hour|minute|week|lat|latitude|lon|longitude|tz|rank|number|index)$"
)


def measures(tables: Iterable[tuple[str, TableHead, bool]]) -> list[Measure]:
    """What can be drawn of tables, each with its head and whether a pipeline wrote it; the most telling first.

    What a pipeline wrote comes before what somebody tried out. Then tables by day come before those by the moment,
    which are seldom summed up, and larger ones before smaller ones, which may be rankings. Within a table, fractions
    come before whole numbers, and then as the columns stand.
    """
    found = [
        ((not lasting, _kind(head.columns, date) != "date", -head.rows), name, head, date)
        for name, head, lasting in tables
        for date in _dates(head)
    ]
    drawn = [
        Measure(table=name, version=head.sequence, column=column, over=date)
        for _, name, head, date in sorted(found, key=lambda item: item[0])
        for column in _numbers(head.columns)[:PER_TABLE]
    ]
    return drawn[:MOST]


def _dates(head: TableHead) -> list[str]:
    """The column of dates of a table with rows, or else of times; none or one."""
    kinds = {column["name"]: column["type"] for column in head.columns if column["type"] in TIMES}
    by_day = [name for name, kind in kinds.items() if kind == "date"]
    return ([*by_day, *kinds])[:1] if head.rows else []


def _numbers(columns: Iterable[Mapping[str, Any]]) -> list[str]:
    plain = [
        column for column in columns if isinstance(column["type"], str) and not LABELS.search(column["name"].lower())
    ]
    fractions = [column["name"] for column in plain if column["type"].partition("(")[0] in FRACTIONS]
    return fractions + [column["name"] for column in plain if column["type"] in WHOLES]


def _kind(columns: Iterable[Mapping[str, Any]], name: str) -> Any:
    return next(column["type"] for column in columns if column["name"] == name)
