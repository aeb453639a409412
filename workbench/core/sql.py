"""Names and texts within SQL, as DuckDB, SQLite and PostgreSQL all take them."""

from __future__ import annotations


def quoted(name: str) -> str:
    """A name as SQL wants it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL wants it; PostgreSQL takes it so only where backslashes mean nothing."""
    return "'" + text.replace("'", "''") + "'"
