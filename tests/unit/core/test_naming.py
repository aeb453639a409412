"""What the fields of a form may name among the columns of what is chosen."""

from __future__ import annotations

import pytest

from workbench.core.naming import columns_in

ORDERS = {"id": "BIGINT", "day": "DATE", "at": "timestamp[us]", "price": "DECIMAL(10,2)", "span": "INTERVAL"}
CUSTOMERS = {"id": "int64", "name": "VARCHAR"}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("column", ["id", "day", "at", "price", "span", "name"]), ("number_column", ["id", "price"]),
        ("moment_column", ["day", "at"]), ("shared_column", ["id"]),
    ],
)  # fmt: skip
def test_columns_are_offered_by_what_they_hold(kind, names):
    """Numbers, moments, and what two tables have in common, in the types of tables and of connectors."""
    assert columns_in([ORDERS, CUSTOMERS])[kind] == names


@pytest.mark.parametrize("sources", [[], [ORDERS]])
def test_fewer_than_two_share_nothing(sources):
    """Where there is nothing to join, no column is one to join by."""
    assert columns_in(sources)["shared_column"] == []
