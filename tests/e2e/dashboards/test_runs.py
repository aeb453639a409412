"""Pipelines and runs in a browser, as somebody meets them who never opens a notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.factories.notebooks import plain

RUN_TABS = {
    "outputs": "Hawaiian Airlines Inc.", "tables": "8 of 15 rows", "log": "lines",
    "compare": "ompare with", "overview": "Figures",
}  # fmt: skip
TABS = {"run": "Typical duration", "lineage": "this pipeline", "versions": "current", "shares": "Share it"}


def opens_run(someone, title="Carrier scorecard"):
    """Go to the demo's run of a title, by the list of runs, whatever was run since."""
    someone.visits("runs", title)
    someone.page.get_by_role("link", name=title).last.click()
    someone.page.wait_for_url("**/runs/*")
    someone.sees("First line")
    someone.page.locator("#loader").wait_for(state="hidden")
    return someone


@pytest.mark.thorough
def test_one_gets_from_a_pipeline_to_its_run_and_back(visitor):
    """Links lead on, the way above leads back, and the menu says where one is."""
    someone = visitor().visits("pipelines", "daily_delays")
    someone.page.get_by_role("row", name="daily_delays").get_by_role("link", name="succeeded").click()
    someone.sees("First line")

    someone.page.get_by_label("Breadcrumb").get_by_role("link", name="Runs").click()

    someone.sees("Latest runs")
    assert someone.page.locator("a[aria-current=page]").inner_text().strip() == "Runs"


@pytest.mark.thorough
def test_what_one_looks_for_is_in_the_address(visitor):
    """A list narrows as one types, and the link shows the same to somebody else."""
    someone = visitor().visits("pipelines", "daily_delays")
    someone.page.get_by_role("searchbox", name="Search pipelines").press_sequentially("scorecard")
    someone.page.get_by_role("cell", name="daily_delays").first.wait_for(state="hidden")
    someone.page.wait_for_url("**/pipelines?q=scorecard")

    another = visitor().visits("pipelines?q=scorecard", "carrier_scorecard")
    assert another.page.get_by_role("searchbox").input_value() == "scorecard"
    assert "daily_delays" not in another.text()


@pytest.mark.thorough
def test_one_finds_things_by_typing(visitor):
    """The box suggests as one types, arrows and Enter lead there, and Enter alone to all that was found."""
    someone = visitor().visits("pipelines", "daily_delays")
    someone.page.keyboard.press("Control+k")
    someone.page.keyboard.type("scoreca")
    someone.page.get_by_role("option", name="carrier_scorecard").first.wait_for()
    someone.page.keyboard.press("Enter")
    someone.page.wait_for_url("**/search?q=scoreca")
    someone.sees("What it is")

    someone.visits("pipelines", "daily_delays")
    someone.page.get_by_role("combobox", name="Search").fill("carrier_scorecard")
    someone.page.get_by_role("option").first.wait_for()
    someone.page.keyboard.press("ArrowDown")
    someone.page.keyboard.press("Enter")
    someone.page.wait_for_url("**/pipelines/carrier_scorecard")


@pytest.mark.thorough
def test_a_star_stays(visitor):
    """What one starred is found by itself, also after loading again."""
    someone = visitor().visits("pipelines", "daily_delays")
    someone.page.get_by_role("button", name="Starred: daily_delays", pressed=False).click()
    someone.page.get_by_role("button", name="Starred: daily_delays", pressed=True).wait_for()

    someone.visits("pipelines?show=starred", "daily_delays")
    assert "carrier_scorecard" not in someone.text()


@pytest.mark.thorough
def test_a_run_is_followed_stopped_and_tried_again(visitor, home_folder):
    """A run that a shell started ticks off its cells on the page; Cancel stops it, Retry leads to the next."""
    slow = "import time\nfor second in range(60):\n    print('second', second, flush=True)\n    time.sleep(1)"
    notebook = home_folder.parent / "slow.ipynb"
    notebook.write_text(json.dumps(plain(slow)))
    command = [sys.executable, "-m", "workbench.cli", "--home", str(home_folder), "run", str(notebook)]
    with subprocess.Popen(
        command, env=os.environ | {"WORKBENCH_HOME": str(home_folder)}, cwd=home_folder.parent,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as run:  # fmt: skip
        someone = visitor().visits("runs?status=active", "slow")
        someone.page.get_by_role("link", name="slow").first.click()
        someone.page.get_by_text("second 2").first.wait_for()
        first = someone.page.url
        someone.page.on("dialog", lambda dialog: dialog.accept())
        someone.page.get_by_role("button", name="Cancel").click()
        someone.page.get_by_role("button", name="Retry").wait_for()
        run.wait(60)

    someone.page.get_by_role("button", name="Retry").click()
    someone.page.wait_for_function("before => location.href !== before", arg=first)
    someone.page.get_by_text("the run before").wait_for()
    someone.page.get_by_role("button", name="Cancel").click()
    someone.page.get_by_role("button", name="Retry").wait_for()
    assert someone.complaints == []


def test_a_pipeline_runs_from_its_form(visitor):
    """Values are typed in, one that cannot be is told, and Run leads to the run's page, live; the form remembers."""
    someone = visitor().visits("pipelines/carrier_scorecard", "Minimum flights")
    someone.page.get_by_label("Minimum flights").fill("5000")
    someone.page.get_by_label("Rank by").select_option("cancelled")
    someone.page.get_by_label("Minimum flights").press("Enter")

    someone.page.wait_for_url("**/runs/*")
    someone.page.get_by_text("cancelled", exact=True).filter(visible=True).first.wait_for()
    someone.page.get_by_role("button", name="Retry").wait_for()
    someone.sees("carrier_scorecard v")
    someone.visits("pipelines/carrier_scorecard", "Minimum flights")
    assert someone.page.get_by_label("Minimum flights").input_value() == "5000"
    assert someone.complaints == []


@pytest.mark.thorough
@pytest.mark.parametrize(("dark", "phone"), [(False, False), (True, True)])
def test_the_parts_of_a_pipelines_page_are_for_everybody(visitor, dark, phone):
    """Form, lineage, versions and shares pass axe, and nothing sticks out."""
    someone = visitor(dark=dark, phone=phone)
    for tab, text in TABS.items():
        someone.visits(f"pipelines/daily_delays?tab={tab}", text)
        assert (tab, someone.faults(), someone.sticks_out()) == (tab, [], [])
    assert someone.complaints == []


@pytest.mark.thorough
@pytest.mark.parametrize(("dark", "phone"), [(False, False), (True, True)])
def test_the_parts_of_a_runs_page_are_for_everybody(visitor, dark, phone):
    """Outputs, tables, log, comparison and figures are there, pass axe, and nothing sticks out."""
    someone = opens_run(visitor(dark=dark, phone=phone))
    for tab, text in RUN_TABS.items():
        someone.page.get_by_role("navigation", name="Parts of the page").get_by_text(tab.capitalize()).click()
        someone.sees(text)
        assert (tab, someone.faults(), someone.sticks_out()) == (tab, [], [])
    assert someone.complaints == []


@pytest.mark.thorough
def test_a_run_is_done_again_with_other_values(visitor):
    """The form opens with the values of the run, whatever was run since."""
    someone = opens_run(visitor())

    someone.page.get_by_role("link", name="Run again with other values").click()

    someone.sees("Minimum flights")
    assert someone.page.get_by_label("Minimum flights").input_value() != ""
