"""PostgreSQL: what becomes of each type, by either library, and what is said when it does not answer."""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal

import psycopg
import pyarrow as pa
import pytest

from tests.integration.connectors.test_drivers import config_of
from workbench.core.errors import Invalid, TimedOut, Unavailable, WorkbenchError
from workbench.domains.connectors.drivers.base import Cursor
from workbench.domains.connectors.drivers.postgresql import PostgresqlConfig, PostgresqlDriver

TYPES = r"""
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE TABLE "we""ird; t" (
    id bigint PRIMARY KEY, small smallint, real real, flag boolean, "some text" text, fixed char(4),
    price numeric(10, 2), loose numeric, day date, at timestamp, at_utc timestamptz, clock time, raw bytea,
    uid uuid, doc jsonb, list int[], mood mood, count positive, span interval, host inet, object oid
);
INSERT INTO "we""ird; t" VALUES
(1, 2, 1.5, true, E'x''y\\\n"q",;', 'ab', 1.50, 2.25, '2013-01-02', '2013-01-02 10:00:00.123456',
 '2013-01-02 10:00+02', '12:00:01.5', '\xff00', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{"a": 1}', '{1,null}', 'sad',
 3, '1 day', '10.0.0.1', 5),
(2, null, 'NaN', null, '', '', null, 'NaN', 'infinity', '-infinity', 'infinity', null, '', null, null, null, null,
 null, null, null, null);
INSERT INTO "we""ird; t" (id) VALUES (3);
"""
FIRST = {
    "id": 1, "small": 2, "real": 1.5, "flag": True, "some text": 'x\'y\\\n"q",;', "fixed": "ab",
    "price": Decimal("1.50"), "loose": 2.25, "day": dt.date(2013, 1, 2),
    "at": dt.datetime.fromisoformat("2013-01-02T10:00:00.123456"),
    "at_utc": dt.datetime(2013, 1, 2, 8, tzinfo=dt.UTC), "clock": dt.time(12, 0, 1, 500000), "raw": b"\xff\x00",
    "uid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "doc": '{"a": 1}', "list": "[1,null]", "mood": "sad", "count": 3,
    "span": "1 day", "host": "10.0.0.1/32", "object": 5,
}  # fmt: skip


@pytest.fixture(params=["adbc", "psycopg"])
def library(request, monkeypatch):
    """Each library in turn."""
    if request.param == "psycopg":
        monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
        monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)


@pytest.fixture
def fill(postgresql_url):
    """Runs a script in the test's database and answers a driver of it."""

    def filling(script: str, **settings: object) -> PostgresqlDriver:
        with psycopg.connect(postgresql_url, autocommit=True) as db:
            db.execute(script)
        return PostgresqlDriver(config_of(postgresql_url, **settings))

    return filling


@pytest.mark.usefixtures("library")
def test_every_type_has_its_arrow_type(fill):
    """Values come as themselves or as PostgreSQL's text; infinite moments are missing; both libraries agree."""
    table = fill(TYPES).read('we"ird; t').read_all()
    first, second, third = table.to_pylist()
    kinds = {field.name: str(field.type) for field in table.schema}

    assert first == FIRST
    assert {name for name, value in second.items() if str(value) not in ("None", "", "b''", "nan")} == {"id"}
    assert set(third.values()) == {3, None}
    assert kinds["price"] == "decimal128(10, 2)"
    assert (kinds["loose"], kinds["at_utc"], kinds["small"]) == ("double", "timestamp[us, tz=UTC]", "int16")


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("column", "after", "ids"),
    [
        ("at_utc", "2013-01-02T07:59:59Z", [1]),
        ("at_utc", "2013-01-02T08:00:00Z", []),
        ("at", "2013-01-02T10:00:00.123455", [1]),
        ("price", "1.49", [1]),
        ("loose", 1, [1]),
        ("real", 1, [1]),
        ("some text", "x'y\\", [1]),
        ("clock", "11:00", None),
    ],
)
def test_cursors_of_every_type_are_cut_exactly(fill, column, after, ids):
    """The condition that PostgreSQL gets says what Arrow says: no NaN, no infinity, code points for text."""
    driver = fill(TYPES)
    if ids is None:
        with pytest.raises(Invalid, match="cannot say what is newer"):
            driver.read('we"ird; t', Cursor(column, after))
        return

    assert driver.read('we"ird; t', Cursor(column, after), limit=5).read_all()["id"].to_pylist() == ids


def test_streams_are_tables_views_and_wholes_of_partitions(fill):
    """A partition is read through its table; another schema is another connector; keys and estimates are known."""
    driver = fill(
        "CREATE TABLE part (k int, v text, PRIMARY KEY (v, k)) PARTITION BY LIST (k);"
        "CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1); INSERT INTO part VALUES (1, 'x'); ANALYZE part;"
        "CREATE VIEW seen AS SELECT k FROM part; CREATE MATERIALIZED VIEW kept AS SELECT k FROM part;"
        "CREATE SCHEMA other; CREATE TABLE other.t (a int);"
    )

    assert driver.names() == ["kept", "part", "seen"]
    assert {s.name: (s.primary_key, s.rows) for s in driver.introspect()}["part"] == (("v", "k"), 1)
    assert PostgresqlDriver(driver.config.model_copy(update={"schema_name": "other"})).names() == ["t"]


