"""A frame stays Arrow until it is asked for another form, and takes what people have."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import Invalid
from workbench.sdk.frame import Frame, as_reader

TABLE = pa.table({"id": [1, 2, 3], "name": ["a", None, "c"]})


def frame() -> Frame:
    """Three rows that can be read once."""
    return Frame(TABLE.to_reader(max_chunksize=2))


def test_batches_stream_once():
    """Batches are given as they come; reading them again says what to do instead."""
    one = frame()

    assert [batch.num_rows for batch in one.batches()] == [2, 1]
    with pytest.raises(RuntimeError, match=r"call wb\.read again"):
        list(one.batches())


def test_in_memory_a_frame_can_be_read_any_number_of_times():
    """After to_arrow() the data are kept for every other form."""
    one = frame()

    assert one.to_arrow() == TABLE
    assert one.to_pandas()["id"].tolist() == [1, 2, 3]
    assert sum(batch.num_rows for batch in one.batches()) == len(one) == 3
    assert pa.table(one) == TABLE


@pytest.mark.parametrize(
    "data",
    [
        TABLE,
        TABLE.to_batches()[0],
        TABLE.to_reader(),
        TABLE.to_pandas(),
        TABLE.to_pylist(),
        TABLE.to_pydict(),
        frame(),
    ],
    ids=lambda data: type(data).__name__,
)
def test_every_form_that_people_have_becomes_the_same_table(data):
    """Arrow, pandas, rows and columns alike."""
    assert as_reader(data).read_all().to_pylist() == TABLE.to_pylist()


def test_the_keys_of_a_groupby_are_columns():
    """Pandas hides them in the index; an unnamed index is no column."""
    grouped = pd.DataFrame({"k": ["x", "x", "y"], "v": [1, 2, 3]}).groupby("k").sum()

    assert as_reader(grouped).schema.names == ["k", "v"]
    assert as_reader(pd.DataFrame({"v": [1]}, index=[7])).schema.names == ["v"]


@pytest.mark.parametrize("data", [object(), 3, [{"a": 1}, {"a": "x"}], {"a": [1], "b": [1, 2]}])
def test_what_is_no_table_is_refused_with_a_mend(data):
    """The error says what came and what to give."""
    with pytest.raises(Invalid, match="cannot become a table") as caught:
        as_reader(data)
    assert caught.value.fix


@given(rows=st.lists(st.fixed_dictionaries({"a": st.integers(-(2**63), 2**63 - 1), "b": st.text()}), min_size=1))
def test_rows_come_back_as_they_went_in(rows):
    """Through Arrow and back, any integers and any text."""
    assert Frame(as_reader(rows)).to_arrow().to_pylist() == rows
