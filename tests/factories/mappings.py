"""Mappings for tests: a small table of orders as they come, and documents over it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa


def orders(**columns: Any) -> pa.Table:
    """Four orders as some system gives them."""
    given = {
        "OrderId": ["1", "2", "3", "4"],
        "cust_nm": ["Ada Lovelace", "Alan Turing", "Grace Hopper", None],
        "order_dt": [date(2026, 1, day) for day in (1, 2, 3, 4)],
        "price": [1.0, 2.5, 4.0, None],
        "city": ["Bonn", "Köln", "Bonn", "Kiel"],
    }
    return pa.table(given | columns)


COLUMNS = [
    {"name": "order_id", "type": "BIGINT", "required": True},
    {"name": "customer_name"},
    {"name": "order_date", "type": "DATE"},
]
RULES = [
    {"target": "order_id", "column": "OrderId"},
    {"target": "customer_name", "expression": "upper(cust_nm)"},
    {"target": "order_date", "column": "order_dt"},
]


def document(*rules: dict[str, Any], columns: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    """A document of these rules, of three that hold where none is given."""
    made = {"title": "Orders to sales", "source": "orders", "columns": columns or COLUMNS}
    return made | {"rules": list(rules or RULES)} | fields


def one(kind: str, **rule: Any) -> dict[str, Any]:
    """A document with one target column `x` of a type."""
    return document({"target": "x", **rule}, columns=[{"name": "x", "type": kind}])
