"""The one table of Arrow types: what the store keeps of each, and what it refuses with a mend.

=====================================================  ====================================================
given                                                  kept
=====================================================  ====================================================
bool, int8…int64, float, double, string, binary,       as it is
date32, decimal128, list, struct, map
uint8, uint16, uint32                                  int16, int32, int64
uint64                                                 int64; a greater value is refused
float16                                                float
decimal32, decimal64, decimal256                       decimal128; more than 38 digits are refused
timestamp with a zone; without                         microseconds in UTC; microseconds without a zone
date64                                                 date32
time32, time64                                         string, ISO 8601 (`13:05:00.000000`)
duration                                               int64, in microseconds
null                                                   string, all null; or the type the table's column has
dictionary, run-end encoded, extension                 what they hold; a UUID is a string
large_, _view and fixed-size variants                  the plain variant
interval, union                                        refused
=====================================================  ====================================================

Nothing is rounded: a value that the kept type cannot hold, nanoseconds included, is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from workbench.core.errors import Invalid

from .casting import cast, is_list
from .types import DECIMAL, Columns, Type

BATCH_ROWS = 131_072
BATCH_BYTES = 1 << 30
DEPTH = 32
UNTYPED = {b"workbench.untyped": b"1"}

_KEPT: dict[pa.DataType, str] = {
    pa.bool_(): "boolean", pa.int8(): "byte", pa.int16(): "short", pa.int32(): "integer", pa.int64(): "long",
    pa.float32(): "float", pa.float64(): "double", pa.string(): "string", pa.binary(): "binary", pa.date32(): "date",
    pa.timestamp("us", "UTC"): "timestamp", pa.timestamp("us"): "timestamp_ntz",
}  # fmt: skip
_BY_NAME = {name: kind for kind, name in _KEPT.items()}
_PLAIN: dict[pa.DataType, pa.DataType] = {
    pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64(), pa.uint64(): pa.int64(),
    pa.float16(): pa.float32(), pa.date64(): pa.date32(), pa.null(): pa.string(),
    pa.large_string(): pa.string(), pa.string_view(): pa.string(),
    pa.large_binary(): pa.binary(), pa.binary_view(): pa.binary(),
}  # fmt: skip


def normalise(schema: pa.Schema) -> pa.Schema:
    """The schema that the store keeps of a schema; metadata are dropped and every column may be null.

    Raises:
        Invalid: a type has no counterpart, a name is empty, or two names are equal but for case.
    """
    _check_names(schema.names, "")
    if not schema.names:
        raise Invalid("The rows have no columns.", fix="Give at least one column.", code="no_columns")
    marks = [UNTYPED if pa.types.is_null(field.type) or _was_untyped(field) else None for field in schema]
    kinds = [_kept(field.type, field.name, 0) for field in schema]
    return pa.schema(map(pa.field, schema.names, kinds, [True] * len(marks), marks))


def _was_untyped(field: pa.Field) -> bool:
    """Whether a field was normalised before, from a column of nulls."""
    return field.type == pa.string() and UNTYPED.items() <= (field.metadata or {}).items()


def normalised(reader: pa.RecordBatchReader, schema: pa.Schema | None = None) -> pa.RecordBatchReader:
    """The batches of `reader` with the normalised schema, or with `schema` where that is wider; one batch at a time.

    Raises:
        Invalid: at once as `normalise` does; while streaming, a value does not fit, or text is not UTF-8.
    """
    wanted = schema or normalise(reader.schema)

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in reader:
            for piece in pieces(batch):
                columns = [convert(piece.column(place), field) for place, field in enumerate(wanted)]
                yield pa.RecordBatch.from_arrays(columns, schema=wanted)

    return pa.RecordBatchReader.from_batches(wanted, batches())


def pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """A batch in slices that are small enough for 32-bit offsets."""
    rows = BATCH_ROWS
    while rows > 1 and batch.num_rows and batch.nbytes / batch.num_rows * min(rows, batch.num_rows) > BATCH_BYTES:
        rows //= 2
    for start in range(0, batch.num_rows, rows):
        yield batch.slice(start, rows)


def columns_of(schema: pa.Schema) -> list[dict[str, Any]]:
    """A normalised schema as columns."""
    return [
        {"name": field.name, "type": _name(field.type)} | ({"untyped": True} if field.metadata == UNTYPED else {})
        for field in schema
    ]


def schema_of(columns: Columns) -> pa.Schema:
    """Columns as an Arrow schema."""
    return pa.schema([pa.field(column["name"], arrow_type(column["type"])) for column in columns])


def arrow_type(kind: Type) -> pa.DataType:
    """The Arrow type of a column's type."""
    if isinstance(kind, str):
        if match := DECIMAL.fullmatch(kind):
            return pa.decimal128(int(match[1]), int(match[2]))
        return _BY_NAME[kind]
    if kind["type"] == "array":
        return pa.list_(arrow_type(kind["elementType"]))
    if kind["type"] == "map":
        return pa.map_(arrow_type(kind["keyType"]), arrow_type(kind["valueType"]))
    return pa.struct([pa.field(field["name"], arrow_type(field["type"])) for field in kind["fields"]])


