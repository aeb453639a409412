"""What the loose types of SQLite become in Arrow.

SQLite stores any kind of value in any column. The declared type of a column decides what is expected, by SQLite's own
rules of affinity, with four additions: BOOL… is boolean, DATE a date, DATETIME and TIMESTAMP… a timestamp, and columns
that declare nothing are what their first thousand values are. Dates and times stored as numbers stay numbers, since
nothing says what they count. A value of another kind is refused by name, never converted in silence.
"""

from __future__ import annotations

import re
import sqlite3

import pyarrow as pa

from workbench.core.sql import quoted

SAMPLE_ROWS = 1000
_ZONE = re.compile(r"(Z|[+-]\d\d:?\d\d)$")
_STORED = {"integer": pa.int64(), "real": pa.float64(), "text": pa.string(), "blob": pa.binary()}


def arrow_type(db: sqlite3.Connection, table: str, column: str, declared: str) -> pa.DataType:
    """The Arrow type of a column of a table, by its declaration and, where that is not enough, by its values."""
    name = declared.upper()
    if "BOOL" in name:
        return pa.bool_()
    if name.startswith(("DATE", "TIMESTAMP")):
        return _moment(db, table, column)
    if "INT" in name:
        return pa.int64()
    if any(part in name for part in ("CHAR", "CLOB", "TEXT", "STRING", "JSON", "UUID")):
        return pa.string()
    if "BLOB" in name:
        return pa.binary()
    return pa.float64() if name else _by_values(db, table, column)


def _moment(db: sqlite3.Connection, table: str, column: str) -> pa.DataType:
    item = quoted(column)
    sql = f"SELECT typeof({item}), {item} FROM {quoted(table)} WHERE {item} IS NOT NULL LIMIT 1"  # noqa: S608
    found = db.execute(sql).fetchone()
    if found is None:
        return pa.timestamp("us")
    stored, value = found
    if stored != "text":
        return _STORED[stored]
    if len(value.strip()) <= 10:
        return pa.date32()
    return pa.timestamp("us", "UTC" if _ZONE.search(value.strip()) else None)


def _by_values(db: sqlite3.Connection, table: str, column: str) -> pa.DataType:
    item = quoted(column)
    sample = f"SELECT {item} AS value FROM {quoted(table)} LIMIT {SAMPLE_ROWS}"  # noqa: S608
    kinds = {str(kind) for (kind,) in db.execute(f"SELECT DISTINCT typeof(value) FROM ({sample})")} - {"null"}  # noqa: S608
    if len(kinds) == 1:
        return _STORED[kinds.pop()]
    return pa.float64() if kinds == {"integer", "real"} else pa.string()
