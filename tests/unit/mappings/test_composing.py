"""What a cast would change is known before it is done."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pyarrow as pa
import pytest

from workbench.domains.mappings.schemas.documents import Rule, TargetColumn
from workbench.domains.mappings.service.composing import Cell, surveyed
from workbench.domains.store.drivers.arrow import columns_of, normalise

DAYS = [datetime(2026, 1, 1), datetime(2026, 1, 1, 9)]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("kind", "values", "failing", "lossy"),
    [
        ("INTEGER", pa.array([1.0, 1.9]), None, "1.9"),
        ("INTEGER", pa.array(["007", "1.5"]), None, "1.5"),
        ("INTEGER", pa.array(["1e3", " 12 "]), None, None),
        ("BIGINT", pa.array([1.0, float("nan")]), "nan", None),
        ("DATE", pa.array(DAYS), None, "2026-01-01 09:00:00"),
        ("DATE", pa.array(["2026-01-01", "2026-01-01 09:00:00"]), None, "2026-01-01 09:00:00"),
        ("TIMESTAMP", pa.array(DAYS), None, None),
        ("DECIMAL(10,2)", pa.array([0.1, 0.125]), None, "0.125"),
        ("DECIMAL(10,2)", pa.array(["0.10", "1.239"]), None, "1.239"),
        ("FLOAT", pa.array([0.5, 0.1]), None, "0.1"),
        ("DOUBLE", pa.array([1, 2**53 + 1]), None, "9007199254740993"),
        ("SMALLINT", pa.array([1, 99_999]), "99999", None),
        ("BOOLEAN", pa.array([0, 2]), None, "2"),
        ("BOOLEAN", pa.array(["yes", "maybe"]), "maybe", None),
        ("BIGINT", pa.array([1, 2], pa.int32()), None, None),
        ("VARCHAR", pa.array([0.1, 1e300]), None, None),
    ],
)
def test_what_a_cast_would_refuse_or_change_is_told(kind, values, failing, lossy):
    """Fractions, times of day and digits that would go are lossy, what does not parse fails, and the rest is kept."""
    source = pa.table({"a": values})
    (column,) = columns_of(normalise(source.schema))
    cell = Cell(TargetColumn(name="x", type=kind), Rule(target="x", column="a"), column["type"])
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("source", source)
        found = connection.execute(surveyed([cell])).fetchone()

    assert found == (2, int(failing is not None), failing, int(lossy is not None), lossy, 0)


def test_a_type_is_one_that_tables_keep():
    """Other spellings are taken, and nothing that could be more than a type."""
    assert [TargetColumn(name="x", type=text).type for text in ("text", "decimal(10, 2)", "int[]")] == [
        "VARCHAR", "DECIMAL(10,2)", "INTEGER[]",
    ]  # fmt: skip
    for text in ("INTEGER); DROP TABLE x", "DECIMAL(39,2)", "DECIMAL(2,3)", "STRUCT(a INTEGER)", "HUGEINT", ""):
        with pytest.raises(ValueError, match="type"):
            TargetColumn(name="x", type=text)
