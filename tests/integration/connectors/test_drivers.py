"""Each built-in driver keeps what drivers promise."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.integration.connectors.contract import CANARY, COLUMNS, ITEMS, DriverContract
from tests.integration.connectors.json_api import Reply, paged, serving
from workbench.domains.connectors.drivers.config import FilesConfig
from workbench.domains.connectors.drivers.files import FilesDriver
from workbench.domains.connectors.drivers.http_config import HttpJsonConfig
from workbench.domains.connectors.drivers.http_json import HttpJsonDriver
from workbench.domains.connectors.drivers.postgresql import PostgresqlConfig, PostgresqlDriver
from workbench.domains.connectors.drivers.sqlite import SqliteConfig, SqliteDriver

SCHEMA = pa.schema(
    [("id", pa.int64()), ("name", pa.string()), ("amount", pa.float64()), ("seen", pa.int64()), ("day", pa.date32())]
)


def as_json(row: dict) -> dict:
    """A row as JSON can hold it."""
    return row | {"day": row["day"] and row["day"].isoformat()}


class FilesContract(DriverContract):
    """Files in a folder; rows are added as another file of the stream."""

    end = ""

    @pytest.fixture
    def driver(self, tmp_path):
        (tmp_path / "items").mkdir()
        self.write(tmp_path / "items" / f"1.{self.end}", ITEMS)
        return FilesDriver(FilesConfig(path=str(tmp_path), types={"day": "date"}))

    @pytest.fixture
    def add(self, tmp_path):
        return lambda rows: self.write(tmp_path / "items" / f"2.{self.end}", rows)

    @pytest.fixture
    def broken(self, tmp_path):
        return FilesDriver(FilesConfig(path=str(tmp_path / "nowhere")))


class TestParquet(FilesContract):
    """Parquet files."""

    end = "parquet"

    def write(self, path, rows):
        """Write rows to a file."""
        pq.write_table(pa.Table.from_pylist(rows, SCHEMA), path)


class TestCsv(FilesContract):
    """CSV files whose dialect nobody configures."""

    end = "csv"

    def write(self, path, rows):
        """Write rows to a file."""
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(COLUMNS)
            out.writerows([["NA" if row[name] is None else row[name] for name in COLUMNS] for row in rows])


class TestNdjson(FilesContract):
    """Files with one JSON record a line."""

    end = "ndjson"

    def write(self, path, rows):
        """Write rows to a file."""
        path.write_text("".join(json.dumps(as_json(row)) + "\n" for row in rows))


class TestJsonArray(FilesContract):
    """Files with one array of JSON records."""

    end = "json"

    def write(self, path, rows):
        """Write rows to a file."""
        path.write_text(json.dumps([as_json(row) for row in rows], indent=1))


class TestSqlite(DriverContract):
    """A SQLite database."""

    @pytest.fixture
    def driver(self, tmp_path, add):
        with closing(sqlite3.connect(tmp_path / "shop.db")) as db:
            db.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, amount REAL, seen INTEGER, day DATE)")
        add(ITEMS)
        return SqliteDriver(SqliteConfig(path=str(tmp_path / "shop.db")))

    @pytest.fixture
    def add(self, tmp_path):
        def insert(rows):
            with closing(sqlite3.connect(tmp_path / "shop.db")) as db, db:
                db.executemany(
                    "INSERT INTO items VALUES (?, ?, ?, ?, ?)", [tuple(as_json(row).values()) for row in rows]
                )

        return insert

    @pytest.fixture
    def broken(self, tmp_path):
        (tmp_path / "letter.db").write_text("This is not a database, but a letter. " * 50)
        return SqliteDriver(SqliteConfig(path=str(tmp_path / "letter.db")))


class TestPostgresql(DriverContract):
    """A PostgreSQL server, read by ADBC."""

    @pytest.fixture
    def driver(self, postgresql_url, add):
        with psycopg.connect(postgresql_url) as db:
            db.execute(
                "CREATE TABLE items (id bigint PRIMARY KEY, name text, amount double precision, seen bigint, day date)"
            )
        add(ITEMS)
        return PostgresqlDriver(config_of(postgresql_url))

    @pytest.fixture
    def add(self, postgresql_url):
        def insert(rows):
            with psycopg.connect(postgresql_url) as db, db.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO items VALUES (%s, %s, %s, %s, %s)", [tuple(row.values()) for row in rows]
                )

        return insert

    @pytest.fixture
    def broken(self, postgresql_url):
        return PostgresqlDriver(config_of(postgresql_url, port=1))


class TestPostgresqlWithoutAdbc(TestPostgresql):
    """A PostgreSQL server, read by psycopg where ADBC is not installed."""

    @pytest.fixture(autouse=True)
    def _without_adbc(self, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "adbc_driver_postgresql", None)
        monkeypatch.setitem(__import__("sys").modules, "adbc_driver_postgresql.dbapi", None)


class TestHttpJson(DriverContract):
    """A JSON API with pages and a bearer token."""

    @pytest.fixture
    def rows(self):
        return [as_json(row) for row in ITEMS]

    @pytest.fixture
    def driver(self, rows):
        with serving(paged(rows, "cursor")) as api:
            yield HttpJsonDriver(api_config(api.url))

    @pytest.fixture
    def add(self, rows):
        return lambda more: rows.extend(as_json(row) for row in more)

    @pytest.fixture
    def broken(self):
        with serving(lambda request: Reply({"error": request.headers["authorization"]}, 401)) as api:
            yield HttpJsonDriver(api_config(api.url))


def config_of(url: str, **more: object) -> PostgresqlConfig:
    """The settings that mean a database URL, with a password that nobody asks for."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    given = {"host": parts["host"], "port": parts.get("port", 5432), "database": parts["dbname"], "user": parts["user"]}
    return PostgresqlConfig.model_validate(given | {"password": CANARY, "connect_seconds": 5} | more)


def api_config(url: str, **more: object) -> HttpJsonConfig:
    """The settings of the test's API."""
    stream = {
        "path": "/items",
        "records": "/data",
        "primary_key": ["id"],
        "types": {"day": "date"},
        "pagination": {"style": "cursor", "next": "/meta/next"},
    }
    given = {"base_url": url, "auth": "bearer", "token": CANARY, "streams": {"items": stream}, "retry_seconds": 1}
    return HttpJsonConfig.model_validate(given | more)
