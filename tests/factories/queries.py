"""Saved queries for tests, over the small table of delays."""

from __future__ import annotations

from typing import Any

SQL = "SELECT carrier, flights FROM delays WHERE flights >= $least ORDER BY flights DESC"
LEAST = {"name": "least", "type": "integer", "default": 0}


def document(sql: str = SQL, **fields: Any) -> dict[str, Any]:
    """A document of a SELECT with one parameter, of which nothing is asked where it is another SELECT."""
    return {"title": "Busy carriers", "sql": sql, "parameters": [LEAST] if "$least" in sql else []} | fields
