"""Marks: written down and read again they are the same, and they say what is newer."""

from __future__ import annotations

import datetime as dt
import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import Invalid
from workbench.domains.connectors.drivers import marks

MOMENTS = st.datetimes(dt.datetime.fromisoformat("1700-01-01"), dt.datetime.fromisoformat("2200-01-01"))
VALUES = st.one_of(
    st.tuples(st.just(pa.int64()), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just(pa.int16()), st.integers(-(2**15), 2**15 - 1)),
    st.tuples(st.just(pa.float64()), st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just(pa.string()), st.text()),
    st.tuples(st.just(pa.large_string()), st.text()),
    st.tuples(st.just(pa.date32()), st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))),
    st.tuples(st.just(pa.decimal128(12, 3)), st.decimals(-(10**8), 10**8, places=3)),
    st.tuples(st.sampled_from([pa.timestamp(unit) for unit in ("us", "ns")]), MOMENTS),
    st.tuples(st.just(pa.timestamp("s")), MOMENTS.map(lambda moment: moment.replace(microsecond=0))),
    st.tuples(
        st.sampled_from([pa.timestamp("us", "UTC"), pa.timestamp("us", "Europe/Berlin")]),
        MOMENTS.map(lambda moment: moment.replace(tzinfo=dt.UTC)),
    ),
)


@given(VALUES)
def test_a_mark_survives_being_written_down(case):
    """As JSON and back, a mark of any type is the value that it was."""
    kind, value = case
    scalar = pa.scalar(value, kind)

    written = json.loads(json.dumps(marks.as_json(scalar)))

    assert marks.as_scalar(written, "c", kind).equals(scalar)


@given(st.lists(st.none() | st.floats()), st.floats(allow_nan=False, allow_infinity=False))
def test_newer_is_strictly_greater_and_neither_null_nor_nan(values, after):
    """Exactly the numbers above the mark are newer."""
    column = pa.array(values, pa.float64())

    newer = column.filter(marks.greater(column, pa.scalar(after, pa.float64()))).to_pylist()

    assert newer == [value for value in values if value is not None and value > after]


@given(st.lists(st.lists(st.none() | st.integers(-5, 5))))
def test_the_mark_is_the_greatest_of_all_batches(batches):
    """However the rows are cut into batches, the mark is the greatest value that is not missing."""
    mark = None
    for batch in batches:
        mark = marks.highest(pa.array(batch, pa.int64()), mark)

    values = [value for batch in batches for value in batch if value is not None]
    assert marks.as_json(mark) == (max(values) if values else None)


@pytest.mark.parametrize(
    ("value", "kind", "same"),
    [
        ("2013-01-02", pa.timestamp("us", "UTC"), "2013-01-02T00:00:00.000000Z"),
        ("2013-01-02T03:04", pa.timestamp("us", "UTC"), "2013-01-02T03:04:00.000000Z"),
        ("2013-01-02T03:04:05+02:00", pa.timestamp("us", "UTC"), "2013-01-02T01:04:05.000000Z"),
        (dt.date(2013, 1, 2), pa.timestamp("us", "UTC"), "2013-01-02T00:00:00.000000Z"),
        ("2013-01-02 03:04:05", pa.timestamp("us"), "2013-01-02T03:04:05.000000"),
        (" 12 ", pa.int32(), 12),
        (3, pa.float64(), 3.0),
    ],
)
def test_values_may_be_written_as_people_do(value, kind, same):
    """A time without a zone means UTC where the column has one; numbers may come as text."""
    assert marks.as_json(marks.as_scalar(value, "c", kind)) == same


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("2013-01-02T03:04:05Z", pa.timestamp("us")),
        ("soon", pa.timestamp("us", "UTC")),
        (5, pa.timestamp("us", "UTC")),
        ("2013-01-02T03:04", pa.date32()),
        (1.5, pa.int64()),
        (2**70, pa.int64()),
        ("x", pa.float64()),
        ("1.2345", pa.decimal128(5, 2)),
        (7, pa.string()),
    ],
)
def test_values_that_would_be_bent_are_refused(value, kind):
    """A value of another kind, a zone too many, a fraction too long: refused with an example, not rounded."""
    with pytest.raises(Invalid, match="cannot be compared") as raised:
        marks.as_scalar(value, "c", kind)

    assert raised.value.code == "bad_cursor_value"


@pytest.mark.parametrize(
    "kind", [pa.bool_(), pa.binary(), pa.list_(pa.int64()), pa.struct([("x", pa.int64())]), pa.null()]
)
def test_columns_without_an_order_are_no_cursors(kind):
    """Booleans, bytes and nested values do not say what is newer."""
    with pytest.raises(Invalid, match="cannot say what is newer"):
        marks.check_cursor("c", kind)
