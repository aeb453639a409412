"""The sidebar in JupyterLab."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

# What is wider than the sidebar's 240 pixels.
STICKS_OUT = """() => [...document.querySelectorAll('#workbench-sidebar *')]
  .filter(each => each.getBoundingClientRect().width > 241).map(each => each.outerHTML.slice(0, 200))"""


def test_it_shows_what_the_demo_made(scientist):
    """Pipelines and runs of the demo are listed, and neither browser nor server complains."""
    someone = scientist().opens()

    for text in ("daily_delays", "Carrier scorecard", re.compile("succeeded")):
        someone.sees(text, someone.sidebar)
    assert someone.complaints == []


@pytest.mark.thorough
def test_a_run_from_a_shell_appears_by_itself(scientist, server):
    """A run that somebody starts elsewhere appears in the list while it runs, and ends there."""
    someone = scientist().opens()
    home = server.log.parent / ".demo"
    command = [sys.executable, "-m", "workbench.cli", "--home", str(home), "run", "daily_delays"]
    with subprocess.Popen(
        command, env=os.environ | {"WORKBENCH_HOME": str(home)}, cwd=home.parent,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as run:  # fmt: skip
        someone.sees(re.compile("starting|running|writing its tables"), someone.sidebar)
        assert run.wait(100) == 0

    someone.sidebar.get_by_text(re.compile("starting|running|writing")).first.wait_for(state="detached")


@pytest.mark.thorough
def test_it_is_as_it_was_after_a_reload(scientist):
    """What was searched for and which sections are open is there again when the page is loaded anew."""
    someone = scientist().opens()
    someone.sidebar.get_by_role("searchbox").fill("carrier")
    someone.sidebar.get_by_role("button", name="Runs").click()
    someone.page.wait_for_timeout(1500)  # it is kept half a second after the last change
    someone.opens(query="")

    assert someone.sidebar.get_by_role("searchbox").input_value() == "carrier"
    assert someone.sidebar.get_by_role("button", name="Runs").get_attribute("aria-expanded") == "false"
    someone.sees("carrier_scorecard", someone.sidebar)
    assert not someone.sidebar.get_by_text("daily_delays").is_visible()


@pytest.mark.thorough
@pytest.mark.parametrize("dark", [False, True])
def test_it_is_for_everybody(scientist, dark):
    """Nothing in it breaks WCAG 2.1 A and AA, in a light theme or a dark one, at 240 pixels."""
    someone = scientist().opens()
    if dark:
        themes(someone, "JupyterLab Dark")
    someone.narrows(240)
    for section in ("Tables", "Connectors", "Dashboards"):
        someone.sidebar.get_by_role("button", name=section).click()
    someone.sees("flights_files", someone.sidebar)

    assert someone.breaches("#workbench-sidebar") == []
    assert someone.page.evaluate(STICKS_OUT) == []


@pytest.mark.thorough
def test_it_reads_from_the_right_where_jupyterlab_does(scientist):
    """Acts stand at the other end of a row, and nothing sticks out at 240 pixels."""
    someone = scientist().opens()
    someone.narrows(240)
    row = someone.sidebar.get_by_role("listitem").filter(has_text="daily_delays").first
    star = row.get_by_role("button", name=re.compile("Star"))
    row.hover()
    assert star.bounding_box()["x"] > row.bounding_box()["x"] + 120
    someone.page.evaluate("document.documentElement.dir = 'rtl'")

    assert someone.page.evaluate(STICKS_OUT) == []
    row.hover()
    assert star.bounding_box()["x"] < row.bounding_box()["x"] + 120


@pytest.mark.thorough
def test_the_launcher_has_three_cards_of_ours_at_most(scientist):
    """They stand together, and one opens the page where one begins."""
    someone = scientist().enters()
    ours = someone.page.locator(".jp-Launcher-section").filter(has=someone.page.get_by_text("Workbench", exact=True))
    ours.locator(".jp-LauncherCard").first.wait_for()
    assert 1 <= ours.locator(".jp-LauncherCard").count() <= 3

    ours.locator(".jp-LauncherCard").first.click()
    someone.sees("Rows in the store", someone.page.frame_locator("iframe"))


def test_a_dashboard_opens_without_a_second_menu_and_as_dark_as_jupyterlab(scientist):
    """It follows JupyterLab's theme, and so do the pages that it leads to, which stay in the tab."""
    someone = scientist().opens()
    themes(someone, "JupyterLab Dark")
    someone.sidebar.get_by_role("button", name="Dashboards").click()
    someone.sidebar.get_by_text("On time from New York").click()
    frame = someone.page.frame_locator("iframe")
    frame.get_by_text("336,776").first.wait_for()
    dark = "node => node.ownerDocument.documentElement.classList.contains('wb-dark')"

    assert frame.locator("body").evaluate(dark)
    assert not frame.get_by_role("link", name="Monitoring").is_visible()
    frame.get_by_role("link", name="Edit").click()
    frame.get_by_role("button", name="Save version").wait_for()
    assert frame.locator("body").evaluate(dark)
    assert not frame.get_by_role("link", name="Monitoring").is_visible()
    themes(someone, "JupyterLab Light")
    assert not frame.locator("body").evaluate(dark)
    assert someone.complaints == []


def themes(someone, name):
    """Choose a theme of JupyterLab."""
    someone.page.get_by_role("menuitem", name="Settings").click()
    someone.page.get_by_text("Theme", exact=True).click()
    someone.page.get_by_text(name, exact=True).click()
    someone.page.wait_for_timeout(1500)
