"""The code of templates, with what a form fills in, against a home; that they become pipelines is tried elsewhere."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import workbench as wb
from workbench import sdk
from workbench.domains.pipelines.service.templates import shipped

ROWS = {"Order ID": [1, 2], "Net amount": [2.5, 3.5]}
RECORDS = [{"Order ID": 1, "Ship-to": {"City": "Bonn"}}, {"Order ID": 2, "Ship-to": {"City": "Ulm"}}]


@pytest.fixture(autouse=True)
def in_a_home(caller, monkeypatch):
    """The verbs mean the test's home, and there is no run that a metric could belong to."""
    monkeypatch.setattr(sdk, "caller", lambda: caller)
    monkeypatch.setattr(wb, "log_metric", lambda *_: None, raising=False)


def does(template, **filled):
    """Run the cells of a template where the form and the parameters are filled in."""
    cells = [cell for cell in shipped()[template].notebook.cells if cell.cell_type == "code"]
    names: dict[str, Any] = {}
    for asks in (True, False):
        for cell in cells:
            if asks is bool(cell.metadata.get("tags")):
                exec(cell.source, names)
        names |= filled if asks else {}


@pytest.mark.parametrize("named", ["Order ID", "order_id"], ids=["as in the file", "as in the table"])
def test_columns_of_a_file_are_named_as_the_form_offers_them(caller, tmp_path, named):
    """Though they are called otherwise afterwards; rows of the same key take each other's place."""
    pq.write_table(pa.table(ROWS), tmp_path / "orders.parquet")
    caller.call("connectors.create", name="shop", type="files", config={"path": str(tmp_path)})

    for _ in range(2):
        does("ingest_files", connector="shop", files="orders", target="orders", key=[named], required=["Net amount"])

    assert wb.read("orders").to_arrow().to_pydict() == {"order_id": [1, 2], "net_amount": [2.5, 3.5]}


def test_the_key_of_an_api_is_named_as_the_form_offers_it(caller, monkeypatch):
    """As the records have it; the table's column is called otherwise."""
    monkeypatch.setattr(wb, "read", lambda *_, **__: SimpleNamespace(to_arrow=lambda: pa.Table.from_pylist(RECORDS)))
    does("ingest_api", connector="shop", resource="orders", target="orders", key=["Order ID"])

    found = caller.stream("queries.run", sql="SELECT * FROM orders ORDER BY order_id").read_all()
    assert found.to_pylist() == [{"order_id": 1, "ship_to_city": "Bonn"}, {"order_id": 2, "ship_to_city": "Ulm"}]


def test_tables_are_joined_by_something():
    """Without a column that both have the refusal says what to fill in, not that SQL cannot be parsed."""
    wb.write([{"id": 1, "amount": 2}], "orders")
    wb.write([{"id": 1, "name": "a"}], "customers")
    filled = {"left": "orders", "right": "customers", "group_by": ["name"], "target": "by_name"}

    with pytest.raises(ValueError, match="orders and customers are joined by the columns that both have: name them in"):
        does("join_and_aggregate", **filled)
    does("join_and_aggregate", **filled, on=["id"])

    assert wb.read("by_name").to_arrow().to_pylist() == [{"name": "a", "rows": 1}]
