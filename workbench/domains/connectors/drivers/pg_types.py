"""What the types of PostgreSQL become in Arrow, and the SQL that gives them so.

Numbers, booleans, text, bytes, dates, times and timestamps are themselves; timestamps with a zone are in UTC.
numeric(p, s) becomes decimal128; numeric without a precision becomes double, which keeps 15 digits.
Arrays become text holding JSON, and everything else (uuid, json, enums, intervals, ranges, addresses …) the text that
PostgreSQL writes. The moments `infinity` and `-infinity`, which Arrow does not have, become NULL.
"""

from __future__ import annotations

import pyarrow as pa

_SAME = {
    "bool": pa.bool_(),
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "bytea": pa.binary(),
    "time": pa.time64("us"),
}
_MOMENTS = {"date": pa.date32(), "timestamp": pa.timestamp("us"), "timestamptz": pa.timestamp("us", "UTC")}


def arrow_type(name: str, modifier: int) -> pa.DataType:
    """The Arrow type of a PostgreSQL type; `modifier` is its atttypmod."""
    if name == "numeric":
        return _numeric(modifier)
    if name == "oid":
        return pa.int64()
    return _SAME.get(name) or _MOMENTS.get(name) or pa.string()


def expression(column: str, name: str, modifier: int) -> str:
    """The SQL that gives a column, already quoted, in its Arrow type or as text that is cast to it."""
    if name in _SAME:
        return column
    if name in _MOMENTS:
        return f"CASE WHEN isfinite({column}) THEN {column} END"
    if name == "oid":
        return f"{column}::int8"
    if name == "numeric":
        return f"{column}::text" if pa.types.is_decimal(_numeric(modifier)) else f"{column}::float8"
    return f"to_json({column})::text" if name.startswith("_") else f"{column}::text"


def _numeric(modifier: int) -> pa.DataType:
    if modifier < 4:
        return pa.float64()
    precision, scale = (modifier - 4) >> 16 & 0xFFFF, (modifier - 4) & 0x7FF
    if precision > 38:
        return pa.string()
    return pa.decimal128(precision, scale) if scale <= precision else pa.float64()
