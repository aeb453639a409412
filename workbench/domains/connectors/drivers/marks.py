"""Which columns may be cursors, and how the values of cursors are compared and written down."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.core.errors import Invalid


def check_cursor(column: str, kind: pa.DataType) -> None:
    """Refuse a column that has no order to go by.

    Raises:
        Invalid: the type is not a number, text, date or timestamp.
    """
    t = pa.types
    tests = (t.is_integer, t.is_floating, t.is_decimal, t.is_string, t.is_large_string, t.is_date, t.is_timestamp)
    if not any(test(kind) for test in tests):
        raise Invalid(
            f"The column {column!r} is of type {kind}, which cannot say what is newer.",
            fix="Choose a column of numbers, text, dates or timestamps.",
            code="bad_cursor",
        )


def as_scalar(value: Any, column: str, kind: pa.DataType) -> pa.Scalar:
    """A cursor value, as it comes from JSON or Python, as a scalar of the column's type.

    A timestamp without a zone means UTC where the column has one.

    Raises:
        Invalid: it is not a value of that type, or has a zone where the column has none.
    """
    try:
        if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
            return _moment(value, kind)
        if isinstance(value, str) and not pa.types.is_string(kind) and not pa.types.is_large_string(kind):
            return pa.scalar(value.strip()).cast(kind)
        if isinstance(value, float) and pa.types.is_integer(kind):
            return pa.scalar(value).cast(kind)  # where pa.scalar(1.5, type=kind) would be 1
        return pa.scalar(value, type=kind)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise Invalid(
            f"{str(value)[:80]!r} cannot be compared with the column {column!r}, which is of type {kind}.",
            fix=f"Give {_example(kind)}.",
            code="bad_cursor_value",
        ) from error


def _moment(value: Any, kind: pa.DataType) -> pa.Scalar:
    text = value.isoformat() if hasattr(value, "isoformat") else value
    if not isinstance(text, str):
        raise TypeError(f"{value!r} is not a moment")
    scalar = pa.scalar(text.strip())
    if pa.types.is_date(kind):
        return scalar.cast(pa.date32()).cast(kind)
    if kind.tz is None:
        return scalar.cast(kind)
    zoned = pa.timestamp(kind.unit, "UTC")
    try:
        moment = scalar.cast(zoned)
    except pa.ArrowInvalid:
        moment = pa.scalar(text.strip() + "Z" if len(text.strip()) > 10 else text.strip() + " 00:00Z").cast(zoned)
    return moment.cast(kind)


def _example(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return (
            "a time such as 2013-03-01T06:00:00Z" if kind.tz else "a time without a zone, such as 2013-03-01T06:00:00"
        )
    if pa.types.is_date(kind):
        return "a date such as 2013-03-01"
    return "a whole number" if pa.types.is_integer(kind) else "a value of that type"


def as_json(scalar: pa.Scalar | None) -> str | int | float | None:
    """A mark as JSON keeps it, so that `as_scalar` gives the same value again; moments are in UTC."""
    if scalar is None or not scalar.is_valid:
        return None
    kind = scalar.type
    if pa.types.is_timestamp(kind):
        utc = scalar.cast(pa.timestamp(kind.unit, "UTC")) if kind.tz else scalar
        return str(utc.cast(pa.string()).as_py()).replace(" ", "T")
    value = scalar.as_py()
    return value if isinstance(value, int | float | str) else str(value)


def greater(column: pa.Array, after: pa.Scalar) -> pa.Array:
    """Which values are strictly greater; neither NULL nor NaN is."""
    return pc.greater(column, after)


def highest(column: pa.Array, so_far: pa.Scalar | None) -> pa.Scalar | None:
    """The greatest of a column and of what was seen before; NULL and NaN do not count."""
    if pa.types.is_floating(column.type):
        column = column.filter(pc.is_finite(column))
    top = pc.max(column) if len(column) else None
    if top is None or not top.is_valid:
        return so_far
    return top if so_far is None or pc.greater(top, so_far).as_py() else so_far
