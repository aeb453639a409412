"""Names and values that connectors are given stay names and values."""

from __future__ import annotations

import sqlite3

import pytest

from tests.runner import postgresql
from workbench.core.errors import WorkbenchError
from workbench.domains.connectors.drivers.base import Cursor
from workbench.domains.connectors.drivers.pg_session import conninfo
from workbench.domains.connectors.drivers.postgresql import PostgresqlConfig, PostgresqlDriver
from workbench.domains.connectors.drivers.reach import Reach
from workbench.domains.connectors.drivers.sqlite import SqliteConfig, SqliteDriver

HOSTILE = [
    "'; DROP TABLE kept; --", '"; DROP TABLE kept; --', "' OR '1'='1", "1 UNION SELECT secret FROM hidden", "a\\'; --",
    "$$; DROP TABLE kept; $$", "%(x)s", ":x", "?", "{0}", "kept; ATTACH DATABASE '/tmp/x' AS x", "/* */", "`", "]",
]  # fmt: skip
DDL = (
    "CREATE TABLE kept (id integer, word text)",
    "INSERT INTO kept VALUES (1, 'a'), (2, 'b')",
    "CREATE TABLE hidden (secret text)",
    "INSERT INTO hidden VALUES ('c4n4ry')",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def driver(request, tmp_path):
    """A database with a table `kept` and, for each hostile text, a table and a column of that name."""

    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    tables = [f"CREATE TABLE {quoted(name)} (id integer, {quoted(name)} text)" for name in HOSTILE]
    rows = [f"INSERT INTO {quoted(name)} VALUES (1, 'x')" for name in HOSTILE]
    if request.param == "sqlite":
        with sqlite3.connect(tmp_path / "a.db") as db:
            for statement in (*DDL, *tables, *rows):
                db.execute(statement)
        db.close()
        return SqliteDriver(SqliteConfig(path=str(tmp_path / "a.db")))
    import psycopg

    url = request.getfixturevalue("postgresql_url")
    with psycopg.connect(url, autocommit=True) as db:
        for statement in (*DDL, *tables, *rows):
            db.execute(statement.encode())
        host, port = db.info.host, db.info.port
    return PostgresqlDriver(PostgresqlConfig(host=host, port=port, database=postgresql.name_of(url), user="postgres"))


def test_hostile_names_and_values_are_only_that(driver):
    """Streams, columns and cursors of hostile names are read, hostile values compared; nothing else happens."""
    for text in HOSTILE if driver.kind == "sqlite" else HOSTILE[::3]:  # each read is a connection
        assert driver.read(text, columns=[text]).read_all().to_pylist() == [{text: "x"}]
        assert driver.read(text, Cursor(text, "a")).read_all().num_rows == 1
        newer = driver.read("kept", Cursor("word", text)).read_all().to_pylist()
        assert {row["id"] for row in newer} == {row for row, word in ((1, "a"), (2, "b")) if word > text}
        for wrong in (
            lambda text=text: driver.read("kept " + text),
            lambda text=text: driver.read("kept", columns=[text]),
            lambda text=text: driver.read("kept", Cursor(text, 1)),
            lambda text=text: driver.read("kept", Cursor("id", text)),
        ):
            with pytest.raises(WorkbenchError) as caught:
                wrong().read_all()
            assert "c4n4ry" not in str(caught.value.problem())

    assert driver.read("kept").read_all().to_pylist() == [{"id": 1, "word": "a"}, {"id": 2, "word": "b"}]
    assert driver.read("hidden").read_all().num_rows == 1


@pytest.mark.parametrize(
    "text", [*HOSTILE, "x host=127.0.0.9", "x' host='127.0.0.9", "\\", "x\\' sslmode=disable \\'", "ä\n"]
)
def test_settings_of_a_connection_are_only_that(text):
    """No user, database or password adds another setting to the connection."""
    from psycopg.conninfo import conninfo_to_dict

    config = PostgresqlConfig(host="db.example", database=text, user=text, password=text, sslmode="verify-full")
    understood = conninfo_to_dict(conninfo(config, Reach()))

    assert {understood[name] for name in ("dbname", "user", "password")} == {text}
    assert (understood["host"], understood["sslmode"], "hostaddr" in understood) == ("db.example", "verify-full", False)
