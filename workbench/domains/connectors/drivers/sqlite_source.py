"""Streams one table or view of a SQLite database through ADBC, with fixed types."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.core.errors import Invalid
from workbench.core.sql import literal, quoted

from .base import Cursor, Source, Stream, Wanted
from .sqlite import BUSY_SECONDS, explained, read_only_uri
from .sqlite_types import arrow_type
from .types import named_type

Hold = Callable[[], AbstractContextManager[Path]]
COUNTED_BYTES = 100 * 1024 * 1024
_ZERO_ONE = pa.array([0, 1], pa.int64())


class SqliteSource(Source):
    """The rows of a table or view."""

    def __init__(
        self, db: sqlite3.Connection, name: str, hold: Hold, types: Mapping[str, str], cursor: str | None
    ) -> None:
        self.hold = hold
        columns = [row for row in db.execute(f"PRAGMA table_xinfo({quoted(name)})") if row[6] != 1]
        self.declared = {row[1]: str(row[2]) for row in columns}
        schema = pa.schema(
            [
                (item, named_type(types[item]) if item in types else arrow_type(db, name, item, declared))
                for item, declared in self.declared.items()
            ]
        )
        keys = sorted((row[5], row[1]) for row in columns if row[5])
        self.stream = Stream(name, schema, tuple(key for _, key in keys), _rows(db, name), cursor)

    def batches(self, wanted: Wanted) -> Iterator[pa.RecordBatch]:
        import adbc_driver_manager
        import adbc_driver_sqlite.dbapi as adbc

        assert self.stream.schema is not None
        fields = [self.stream.schema.field(name) for name in wanted.columns]
        with self.hold() as path:
            try:
                with adbc.connect(read_only_uri(path), autocommit=True) as db, db.cursor() as cursor:
                    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
                    cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(wanted.batch_rows)})
                    cursor.execute(_query(self.stream.name, fields, wanted))
                    yield from self._typed(cursor.fetch_record_batch(), pa.schema(fields))
            except (adbc_driver_manager.Error, OSError, pa.ArrowException) as error:
                raise self._explained(path, str(error), pa.schema(fields)) from None

    def _typed(self, reader: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The batches without the first row, which only told the types."""
        for number, (found, item) in enumerate(zip(reader.schema, schema, strict=True)):
            if found.type != _stored(item.type):
                raise self._mismatch(schema.field(number), str(found.type))
        first = True
        for batch in reader:
            rows = batch.slice(1) if first else batch
            first = False
            columns = [self._cast(rows[number], item) for number, item in enumerate(schema)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    def _cast(self, values: pa.Array, item: pa.Field) -> pa.Array:
        try:
            if pa.types.is_boolean(item.type) and not pc.all(pc.is_in(values.drop_null(), _ZERO_ONE)).as_py():
                raise pa.ArrowInvalid("a boolean is 0 or 1")
            if pa.types.is_string(values.type):
                values.validate(full=True)  # SQLite does not check that text is UTF-8
            return values if values.type == item.type else _parsed(values, item.type)
        except pa.ArrowInvalid as error:
            raise self._mismatch(item, str(error)[:150]) from None

    def _explained(self, path: Path, cause: str, schema: pa.Schema) -> Exception:
        mismatch = re.search(r"Type mismatch in column (\d+): expected \w+ but got (\S+)", cause)
        if mismatch:
            return self._mismatch(schema.field(int(mismatch[1])), mismatch[2].lower())
        return explained(path, re.sub(r"^\w+: |\[SQLite\] ", "", cause))

    def _mismatch(self, item: pa.Field, found: str) -> Invalid:
        table, declared = self.stream.name, self.declared.get(item.name, "")
        return Invalid(
            f"{table}.{item.name} is declared {declared or 'without a type'} and read as {item.type}, but holds other"
            f" values ({found}).",
            fix=f'Mend them; typeof() finds them. Or set types to {{"{table}.{item.name}": "text"}}.',
            code="sqlite_value",
        )


def _stored(kind: pa.DataType) -> pa.DataType:
    """The type in which ADBC hands a column over, as the first row's value makes it."""
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return pa.int64()
    if pa.types.is_floating(kind):
        return pa.float64()
    return pa.binary() if pa.types.is_binary(kind) else pa.string()


def _parsed(values: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        values = pc.utf8_trim_whitespace(values)
    return values.cast(kind)


_FIRST = {pa.int64(): "0", pa.float64(): "0.0", pa.string(): "''", pa.binary(): "x''"}


def _query(table: str, fields: list[pa.Field], wanted: Wanted) -> str:
    """The query; a first row of zeros and empty texts tells ADBC the types, which it takes from the data."""
    first = ", ".join(f"{_FIRST[_stored(item.type)]} AS {quoted(item.name)}" for item in fields)
    chosen = ", ".join(_value(item) for item in fields)
    rows = f"SELECT {chosen} FROM {quoted(table)}{_newer(wanted.cursor)}"  # noqa: S608
    return f"SELECT {first} UNION ALL {rows}"


def _value(item: pa.Field) -> str:
    # Only what is read as text although it is not stored so must be made text; a cast of anything else loses its kind.
    if _stored(item.type) != pa.string():
        return quoted(item.name)
    name = quoted(item.name)
    return f"CASE WHEN typeof({name}) IN ('integer', 'real') THEN CAST({name} AS TEXT) ELSE {name} END"


def _newer(cursor: Cursor | None) -> str:
    """A condition that no newer row fails; the exact one is applied to what comes of it."""
    if cursor is None or cursor.after is None:
        return ""
    item, kind, value = quoted(cursor.column), cursor.after.type, cursor.after.as_py()
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return f" WHERE {item} > {value!r}"
    if pa.types.is_string(kind):
        return f" WHERE {item} COLLATE BINARY > {literal(value)}"
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        day = value - timedelta(days=1)  # however the text writes time and zone, its first ten characters are the day
        return f" WHERE {item} >= {literal(day.isoformat()[:10])}"
    return ""


def _rows(db: sqlite3.Connection, name: str) -> int | None:
    (pages,), (size,) = (db.execute(f"PRAGMA {fact}").fetchone() for fact in ("page_count", "page_size"))
    if pages * size > COUNTED_BYTES:
        return None
    count: Any = db.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]  # noqa: S608
    return int(count)