def convert(values: pa.Array, field: pa.Field) -> pa.Array:
    """Values as a field's type, exactly.

    Raises:
        Invalid: `value_out_of_range`, one does not fit.
    """
    try:
        return cast(values, field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise Invalid(
            f"The column {field.name!r} ({values.type}) cannot be kept as {field.type} without loss: {reason}.",
            fix=_mend(values.type, field.name),
            code="value_out_of_range",
            column=field.name,
        ) from error


def _mend(kind: pa.DataType, name: str) -> str:
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        return f"The store keeps microseconds; round first: df[{name!r}].dt.floor('us')."
    return f"Cast {name!r} to text or to a decimal, or correct the value."


def _kept(kind: pa.DataType, where: str, depth: int) -> pa.DataType:  # noqa: C901, PLR0911 - one line a kind of type
    if depth > DEPTH:
        raise Invalid(f"The column {where!r} is nested too deeply.", fix="Keep it as JSON text.", code="too_deep")
    if kind in _KEPT:
        return kind
    if kind in _PLAIN:
        return _PLAIN[kind]
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", "UTC" if kind.tz else None)
    if pa.types.is_time(kind):
        return pa.string()
    if pa.types.is_duration(kind):
        return pa.int64()
    if pa.types.is_decimal(kind):
        return _decimal(kind, where)
    if pa.types.is_fixed_size_binary(kind):
        return pa.binary()
    if isinstance(kind, pa.BaseExtensionType):
        return pa.string() if kind.extension_name == "arrow.uuid" else _kept(_held(kind), where, depth + 1)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return _kept(kind.value_type, where, depth + 1)
    return _nested(kind, where, depth + 1)


def _held(kind: pa.BaseExtensionType) -> pa.DataType:
    return pa.bool_() if kind.extension_name == "arrow.bool8" else kind.storage_type


def _nested(kind: pa.DataType, where: str, depth: int) -> pa.DataType:
    if pa.types.is_map(kind):
        return pa.map_(_kept(kind.key_type, where, depth), _kept(kind.item_type, where, depth))
    if is_list(kind):
        return pa.list_(_kept(kind.value_type, where, depth))
    if pa.types.is_struct(kind) and kind.num_fields:
        _check_names([field.name for field in kind], f" in {where!r}")
        return pa.struct([pa.field(field.name, _kept(field.type, f"{where}.{field.name}", depth)) for field in kind])
    raise Invalid(
        f"The column {where!r} is of type {kind}, which a table cannot keep.",
        fix=f"Drop it, or make it text: df[{where.partition('.')[0]!r}].astype(str).",
        code="type_not_supported",
        column=where,
    )


def _decimal(kind: pa.DataType, where: str) -> pa.DataType:
    precision, scale = (kind.precision, kind.scale) if kind.scale >= 0 else (kind.precision - kind.scale, 0)
    if precision > 38 or scale > precision:
        raise Invalid(
            f"The column {where!r} is a {kind}; a table keeps 38 digits at most, none of them implied.",
            fix="Cast it to a decimal of at most 38 digits, to a double, or to text.",
            code="type_not_supported",
            column=where,
        )
    return pa.decimal128(precision, scale)


def _check_names(names: list[str], inside: str) -> None:
    folded: dict[str, str] = {}
    for name in names:
        if not name or any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
            raise Invalid(
                f"A column{inside} is called {name!r}.",
                fix="Give every column a name without control characters.",
                code="bad_column_name",
            )
        twin = folded.setdefault(name.casefold(), name)
        if twin is not name or names.count(name) > 1:
            raise Invalid(
                f"The columns {twin!r} and {name!r}{inside} differ at most by case.",
                fix=f"Rename one of them, for example to {name + '_2'!r}.",
                code="column_case",
            )


def _name(kind: pa.DataType) -> Type:
    if kind in _KEPT:
        return _KEPT[kind]
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pa.types.is_map(kind):
        inner: dict[str, Any] = {"keyType": _name(kind.key_type), "valueType": _name(kind.item_type)}
        return {"type": "map", **inner, "valueContainsNull": True}
    if pa.types.is_struct(kind):
        fields = [{"name": field.name, "type": _name(field.type), "nullable": True, "metadata": {}} for field in kind]
        return {"type": "struct", "fields": fields}
    return {"type": "array", "elementType": _name(kind.value_type), "containsNull": True}
