"""What a PostgreSQL schema holds, and how one of its tables is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from workbench.core.errors import Invalid
from workbench.core.sql import literal as standard_literal
from workbench.core.sql import quoted

from .base import Source, Stream, Wanted
from .pg_types import arrow_type, expression

if TYPE_CHECKING:
    from .pg_session import Session
    from .postgresql import PostgresqlConfig

# One row a column; a domain counts as the type it is made of, and a partition belongs to its table.
CATALOG = """
SELECT c.relname::text, c.reltuples::float8, a.attname::text, b.typname::text,
       CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END, a.attnotnull,
       array_position(i.indkey::int2[], a.attnum)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE n.nspname = {schema} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition {only}
ORDER BY c.relname COLLATE "C", a.attnum
"""


@dataclass
class PgColumn:
    """A column as the catalogue has it."""

    name: str
    type: str
    modifier: int
    place_in_key: int | None


class PgSource(Source):
    """The rows of a table or view."""

    connect: Callable[[], AbstractContextManager[Session]]

    def __init__(self, schema: str, name: str, rows: int | None, columns: list[PgColumn], cursor: str | None) -> None:
        self.schema_name = schema
        self.columns = {column.name: column for column in columns}
        key = sorted((c.place_in_key, c.name) for c in columns if c.place_in_key is not None)
        arrow = pa.schema([(c.name, arrow_type(c.type, c.modifier)) for c in columns])
        self.stream = Stream(name, arrow, tuple(item for _, item in key), rows, cursor)

    def batches(self, wanted: Wanted) -> Iterator[pa.RecordBatch]:
        assert self.stream.schema is not None
        schema = pa.schema([self.stream.schema.field(name) for name in wanted.columns])
        with self.connect() as session:
            for batch in session.arrow(self._query(wanted), _carried(schema)):
                columns = [self._cast(batch[number], item) for number, item in enumerate(schema)]
                yield pa.RecordBatch.from_arrays(columns, schema=schema)

    def _query(self, wanted: Wanted) -> str:
        chosen = [
            f"{expression(quoted(name), self.columns[name].type, self.columns[name].modifier)} AS {quoted(name)}"
            for name in wanted.columns
        ]
        table = f"{quoted(self.schema_name)}.{quoted(self.stream.name)}"
        limit = f" LIMIT {wanted.limit}" if wanted.limit is not None else ""
        return f"SELECT {', '.join(chosen)} FROM {table}{self._newer(wanted)}{limit}"  # noqa: S608

    def _newer(self, wanted: Wanted) -> str:
        """The cursor's condition; it must say just what Arrow will say, since a limit comes after it."""
        cursor = wanted.cursor
        if cursor is None or cursor.after is None:
            return ""
        column = self.columns[cursor.column]
        item, kind = quoted(cursor.column), cursor.after.type
        if pa.types.is_string(kind):
            # Only the order of bytes is the same everywhere.
            return (
                f' WHERE {expression(item, column.type, column.modifier)} COLLATE "C" > {literal(cursor.after.as_py())}'
            )
        finite = f" AND {item} <> 'NaN'" if pa.types.is_floating(kind) else ""
        finite = f" AND isfinite({item})" if pa.types.is_timestamp(kind) or pa.types.is_date(kind) else finite
        return f" WHERE {item} > {literal(_text(cursor.after))}::{quoted(column.type)}{finite}"

    def _cast(self, values: pa.Array, item: pa.Field) -> pa.Array:
        try:
            return values if values.type == item.type else values.cast(item.type)
        except pa.ArrowInvalid as error:
            raise Invalid(
                f"{self.stream.name}.{item.name} has a value that is no {item.type}: {str(error)[:150]}",
                fix="Read a view that leaves the value out or casts the column to text.",
                code="postgresql_value",
            ) from None


def streams(session: Session, config: PostgresqlConfig, only: str | None = None) -> list[PgSource]:
    """The tables and views of the schema, or the one of that name, in the order of their names."""
    one = f"AND c.relname = {literal(only)}" if only is not None else ""
    rows = session.rows(CATALOG.format(schema=literal(config.schema_name), only=one))
    return [_source(config, name, list(group)) for name, group in groupby(rows, key=lambda row: str(row[0]))]


def literal(text: str) -> str:
    """A text literal, whatever it holds and however the server is set.

    Raises:
        Invalid: it has a NUL, which PostgreSQL cannot store.
    """
    if "\x00" in text:
        raise Invalid("Text for PostgreSQL cannot hold NUL characters.", fix="Remove it.", code="bad_cursor_value")
    plain = standard_literal(text)
    return plain if "\\" not in text else " E" + plain.replace("\\", "\\\\")


def _source(config: PostgresqlConfig, name: str, rows: list[tuple[Any, ...]]) -> PgSource:
    estimate = int(rows[0][1]) if rows[0][1] >= 0 else None
    columns = [PgColumn(str(row[2]), str(row[3]), int(row[4]), row[6]) for row in rows if row[2] is not None]
    return PgSource(config.schema_name, name, estimate, columns, config.cursors.get(name))


def _carried(schema: pa.Schema) -> pa.Schema:
    """The types in which the values travel: decimals as text."""
    return pa.schema([item.with_type(pa.string()) if pa.types.is_decimal(item.type) else item for item in schema])


def _text(scalar: pa.Scalar) -> str:
    return str(scalar.cast(pa.string()).as_py())
