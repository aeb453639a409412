"""SQLite's loose types: what becomes of each, and what is refused."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing

import pyarrow as pa
import pytest

from workbench.core.errors import Invalid, Unavailable
from workbench.domains.connectors.drivers import sqlite
from workbench.domains.connectors.drivers.base import Cursor
from workbench.domains.connectors.drivers.sqlite import SqliteConfig, SqliteDriver

moment = dt.datetime.fromisoformat


@pytest.fixture
def driver(tmp_path):
    """Makes a driver of a database that a script fills."""

    def making(script: str, **settings: object) -> SqliteDriver:
        with closing(sqlite3.connect(tmp_path / "shop.db")) as db:
            db.executescript(script)
        return SqliteDriver(SqliteConfig.model_validate({"path": str(tmp_path / "shop.db")} | settings))

    return making


@pytest.mark.parametrize(
    ("declared", "stored", "kind", "value"),
    [
        ("INTEGER", "5", pa.int64(), 5),
        ("BIGINT UNSIGNED", "5", pa.int64(), 5),
        ("VARCHAR(10)", "'x'", pa.string(), "x"),
        ("TEXT", "5", pa.string(), "5"),
        ("REAL", "5", pa.float64(), 5.0),
        ("NUMERIC(10,2)", "5", pa.float64(), 5.0),
        ("BOOLEAN", "1", pa.bool_(), True),
        ("BLOB", "x'00ff'", pa.binary(), b"\x00\xff"),
        ("DATE", "'2013-01-02'", pa.date32(), dt.date(2013, 1, 2)),
        ("DATE", "'2013-01-02 03:04'", pa.timestamp("us"), moment("2013-01-02 03:04")),
        ("TIMESTAMP", "'2013-01-02T03:04:05.123456'", pa.timestamp("us"), moment("2013-01-02T03:04:05.123456")),
        ("DATETIME", "'2013-01-02 03:04:05+02:00'", pa.timestamp("us", "UTC"), moment("2013-01-02T01:04:05Z")),
        ("DATETIME", "1357000000", pa.int64(), 1357000000),
        ("DATETIME", "2456293.5", pa.float64(), 2456293.5),
        ("", "'x'", pa.string(), "x"),
        ("", "1.5", pa.float64(), 1.5),
    ],
)
def test_a_declared_type_has_its_arrow_type(driver, declared, stored, kind, value):
    """The declaration decides, and where it says nothing of what is stored, the values do."""
    table = (
        driver(f"CREATE TABLE t (v {declared}, w); INSERT INTO t VALUES ({stored}, 1), (NULL, 2);").read("t").read_all()
    )

    assert (table["v"].type, table["v"].to_pylist()) == (kind, [value, None])


@pytest.mark.parametrize(
    ("declared", "values", "said"),
    [
        ("INTEGER", "(1), ('many')", "t.v is declared INTEGER and read as int64, but holds other values"),
        ("INTEGER", "(1), (1.5)", "declared INTEGER"),
        ("REAL", "(1.5), ('NaN')", "declared REAL"),
        ("BOOLEAN", "(1), (2)", "a boolean is 0 or 1"),
        ("TIMESTAMP", "('2013-01-02 03:04'), ('yesterday')", "yesterday"),
        ("TEXT", "('x'), (x'ff')", "declared TEXT"),
        ("TEXT", "('x'), (CAST(x'ff' AS TEXT))", "UTF8"),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_a_value_of_another_kind_is_refused_by_name(driver, declared, values, said, late):
    """Whether it stands in the first batch or far behind, what does not fit its column is named with the mend."""
    first = values.split(", ")[0]
    filler = f"INSERT INTO t SELECT column1 FROM (VALUES {first}), generate;" if late else ""
    count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 900) SELECT i FROM n"
    numbers = f"CREATE TEMP TABLE generate AS {count};"
    made = driver(f"CREATE TABLE t (v {declared}); {numbers} {filler} INSERT INTO t VALUES {values};")

    with pytest.raises(Invalid, match=said) as raised:
        made.read("t", batch_rows=100).read_all()

    assert '{"t.v": "text"}' in raised.value.fix


def test_stated_types_read_what_the_declaration_hides(driver):
    """A column whose values contradict its declaration is read as text when the settings say so."""
    made = driver("CREATE TABLE t (v INTEGER); INSERT INTO t VALUES (1), ('many'), (2.5);", types={"t.v": "text"})

    assert made.read("t").read_all()["v"].to_pylist() == ["1", "many", "2.5"]


def test_names_may_hold_anything(driver):
    """Quotes, dots and spaces in names of tables and columns are only names."""
    made = driver('CREATE TABLE "we""ird; DROP.t" ("a ""b""" INTEGER); INSERT INTO "we""ird; DROP.t" VALUES (1);')

    assert made.read('we"ird; DROP.t', Cursor('a "b"', 0)).read_all().to_pylist() == [{'a "b"': 1}]


def test_keys_views_and_estimates_are_known(driver):
    """Introspection knows primary keys in their order, views, generated columns and the number of rows."""
    made = driver(
        "CREATE TABLE t (a INTEGER, b TEXT, c AS (a + 1), PRIMARY KEY (b, a)); INSERT INTO t VALUES (1, 'x');"
        "CREATE VIEW v AS SELECT a, a * 1.5 AS d FROM t;"
    )
    t, v = made.introspect()

    assert (t.primary_key, t.rows, t.schema.names) == (("b", "a"), 1, ["a", "b", "c"])
    assert [(column.name, column.type) for column in v.columns] == [("a", "int64"), ("d", "double")]


def test_text_cursors_ignore_the_collation(driver):
    """A column that compares without case is still cut by code points, as on every other source."""
    made = driver("CREATE TABLE t (v TEXT COLLATE NOCASE); INSERT INTO t VALUES ('B'), ('a'), ('c');")

    assert made.read("t", Cursor("v", "Z")).read_all()["v"].to_pylist() == ["a", "c"]


def test_times_are_cut_exactly_however_they_are_written(driver):
    """A cursor of times works with a T or a space between date and time, and across midnight by zone."""
    made = driver(
        "CREATE TABLE t (v TIMESTAMP);"
        "INSERT INTO t VALUES ('2013-01-02T00:30:00+02:00'), ('2013-01-02 00:30:00+00:00');"
    )

    assert made.read("t", Cursor("v", "2013-01-01T23:00:00Z")).read_all().num_rows == 1


def test_reading_never_writes_or_creates(driver, tmp_path):
    """A database is opened read-only, and one that is not there is not made."""
    made = driver("CREATE TABLE t (v INTEGER);")
    before = (tmp_path / "shop.db").read_bytes()
    made.read("t").read_all()

    assert not SqliteDriver(SqliteConfig(path=str(tmp_path / "other.db"))).test().ok
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop.db"]
    assert (tmp_path / "shop.db").read_bytes() == before


def test_a_locked_database_is_unavailable_after_a_while(driver, tmp_path, monkeypatch):
    """A writer that holds the whole file makes readers wait, then say so."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    made = driver("CREATE TABLE t (v INTEGER);")
    with closing(sqlite3.connect(tmp_path / "shop.db", isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unavailable, match="locked by another program") as raised:
            made.names()

    assert raised.value.code == "sqlite_locked"
