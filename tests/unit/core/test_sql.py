"""Names and texts reach SQL as what they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import duckdb
import pytest

from workbench.core.sql import literal, quoted


@pytest.mark.parametrize("text", ["plain", 'a"b', '"', "a'b", "'; DROP TABLE t; --", "\\", "é\n"])
def test_a_name_and_a_text_come_back_as_they_were(text):
    """Whatever quotes they hold, in both databases of this process."""
    asked = f"SELECT {literal(text)} AS {quoted(text)}"
    with closing(sqlite3.connect(":memory:")) as db:
        found = db.execute(asked)
        assert (found.description[0][0], found.fetchone()) == (text, (text,))
    with duckdb.connect() as connection:
        found = connection.execute(asked)
        assert (found.description[0][0], found.fetchone()) == (text, (text,))
