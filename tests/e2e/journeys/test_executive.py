"""An executive reads a dashboard on a phone, narrows it, and tells its owner what is wrong."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

from tests.factories.notebooks import notebook

pytestmark = pytest.mark.timeout(300)
SALES = """import workbench as wb
wb.write([{"country": c, "amount": a} for c, a in [("FR", 20), ("DE", 30), ("FR", 50)]], "sales")"""
CARDS = [
    {"id": "total", "kind": "kpi", "title": "Sold", "at": {"x": 0, "y": 0, "w": 6, "h": 3},
     "source": {"table": "sales"}, "value": {"how": "sum", "column": "amount"}},
    {"id": "by", "kind": "bar", "title": "By country", "at": {"x": 0, "y": 3, "w": 6, "h": 6},
     "source": {"table": "sales"}, "by": "country", "value": {"how": "sum", "column": "amount"}},
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def published(served) -> None:
    """A dashboard over what a run wrote, shown to executives."""
    folder = served.files / "default" / "executive"
    folder.mkdir(mode=0o700, parents=True)
    nbformat.write(notebook(SALES), folder / "sales.ipynb")
    served.workbench("pipelines", "register", str(folder / "sales.ipynb"))
    served.workbench("run", "sales")
    served.workbench("dashboards", "create", json.dumps({"title": "Sales", "cards": CARDS}))
    served.workbench("dashboards", "publish", "sales", "--roles", "executive")


def test_an_executive_reads_a_dashboard_on_a_phone(served, member):
    """She arrives at the dashboards, sees what was sold and as of when, and no notebook; axe finds nothing."""
    made = served.workbench("invitations", "create", "--email", "eva@example.org", "--roles", "executive")
    eva = member(phone=True).accepts(served.base + made["link"], "Eva")
    eva.page.wait_for_url("**/apps/default/dashboards")
    eva.presses("Sales", "link")
    eva.sees("data as of")
    assert re.search(r"Sold .*\b100\b.*FR 70 DE 30", eva.text())
    assert eva.sticks_out() == []
    assert eva.faults() == []

    eva.page.get_by_role("button", name="FR 70").tap()
    eva.page.wait_for_url("**/d/sales?*FR*")
    eva.page.get_by_text("Report a problem").tap()
    eva.page.get_by_label("What is wrong?").fill("Germany is missing an order.")
    eva.presses("Send")
    eva.sees("The owner of the dashboard was told.")
    eva.page.goto(f"{served.base}/lab")
    eva.sees("You may not do this.")
    assert [said for said in eva.complaints if "403" not in said] == []
