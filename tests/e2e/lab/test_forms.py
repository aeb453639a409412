"""`wb.form` and `wb.pick` in a notebook of JupyterLab, with a kernel, widgets and the sidebar's bundle."""

from __future__ import annotations

import re

import nbformat
import pytest

from tests.factories.notebooks import notebook

CELLS = {
    "form.ipynb": ('import workbench as wb\nwb.form("daily_delays")', "month: int = 1  # of the year\nlate_after = 15"),
    "pick.ipynb": ("import workbench as wb\nwb.pick()", None),
}


@pytest.fixture(scope="module", autouse=True)
def notebooks(folder):
    """Notebooks that draw a form and a picker."""
    for name, (source, parameters) in CELLS.items():
        nbformat.write(notebook(source, parameters=parameters), folder / name)


def code(cell):
    """The lines of a cell."""
    return cell.locator(".cm-content").inner_text().split("\n")


@pytest.mark.thorough
def test_a_form_runs_and_writes_the_parameters_cell(scientist):
    """The values become the defaults of the notebook that is open, its comment stays, and a run goes to its end."""
    someone = scientist().opens_notebook("form.ipynb")
    cells = someone.runs_last_cell()
    output = cells.last.locator(".jp-OutputArea-output").first
    output.get_by_text(re.compile(r"Daily delays · version \d+$")).wait_for()
    month = output.get_by_role("spinbutton").first
    month.fill("2")
    month.press("Tab")
    output.get_by_role("button", name="Write to the parameters cell").click()
    output.get_by_text("The parameters cell has these values now.").wait_for()
    assert code(cells.first) == ["month: int = 2  # of the year", "late_after = 15"]

    output.get_by_role("button", name="Run").click()
    output.get_by_text("Daily delays: succeeded").wait_for()
    assert someone.complaints == []


@pytest.mark.thorough
def test_a_picked_table_is_read_in_the_next_cell(scientist):
    """Search, choose, insert; the import is there already."""
    someone = scientist().opens_notebook("pick.ipynb")
    cells = someone.runs_last_cell()
    output = cells.first.locator(".jp-OutputArea-output").first
    output.get_by_placeholder("Search").fill("scorecard")
    output.get_by_text('carrier_scorecard = wb.read("carrier_scorecard").to_pandas()').wait_for()
    output.get_by_role("button", name="Insert into the notebook").click()
    output.get_by_text("It is in the next cell.").wait_for()

    assert cells.count() == 2
    assert code(cells.last) == ['carrier_scorecard = wb.read("carrier_scorecard").to_pandas()']
    assert someone.complaints == []
