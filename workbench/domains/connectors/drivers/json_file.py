"""Reads JSON records, as lines or as one array, by DuckDB, with types that hold for the whole file.

Whole numbers become int64, or double where one has a fraction and all stay exact; true and false become booleans; text
stays text, also where it looks like a date. Objects, arrays and columns of mixed types become text: their JSON, or the
text itself where a value is text. What a record lacks is NULL; a column without any value is of the null type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from workbench.core.errors import Invalid
from workbench.core.sql import literal, quoted

from .texts import unreadable
from .types import named_type

MEMORY = "1GB"  # a ceiling: 100 MB of records take a quarter of it
SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": MEMORY,
}
EXACT = 2**53  # a double keeps whole numbers up to here
RECORD_BYTES = 16 * 1024 * 1024
_INTEGERS = {"UBIGINT", "BIGINT"}
_DUCKDB = {"bool": "BOOLEAN", "int64": "BIGINT", "double": "DOUBLE"}


@dataclass(frozen=True)
class JsonFile:
    """A file of JSON records that was looked through."""

    path: Path
    schema: pa.Schema
    label: str

    def batches(self, schema: pa.Schema, batch_rows: int) -> Iterator[pa.RecordBatch]:
        """The columns of `schema`, which are of this file, in its types."""
        read = {name: _DUCKDB.get(str(self.schema.field(name).type), "VARCHAR") for name in schema.names}
        types = ", ".join(f"{quoted(name)}: '{kind}'" for name, kind in read.items())
        chosen = ", ".join(quoted(name) for name in schema.names)
        options = f"columns={{{types}}}, records=true, maximum_object_size={RECORD_BYTES}"
        sql = f"SELECT {chosen} FROM read_json($path, {options})"  # noqa: S608
        for batch in _run(self, sql, batch_rows):
            yield _cast(batch, schema, self.label)


def inspect(path: Path, types: Mapping[str, str]) -> JsonFile:
    """Find the columns and types of a file by reading all of it; one that has not changed is not read twice.

    Raises:
        Invalid: it is not JSON, or does not consist of records; the text names the line.
    """
    stat = path.stat()
    return _inspect(path, stat.st_mtime_ns, stat.st_size, tuple(types.items()))


@lru_cache(maxsize=512)
def _inspect(path: Path, _changed: int, _size: int, types: tuple[tuple[str, str], ...]) -> JsonFile:
    return look_through(path, dict(types), path.name)


def look_through(path: Path, types: Mapping[str, str], label: str) -> JsonFile:
    """Like `inspect`, for a file that nobody reads again; `label` is what messages call it.

    Raises:
        Invalid: as `inspect` does.
    """
    unread = JsonFile(path, pa.schema([]), label)
    if path.stat().st_size == 0:
        return unread
    records = f"read_json_objects($path, maximum_object_size={RECORD_BYTES})"
    found = _table(unread, f"SELECT DISTINCT json_type(json) AS kind, json_keys(json) AS keys FROM {records}")  # noqa: S608
    if other := {row["kind"] for row in found} - {"OBJECT", "NULL", None}:
        raise Invalid(
            f"{label} holds {other.pop().lower()} values, not records.",
            fix='Give objects, one a line or in one array: {"id": 1, "name": "x"}.',
            code="json_not_records",
        )
    keys = list(dict.fromkeys(key for row in found for key in row["keys"] or ()))
    _refuse_alike(keys, label)
    if not keys:
        return unread
    kinds = _kinds(unread, records, keys)
    stated = {name: named_type(wanted) for name, wanted in types.items() if name in kinds}
    return replace(unread, schema=pa.schema([(key, stated.get(key, kinds[key])) for key in keys]))


def _kinds(file: JsonFile, records: str, keys: Sequence[str]) -> dict[str, pa.DataType]:
    paths = ", ".join(literal(_pointer(key)) for key in keys)
    each = ", ".join(f"list(DISTINCT kinds[{place}]) AS k{place}" for place in range(1, len(keys) + 1))
    sql = f"SELECT {each} FROM (SELECT json_type(json, [{paths}]) AS kinds FROM {records})"  # noqa: S608
    row = _table(file, sql)[0]
    found = {key: {*(row[f"k{place}"] or ())} - {"NULL", None} for place, key in enumerate(keys, 1)}
    types = {key: _joined(kinds) for key, kinds in found.items()}
    for key, kinds in found.items():
        if "DOUBLE" in kinds and kinds & _INTEGERS and _has_long(file, records, key):
            types[key] = pa.string()
    return types


def _has_long(file: JsonFile, records: str, key: str) -> bool:
    """Whether some whole numbers of a key have more digits than a double keeps."""
    path = literal(_pointer(key))
    whole = f"json_type(json, {path}) IN ('UBIGINT', 'BIGINT')"
    long = f"abs(TRY_CAST(json_extract_string(json, {path}) AS HUGEINT)) > {EXACT}"
    return bool(_table(file, f"SELECT bool_or({whole} AND {long}) AS found FROM {records}")[0]["found"])  # noqa: S608


def _joined(kinds: set[str]) -> pa.DataType:
    if not kinds:
        return pa.null()
    if kinds == {"BOOLEAN"}:
        return pa.bool_()
    if kinds <= _INTEGERS:
        return pa.int64()
    return pa.float64() if kinds <= _INTEGERS | {"DOUBLE"} else pa.string()


def _refuse_alike(keys: Sequence[str], label: str) -> None:
    folded: dict[str, str] = {}
    for key in keys:
        first = folded.setdefault(key.casefold(), key)
        if not key or first != key:
            raise Invalid(
                f"{label} has records with the keys {first!r} and {key!r}, which cannot both be columns.",
                fix="Rename or remove one where the data are made; case alone does not tell two columns apart.",
                code="json_keys",
            )


def _table(file: JsonFile, sql: str) -> list[dict[str, Any]]:
    return [row for batch in _run(file, sql, 10_000) for row in batch.to_pylist()]


def _run(file: JsonFile, sql: str, batch_rows: int) -> Iterator[pa.RecordBatch]:
    with duckdb.connect(config=SETTINGS) as db:
        db.execute("SET enable_progress_bar = false")  # else it prints in notebooks and where there is no script
        try:
            yield from db.sql(sql, params={"path": str(file.path)}).to_arrow_reader(batch_rows)
        except duckdb.InvalidInputException as error:
            raise _explained(file, str(error)) from None
        except duckdb.OutOfMemoryException:
            raise Invalid(
                f"{file.label} needs more than {MEMORY} to be read.",
                fix="Split it, or give one record a line instead of one array.",
                code="json_too_large",
            ) from None
        except (duckdb.IOException, OSError) as error:
            raise unreadable(file.path, OSError(str(error).splitlines()[0])) from None


def _explained(file: JsonFile, cause: str) -> Invalid:
    line = re.search(r"in line (\d+)", cause) or re.search(r"in record/value (\d+)", cause)
    what = cause.splitlines()[0].removeprefix("Invalid Input Error: ")
    what = re.sub(r"( in file \"[^\"]*\",?)? (at byte \d+ )?in (line|record/value) \d+", "", what, count=1)
    place = f", {'line' if 'in line' in cause else 'record'} {line[1]}" if line else ""
    return Invalid(
        f"{file.label}{place}: {what[:200]}",
        fix="Mend the record, or set types for the column to text if its values are mixed.",
        code="json_broken",
    )


def _cast(batch: pa.RecordBatch, schema: pa.Schema, label: str) -> pa.RecordBatch:
    """The batch with text made into what `types` wants, strictly."""
    columns = []
    for wanted in schema:
        try:
            values = batch[wanted.name]
            columns.append(pa.nulls(len(values)) if pa.types.is_null(wanted.type) else values.cast(wanted.type))
        except pa.ArrowInvalid as error:
            raise Invalid(
                f"{label}: the column {wanted.name!r} has a value that is no {wanted.type}: {str(error)[:150]}",
                fix="Mend the value, or set types for the column to text.",
                code="json_value",
            ) from None
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _pointer(key: str) -> str:
    """A key as a JSON pointer (RFC 6901), which DuckDB takes literally whatever the key holds."""
    return "/" + key.replace("~", "~0").replace("/", "~1")
