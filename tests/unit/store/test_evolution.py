"""What a write's columns mean for a table that has columns already."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import Conflict, Invalid
from workbench.domains.store.drivers.evolution import evolve, key_columns
from workbench.domains.store.drivers.types import SQL_TYPES, holds, names, projection

DELAYS = [{"name": "carrier", "type": "string"}, {"name": "delay", "type": "long"}]


def test_new_columns_are_added_behind_and_missing_ones_are_named():
    """A write with one new column and without an old one keeps the old order and says both."""
    found = evolve("delays", DELAYS, [{"name": "origin", "type": "string"}, {"name": "carrier", "type": "string"}])

    assert names(found.columns) == ["carrier", "delay", "origin"]
    assert (names(found.added), found.missing) == (["origin"], ["delay"])


def test_a_changed_type_is_refused_with_the_cast_to_write():
    """A float for a BIGINT column is refused with the column, both types and the cast that mends it."""
    with pytest.raises(Conflict) as caught:
        evolve("delays", DELAYS, [{"name": "delay", "type": "double"}])

    error = caught.value
    assert error.code == "table_schema_changed"
    assert error.params == {"table": "delays", "column": "delay", "old": "BIGINT", "new": "DOUBLE"}
    assert "df['delay'].astype('Int64')" in error.fix
    assert 'CAST("delay" AS BIGINT)' in error.fix


@pytest.mark.parametrize(
    "kind", [*SQL_TYPES, "decimal(10,2)", {"type": "array", "elementType": "long", "containsNull": True}], ids=str
)
def test_every_refusal_names_a_cast(kind):
    """Whatever type the table has, the mend says how to get there."""
    other = "binary" if kind != "binary" else "string"
    with pytest.raises(Conflict) as caught:
        evolve("t", [{"name": "x", "type": kind}], [{"name": "x", "type": other}])

    assert caught.value.fix.startswith("Cast it: ")


def test_a_name_that_differs_by_case_is_refused():
    """`Carrier` beside `carrier` would be one column in SQL."""
    with pytest.raises(Invalid, match="only by case") as caught:
        evolve("delays", DELAYS, [{"name": "Carrier", "type": "string"}])

    assert caught.value.code == "column_case"


def test_a_column_that_is_all_null_takes_the_type_of_the_table():
    """An untyped column fits any column, and is text where it is new."""
    untyped = [{"name": "delay", "type": "string", "untyped": True}, {"name": "new", "type": "string", "untyped": True}]

    assert evolve("delays", DELAYS, untyped).columns == [*DELAYS, {"name": "new", "type": "string"}]


@pytest.mark.parametrize(
    ("column", "incoming", "fits"),
    [
        ("long", "integer", True),
        ("integer", "long", False),
        ("double", "integer", True),
        ("double", "long", False),
        ("float", "integer", False),
        ("double", "float", True),
        ("decimal(10,2)", "decimal(8,2)", True),
        ("decimal(10,2)", "decimal(10,3)", False),
        ("decimal(12,2)", "integer", True),
        ("decimal(11,2)", "integer", False),
        ("timestamp", "timestamp_ntz", False),
        ("string", "long", False),
    ],
)
def test_only_a_type_that_keeps_every_value_is_widened(column, incoming, fits):
    """A narrower type is accepted exactly where every value stays what it is."""
    assert holds(column, incoming) is fits


@pytest.mark.parametrize(
    ("key", "code"), [(["nowhere"], "key_not_found"), (["tags"], "key_unusable")], ids=["missing", "a list"]
)
def test_a_key_must_be_columns_that_identify_rows(key, code):
    """A key that is missing or a list is refused before anything is read."""
    tags = {"name": "tags", "type": {"type": "array", "elementType": "string", "containsNull": True}}
    with pytest.raises(Invalid) as caught:
        key_columns("delays", key, [*DELAYS, tags])

    assert caught.value.code == code


@pytest.fixture(scope="module")
def duckdb():
    """A database without anything."""
    import duckdb

    with duckdb.connect() as connection:
        yield connection


@given(found=st.lists(st.text(min_size=1).filter(str.isprintable), unique=True, min_size=1))
def test_any_name_is_one_column_in_sql(duckdb, found):
    """Whatever a column is called, quotes and keywords included, the projection gives back exactly those names."""
    folded = {name.casefold(): name for name in found}.values()
    columns = [{"name": name, "type": "long"} for name in folded]

    assert duckdb.sql(f"SELECT {projection(columns, [])}").columns == names(columns)


@given(st.sampled_from(list(SQL_TYPES)), st.sampled_from(list(SQL_TYPES)))
def test_what_holds_survives_there_and_back(column, incoming):
    """Where a column is said to keep a type, the extreme values come back unchanged from Arrow's checked cast."""
    from workbench.domains.store.drivers.arrow import arrow_type

    wanted, kind = arrow_type(column), arrow_type(incoming)
    if not holds(column, incoming) or not pa.types.is_integer(kind):
        return
    bits = kind.bit_width - 1
    extremes = pa.array([-(2**bits), 2**bits - 1], kind)
    assert extremes.cast(wanted).cast(kind).equals(extremes)
