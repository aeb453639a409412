"""What the store keeps of every Arrow type."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import Invalid
from workbench.domains.store.drivers import arrow
from workbench.domains.store.drivers.arrow import columns_of, normalise, normalised, pieces, schema_of

ID = uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057")
KEPT = [
    (pa.array([1, None], pa.uint8()), pa.int16(), [1, None]),
    (pa.array([65535], pa.uint16()), pa.int32(), [65535]),
    (pa.array([2**32 - 1], pa.uint32()), pa.int64(), [2**32 - 1]),
    (pa.array([2**63 - 1, None], pa.uint64()), pa.int64(), [2**63 - 1, None]),
    (pa.array([1.5, None], pa.float16()), pa.float32(), [1.5, None]),
    (pa.array([Decimal("1.50")], pa.decimal256(30, 2)), pa.decimal128(30, 2), [Decimal("1.50")]),
    (pa.array([Decimal("1.50")], pa.decimal32(5, 2)), pa.decimal128(5, 2), [Decimal("1.50")]),
    (pa.array([Decimal(100)], pa.decimal128(5, -2)), pa.decimal128(7, 0), [Decimal(100)]),
    (
        pa.array([1000], pa.timestamp("ns")),
        pa.timestamp("us"),
        [dt.datetime.fromisoformat("1970-01-01 00:00:00.000001")],
    ),
    (
        pa.array([0], pa.timestamp("s", "Europe/Paris")),
        pa.timestamp("us", "UTC"),
        [dt.datetime(1970, 1, 1, tzinfo=dt.UTC)],
    ),
    (pa.array([dt.date(2013, 1, 1)], pa.date64()), pa.date32(), [dt.date(2013, 1, 1)]),
    (pa.array([dt.time(13, 5)], pa.time64("us")), pa.string(), ["13:05:00.000000"]),
    (pa.array([90], pa.duration("s")), pa.int64(), [90_000_000]),
    (pa.nulls(2), pa.string(), [None, None]),
    (pa.array(["a", None, "a"]).dictionary_encode(), pa.string(), ["a", None, "a"]),
    (pc.run_end_encode(pa.array([1, 1, 2])), pa.int64(), [1, 1, 2]),
    (pa.array(["a"], pa.large_string()), pa.string(), ["a"]),
    (pa.array(["a"], pa.string_view()), pa.string(), ["a"]),
    (pa.array([b"ab"], pa.binary(2)), pa.binary(), [b"ab"]),
    (pa.array([[1], None, [2, 3]], pa.list_(pa.uint8())), pa.list_(pa.int16()), [[1], None, [2, 3]]),
    (pa.array([[1, 2], None], pa.list_(pa.int8(), 2)), pa.list_(pa.int8()), [[1, 2], None]),
    (pa.array([[1, 2], None, []], pa.list_view(pa.uint32())), pa.list_(pa.int64()), [[1, 2], None, []]),
    (
        pa.array([{"a": 1, "b": ["x"]}, None], pa.struct([("a", pa.uint8()), ("b", pa.list_(pa.large_string()))])),
        pa.struct([("a", pa.int16()), ("b", pa.list_(pa.string()))]),
        [{"a": 1, "b": ["x"]}, None],
    ),
    (
        pa.array([[("a", 1)], None], pa.map_(pa.large_string(), pa.uint16())),
        pa.map_(pa.string(), pa.int32()),
        [[("a", 1)], None],
    ),
    (
        pa.ExtensionArray.from_storage(pa.uuid(), pa.array([ID.bytes, None], pa.binary(16))),
        pa.string(),
        [str(ID), None],
    ),
    (pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0], pa.int8())), pa.bool_(), [True, False]),
]


@pytest.mark.parametrize(("given", "kind", "values"), KEPT, ids=[str(row[0].type) for row in KEPT])
def test_every_type_that_can_be_kept_is_kept_without_loss(given, kind, values):
    """A column of each convertible type arrives with the kept type and equal values."""
    table = normalised(pa.table({"x": given}).to_reader()).read_all()

    assert (table.schema.field("x").type, table["x"].to_pylist()) == (kind, values)


@pytest.mark.parametrize(
    "kind",
    [pa.month_day_nano_interval(), pa.struct([]), pa.decimal256(40, 2), pa.dense_union([pa.field("a", pa.int8())])],
    ids=str,
)
def test_a_type_without_counterpart_is_refused_with_the_column_and_a_mend(kind):
    """An interval, an empty struct, a decimal of 40 digits and a union are refused before a row is read."""
    with pytest.raises(Invalid, match="'x'") as caught:
        normalise(pa.schema([("x", kind)]))

    assert (caught.value.code, bool(caught.value.fix)) == ("type_not_supported", True)


@pytest.mark.parametrize(
    "values",
    [pa.array([2**63], pa.uint64()), pa.array([1001], pa.timestamp("ns")), pa.array([1], pa.duration("ns"))],
    ids=lambda values: str(values.type),
)
def test_a_value_that_would_be_changed_is_refused(values):
    """A too large integer and nanoseconds are refused, never wrapped around or rounded."""
    with pytest.raises(Invalid, match="'x'") as caught:
        normalised(pa.table({"x": values}).to_reader()).read_all()

    assert caught.value.code == "value_out_of_range"


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["a", "A"], "column_case"),
        (["a", "a"], "column_case"),
        ([""], "bad_column_name"),
        (["a\x00"], "bad_column_name"),
        ([], "no_columns"),
    ],
)
def test_names_that_cannot_be_told_apart_are_refused(names, code):
    """Empty names, control characters and names equal but for case are refused."""
    with pytest.raises(Invalid) as caught:
        normalise(pa.schema([(name, pa.int8()) for name in names]))

    assert caught.value.code == code


def test_names_within_a_struct_are_checked_like_columns():
    """Fields of a struct that differ only by case are refused too."""
    with pytest.raises(Invalid, match="in 's'"):
        normalise(pa.schema([("s", pa.struct([("a", pa.int8()), ("A", pa.int8())]))]))


def test_a_column_without_a_type_says_so():
    """An all-null column is text that will give way to the type which the table has."""
    assert columns_of(normalise(pa.schema([("x", pa.null())]))) == [{"name": "x", "type": "string", "untyped": True}]


def test_conversion_streams():
    """The first batch is given out before the second is asked for."""
    asked = []

    def batches():
        for number in range(3):
            asked.append(number)
            yield pa.record_batch({"x": pa.array([number], pa.uint8())})

    reader = normalised(pa.RecordBatchReader.from_batches(pa.schema([("x", pa.uint8())]), batches()))
    reader.read_next_batch()

    assert asked == [0]


def test_big_batches_are_cut_below_the_reach_of_offsets(monkeypatch):
    """A batch of long texts comes in slices below the limit, and no row is lost."""
    monkeypatch.setattr(arrow, "BATCH_BYTES", 50_000)
    batch = pa.record_batch({"x": pa.array(["x" * 400] * 1000, pa.large_string())})
    cut = list(pieces(batch))

    assert max(piece.nbytes for piece in cut) < 55_000
    assert pa.Table.from_batches(cut).equals(pa.Table.from_batches([batch]))


SCALARS = st.sampled_from([
    pa.bool_(), pa.int8(), pa.int32(), pa.int64(), pa.uint8(), pa.uint32(), pa.float32(), pa.float64(), pa.string(),
    pa.large_string(), pa.binary(), pa.date32(), pa.timestamp("us"), pa.timestamp("ms", "UTC"), pa.decimal128(10, 2),
    pa.null(), pa.time64("us"), pa.duration("ms"),
])  # fmt: skip
NAMES = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\x7f"), min_size=1)


def nested(inner: st.SearchStrategy[pa.DataType]) -> st.SearchStrategy[pa.DataType]:
    """Types made of other types."""
    return st.one_of(
        inner.map(pa.list_),
        inner.map(pa.large_list),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda kinds: pa.struct([(f"f{n}", k) for n, k in enumerate(kinds)])
        ),
        inner.map(lambda kind: pa.map_(pa.string(), kind)),
    )


SCHEMAS = st.lists(
    st.tuples(NAMES, st.recursive(SCALARS, nested, max_leaves=4)), min_size=1, unique_by=lambda pair: pair[0].casefold()
).map(pa.schema)


@given(SCHEMAS)
def test_normalising_twice_changes_nothing(schema):
    """What the store keeps of a kept schema is that schema, with the same names in the same order."""
    once = normalise(schema)

    assert normalise(once).equals(once.remove_metadata()) or any(f.metadata for f in once)
    assert once.names == schema.names


@given(SCHEMAS)
def test_a_schema_survives_being_written_down(schema):
    """Columns are as good as the Arrow schema they were made of."""
    kept = normalise(schema)

    assert schema_of(columns_of(kept)).equals(kept)
    assert columns_of(schema_of(columns_of(kept))) == [{"name": c["name"], "type": c["type"]} for c in columns_of(kept)]
