"""A run from the sidebar to its end, and what is shown of it."""

from __future__ import annotations

import re
import time

import nbformat
import pytest

from tests.factories.notebooks import notebook


@pytest.fixture
def add(folder):
    """Puts a notebook into the folder, under a name that is free."""

    def put(name, *cells, parameters=""):
        nbformat.write(notebook(*cells, parameters=parameters), folder / f"{name}.ipynb")
        return name

    return put


def test_a_run_from_the_form_to_its_output(scientist):
    """The form has the notebook's help, the run tells its cells and its end, and its notebook opens with a header."""
    someone = scientist().opens()
    someone.sidebar.get_by_role("button", name="Daily delays").first.click()
    form = someone.page.get_by_role("form", name="Run Daily delays")
    someone.sees("Month of 2013, 1 to 12; 0 takes the whole year", form)
    assert someone.breaches(".wb-RunForm") == []
    form.get_by_label("Month").fill("2")
    started = time.monotonic()
    form.get_by_role("button", name="Run", exact=True).click()

    run = someone.page.get_by_role("article")
    someone.sees(re.compile("queued|starting|running"), run)
    someone.record("click on Run to the run's first status, seconds", time.monotonic() - started)
    someone.sees(re.compile(r"Cell \d of \d"), run)
    someone.record("click on Run to its first cell, seconds", time.monotonic() - started)
    someone.sees("succeeded", run)
    someone.sees(re.compile(r"Daily delays succeeded after"))
    for text in ("month", "daily_delays @", "late_share", "passed"):
        someone.sees(text, run)
    assert someone.breaches(".wb-Run") == []
    run.get_by_role("button", name="Open output").click()

    header = someone.page.get_by_role("region", name="About this notebook")
    someone.sees(re.compile("read only"), header)
    someone.sees("month = 2   late_after = 15", header)
    someone.sees("Flights, by SQL", someone.page.locator(".wb-Output"))
    assert someone.complaints == []


@pytest.mark.thorough
def test_the_form_remembers_and_refuses(scientist):
    """The values of the last run are there again, and what cannot be is said at its field before anything starts."""
    someone = scientist().opens()
    someone.sidebar.get_by_role("button", name="Carrier scorecard").first.click()
    form = someone.page.get_by_role("form")
    fields = form.get_by_role("spinbutton")
    fields.first.fill("20")
    form.get_by_role("button", name="Run", exact=True).click()
    someone.page.get_by_role("article").wait_for()
    someone.sidebar.get_by_role("button", name="Carrier scorecard").first.click()
    form.wait_for()
    assert fields.first.input_value() == "20"

    fields.first.fill("")
    fields.first.press_sequentially("1.5")
    someone.sees("must be a whole number", form)
    assert form.get_by_role("button", name="Run", exact=True).is_disabled()


@pytest.mark.thorough
def test_a_run_outlives_a_reload(scientist, add):
    """A page that is loaded anew shows the run as it is now, and tells its end."""
    name = add("slow", "import time\nfor n in range(40):\n    print('step', n, flush=True)\n    time.sleep(0.1)")
    someone = scientist().opens_notebook(f"{name}.ipynb")
    someone.page.locator('[data-command="workbench:run-notebook"]').click()
    someone.sees("is in no catalog: it runs once, as it is now.")
    someone.page.get_by_role("button", name="Run", exact=True).click()
    someone.sees(re.compile(r"step \d"), someone.page.get_by_role("log"))
    someone.page.wait_for_timeout(600)
    someone.page.reload()

    run = someone.page.get_by_role("article")
    someone.sees("slow", run)
    someone.sees(re.compile("slow succeeded after"))
    someone.sees("step 39", run)


@pytest.mark.thorough
def test_a_run_can_be_cancelled(scientist, add):
    """Cancel stops it, and nothing more is offered than is possible then."""
    name = add("endless", "import time\nfor n in range(600):\n    time.sleep(0.1)")
    someone = scientist().opens_notebook(f"{name}.ipynb")
    someone.page.locator('[data-command="workbench:run-notebook"]').click()
    someone.page.get_by_role("button", name="Run", exact=True).click()
    run = someone.page.get_by_role("article")
    someone.sees(re.compile(r"Cell 2 of 2"), run)
    run.get_by_role("button", name="Cancel").click()

    someone.sees("endless was cancelled.")
    run.get_by_role("button", name="Retry").wait_for()


@pytest.mark.thorough
def test_a_failure_leads_to_its_cell(scientist, add):
    """The notification of a failed run opens its notebook at the cell that failed, which is marked and in sight."""
    quiet = [f"a{n} = {n}" for n in range(40)]
    name = add("broken", *quiet, "1 / 0", *quiet, parameters="month: int = 1")
    someone = scientist().opens_notebook(f"{name}.ipynb")
    someone.page.locator('[data-command="workbench:run-notebook"]').click()
    someone.page.get_by_role("button", name="Run", exact=True).click()
    someone.sees(re.compile("broken failed after .*division by zero"))
    someone.page.get_by_role("button", name="Show error").first.click()

    failing = someone.page.locator(".wb-Output .wb-mod-failing")
    failing.wait_for()
    someone.sees("ZeroDivisionError", failing)
    someone.page.wait_for_timeout(500)
    box, port = failing.bounding_box(), someone.page.locator(".wb-Output").bounding_box()
    assert port["y"] <= box["y"] < port["y"] + port["height"]


@pytest.mark.thorough
def test_a_notebook_becomes_a_pipeline_and_its_changes_a_version(scientist, add, folder):
    """Added to the catalog it can be run; when it changes, saved or not, the form says so, saves and registers it."""
    name = add("my_report", "month + 1", parameters="month: int = 1  # Which one")
    someone = scientist().opens_notebook(f"{name}.ipynb")
    someone.page.get_by_role("button", name="Preview the form").click()
    someone.sees("Which one", someone.page.locator(".wb-Preview"))
    someone.commands("Add to Catalog…")
    someone.sees("my_report.ipynb is in the catalog as version 1 of my_report.")
    someone.sees("my_report", someone.sidebar)

    someone.page.locator(".jp-NotebookPanel .jp-Cell").last.locator(".cm-content").click()
    someone.page.keyboard.type(" + 1")
    someone.sidebar.get_by_role("list", name="Pipelines").get_by_text("my_report").first.click()
    someone.sees("Runs version 1; the file my_report.ipynb has changed since.")
    someone.page.get_by_role("button", name="Register it as version 2").click()
    someone.sees("Runs version 2.")
    assert "+ 1" in (folder / "my_report.ipynb").read_text()
