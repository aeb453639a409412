"""Columns and their types, written as Delta writes them, and what they are called in SQL.

A column is `{"name": ..., "type": ...}`; a type is a name such as `long` or `decimal(10,2)`, or for an array, a
struct or a map a dict as in Delta's schema (https://github.com/delta-io/delta/blob/master/PROTOCOL.md#schema-serialization-format).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbench.core.sql import quoted

Type = str | Mapping[str, Any]
Column = Mapping[str, Any]
Columns = Sequence[Column]

SQL_TYPES = {
    "boolean": "BOOLEAN",
    "byte": "TINYINT",
    "short": "SMALLINT",
    "integer": "INTEGER",
    "long": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "VARCHAR",
    "binary": "BLOB",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "timestamp_ntz": "TIMESTAMP",
}
DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
_INTEGERS = ("byte", "short", "integer", "long")
_DIGITS = {"byte": 3, "short": 5, "integer": 10, "long": 19}
_EXACT_IN = {"float": ("byte", "short"), "double": ("byte", "short", "integer", "float")}


def names(columns: Columns) -> list[str]:
    """The names of columns."""
    return [column["name"] for column in columns]


def sql_type(kind: Type) -> str:
    """What a type is called in SQL."""
    if isinstance(kind, str):
        return SQL_TYPES.get(kind) or kind.upper().replace(" ", "")
    if kind["type"] == "array":
        return f"{sql_type(kind['elementType'])}[]"
    if kind["type"] == "map":
        return f"MAP({sql_type(kind['keyType'])}, {sql_type(kind['valueType'])})"
    inside = ", ".join(f"{quoted(field['name'])} {sql_type(field['type'])}" for field in kind["fields"])
    return f"STRUCT({inside})"


def same(one: Type, other: Type) -> bool:
    """Whether two types are the same, apart from whether they may be null."""
    return sql_type(one) == sql_type(other)


def holds(column: Type, incoming: Type) -> bool:
    """Whether a column of one type keeps every value of another exactly."""
    if same(column, incoming):
        return True
    if not isinstance(column, str) or not isinstance(incoming, str):
        return False
    if column in _INTEGERS and incoming in _INTEGERS:
        return _INTEGERS.index(incoming) < _INTEGERS.index(column)
    if incoming in _EXACT_IN.get(column, ()):
        return True
    kept = DECIMAL.fullmatch(column)
    return kept is not None and _fits(int(kept[1]), int(kept[2]), incoming)


def _fits(precision: int, scale: int, incoming: str) -> bool:
    if incoming in _DIGITS:
        return precision - scale >= _DIGITS[incoming]
    given = DECIMAL.fullmatch(incoming)
    return given is not None and scale >= int(given[2]) and precision - scale >= int(given[1]) - int(given[2])


def projection(wanted: Iterable[Column], present: Iterable[str]) -> str:
    """The SELECT list that gives every wanted column its type, with typed NULLs for those that are not present."""
    there = set(present)
    return ", ".join(
        f"CAST({quoted(column['name']) if column['name'] in there else 'NULL'} AS {sql_type(column['type'])})"
        f" AS {quoted(column['name'])}"
        for column in wanted
    )