def test_hundreds_of_tables_are_listed_at_once(fill):
    """Introspection asks the catalogue once, not once for each table."""
    driver = fill(
        "DO $$ BEGIN FOR i IN 1..300 LOOP EXECUTE format('CREATE TABLE t%s (a int, b text)', i); END LOOP; END $$"
    )
    streams = driver.introspect()

    assert len(streams) == 300
    assert {tuple(stream.schema.names) for stream in streams} == {("a", "b")}


@pytest.mark.usefixtures("library")
def test_a_session_cannot_write(fill):
    """Whatever is asked, the source stays as it was."""
    driver = fill("CREATE TABLE t (a int)")
    with pytest.raises(WorkbenchError, match="read-only"), driver.session() as session:
        session.rows("INSERT INTO t VALUES (1) RETURNING a")


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("settings", "kind", "code", "said"),
    [
        ({"host": "no.such.host.invalid"}, Unavailable, "host_unknown", "no host called"),
        ({"port": 1}, Unavailable, "no_answer", "Nobody answers at"),
        ({"user": "nobody_here"}, Invalid, "wrong_credentials", "refuses the user 'nobody_here'"),
        ({"database": "nothing_here"}, Invalid, "database_not_found", "no database 'nothing_here'"),
        ({"sslmode": "verify-full"}, Invalid, "no_encryption", "sslmode verify-full do not agree"),
        ({"schema": "nowhere"}, Invalid, "schema_not_found", "no schema 'nowhere'"),
    ],
)
def test_what_is_wrong_is_told_apart(postgresql_url, settings, kind, code, said):
    """Host, port, user, database, encryption and schema each have their own words, and mend."""
    with pytest.raises(kind, match=said) as raised:
        PostgresqlDriver(config_of(postgresql_url, **settings)).names()

    assert (raised.value.code, bool(raised.value.fix)) == (code, True)


@pytest.mark.usefixtures("library")
def test_who_may_not_read_is_told_what_to_ask_for(fill):
    """A table that the user may not read gives the GRANT that is missing."""
    user = "wb_reader_" + dt.datetime.now(dt.UTC).strftime("%H%M%S%f")
    driver = fill(f"CREATE ROLE {user} LOGIN; CREATE TABLE t (a int)", user=user)
    try:
        with pytest.raises(Invalid, match="may not read this") as raised:
            driver.read("t").read_all()
    finally:
        fill(f"DROP ROLE {user}")

    assert "GRANT SELECT" in raised.value.fix


@pytest.mark.usefixtures("library")
def test_a_query_that_takes_too_long_is_ended(fill):
    """The time that the settings allow is kept by the server."""
    driver = fill("CREATE VIEW slow AS SELECT pg_sleep(30)::text AS a", query_seconds=1)
    with pytest.raises(TimedOut, match="longer than 1 s"):
        driver.read("slow").read_all()


def test_without_a_library_the_extra_is_named(postgresql_url, monkeypatch):
    """PostgreSQL is optional: who lacks it learns what to install."""
    for name in ("adbc_driver_postgresql", "adbc_driver_postgresql.dbapi", "psycopg"):
        monkeypatch.setitem(sys.modules, name, None)
    report = PostgresqlDriver(config_of(postgresql_url)).test()

    assert (report.ok, report.code) == (False, "extra_missing")
    assert 'pip install "jupyter-workbench[postgresql]"' in str(report.fix)


def test_settings_cannot_smuggle_others_in(postgresql_url):
    """A host or user with spaces and quotes is a value, not another setting of the connection."""
    config = config_of(postgresql_url, user="postgres' options='-c default_transaction_read_only=off")

    assert PostgresqlDriver(config).test().code == "wrong_credentials"


def test_schema_is_called_schema_outside():
    """The form and the stored settings say `schema`, as people do."""
    assert "schema" in PostgresqlConfig.model_json_schema()["properties"]
    assert PostgresqlConfig(database="d", user="u", schema="s").model_dump(by_alias=True)["schema"] == "s"


@pytest.mark.usefixtures("library")
def test_batches_of_a_large_table_stream(fill):
    """A table of many rows comes in many batches, all of one schema."""
    driver = fill("CREATE TABLE t AS SELECT i AS a, repeat('x', 100) AS b FROM generate_series(1, 300000) i")
    batches = list(driver.read("t"))

    assert len(batches) > 3
    assert sum(batch.num_rows for batch in batches) == 300_000
    assert {batch.schema for batch in batches} == {pa.schema([("a", pa.int32()), ("b", pa.string())])}
