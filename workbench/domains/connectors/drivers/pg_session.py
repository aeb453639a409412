"""Two ways to PostgreSQL that give the same: ADBC's binary COPY, and psycopg's COPY as CSV."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from workbench.core.errors import Invalid, Unavailable, WorkbenchError

from .pg_problems import explained
from .reach import Reach

if TYPE_CHECKING:
    from .postgresql import PostgresqlConfig

EXTRA = 'pip install "jupyter-workbench[postgresql]"'
ONE_HOST = re.compile(r"[A-Za-z0-9._:-]+")
Scrub = Callable[[str], str]


class Session(Protocol):
    """A connection that reads."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""

    def arrow(self, sql: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The rows of a query as batches of exactly these types."""


@contextmanager
def connect(config: PostgresqlConfig, scrub: Scrub, reach: Reach) -> Iterator[Session]:
    """A read-only session in UTC.

    Raises:
        Invalid: the host may not be reached.
        Unavailable: neither library is installed, or the server does not answer.
        Invalid: the settings are wrong.
    """
    target = conninfo(config, reach)
    try:
        with _opened(config, target) as session:
            yield session
    except WorkbenchError:
        raise
    except Exception as error:
        if not _of_a_library(error):
            raise
        raise explained(config, scrub(str(error)), str(getattr(error, "sqlstate", "") or "")) from None


def conninfo(config: PostgresqlConfig, reach: Reach) -> str:
    """What libpq needs to connect, the password included: never to be shown.

    Raises:
        Invalid: the host may not be reached, or a setting cannot be one.
    """
    password = config.password.get_secret_value() if config.password else None
    given = {
        "host": config.host,
        "hostaddr": _address(config, reach),
        "port": config.port,
        "dbname": config.database,
        "user": config.user,
        "password": password,
        "sslmode": config.sslmode,
        "sslrootcert": config.sslrootcert,
        "connect_timeout": config.connect_seconds,
        "application_name": "jupyter-workbench",
        "client_encoding": "UTF8",
    }
    return " ".join(f"{name}={_escaped(value)}" for name, value in given.items() if value is not None)


def _address(config: PostgresqlConfig, reach: Reach) -> str | None:
    """The address that libpq is to use, where not every host may be reached; it asks for no other then."""
    if config.sslrootcert is not None and config.sslrootcert != "system":
        reach.path(config.sslrootcert, "/config/sslrootcert")
    if reach.network.open:
        return None
    if not ONE_HOST.fullmatch(config.host):
        raise Invalid(
            "The host must be one name or address here, and no socket.", fix="Correct host.", code="address_not_allowed"
        )
    return reach.network.addresses(config.host, config.port)[0]


def _escaped(value: object) -> str:
    text = str(value)
    if "\x00" in text:
        raise Invalid("A setting of the connection holds a NUL character.", fix="Remove it.", code="bad_setting")
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _settings(config: PostgresqlConfig) -> list[str]:
    return [
        "SET default_transaction_read_only = on",
        "SET TimeZone = 'UTC'",
        "SET DateStyle = 'ISO'",
        f"SET statement_timeout = {config.query_seconds * 1000}",
    ]


@contextmanager
def _opened(config: PostgresqlConfig, target: str) -> Iterator[Session]:
    try:
        import adbc_driver_postgresql.dbapi as adbc
    except ImportError:
        with _by_psycopg(config, target) as session:
            yield session
        return
    with adbc.connect(target, autocommit=True) as connection:
        adbc_session = AdbcSession(connection)
        for statement in _settings(config):
            adbc_session.execute(statement)
        yield adbc_session


@contextmanager
def _by_psycopg(config: PostgresqlConfig, target: str) -> Iterator[Session]:
    try:
        import psycopg
    except ImportError:
        raise Unavailable(
            "PostgreSQL needs a library that is not installed.", fix=f"Install it: {EXTRA}", code="extra_missing"
        ) from None
    with psycopg.connect(target, autocommit=True) as connection:
        for statement in _settings(config):
            connection.execute(statement.encode())
        yield PsycopgSession(connection)


class AdbcSession:
    """A session by ADBC, which copies rows in binary straight into Arrow."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def execute(self, sql: str) -> None:
        """Carry out a statement that gives no rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()]

    def arrow(self, sql: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            for batch in cursor.fetch_record_batch():
                columns = [batch[number].cast(item.type) for number, item in enumerate(schema)]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)


class PsycopgSession:
    """A session by psycopg; rows come as CSV, which Arrow parses, so that no row becomes a Python object."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return list(self.connection.execute(sql.encode()).fetchall())

    def arrow(self, sql: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        import pyarrow.csv as pcsv

        # CSV has no bytes: they come as \x6869.
        read = pa.schema([item.with_type(pa.string()) if item.type == pa.binary() else item for item in schema])
        convert = pcsv.ConvertOptions(
            column_types=read,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,  # PostgreSQL writes NULL as nothing and empty text as ""
            true_values=["t"],
            false_values=["f"],
            timestamp_parsers=[pcsv.ISO8601],
        )
        options = pcsv.ReadOptions(use_threads=False, column_names=schema.names, block_size=4 * 1024 * 1024)
        parse = pcsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
        copy = f"COPY ({sql}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
        with self.connection.cursor() as cursor, cursor.copy(copy.encode()) as rows:
            source = io.BufferedReader(_Copied(rows), 1024 * 1024)
            if not source.peek(1):
                return
            for batch in pcsv.open_csv(source, options, parse, convert):
                columns = [_bytes(batch[number], item.type) for number, item in enumerate(schema)]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)


class _Copied(io.RawIOBase):
    """The output of COPY as a file."""

    def __init__(self, rows: Any) -> None:
        self._rows, self._rest = rows, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._rest or bytes(self._rows.read())
        size = min(len(chunk), len(buffer))
        buffer[:size], self._rest = chunk[:size], chunk[size:]
        return size


def _bytes(values: pa.Array, wanted: pa.DataType) -> pa.Array:
    if wanted != pa.binary():
        return values
    return pa.array([None if text is None else bytes.fromhex(text[2:]) for text in values.to_pylist()], wanted)


def _of_a_library(error: Exception) -> bool:
    with suppress(ImportError):
        import adbc_driver_manager

        if isinstance(error, adbc_driver_manager.Error):
            return True
    with suppress(ImportError):
        import psycopg

        if isinstance(error, psycopg.Error):
            return True
    return isinstance(error, OSError | pa.ArrowException)
