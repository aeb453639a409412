"""What the sidebar does for the notebook that is open, and the file browser's menu."""

from __future__ import annotations

import nbformat
import pytest

from tests.factories.notebooks import notebook

NAMES = {"plain": "plain.ipynb", "menu": "from_the_menu.ipynb"}


@pytest.fixture(scope="module", autouse=True)
def notebooks(folder):
    """Notebooks that nobody registered."""
    for name in NAMES.values():
        nbformat.write(notebook("1 + 1", parameters="month: int = 1"), folder / name)


def test_a_read_is_inserted_into_the_current_cell(scientist):
    """A table's read and a connector's land where the cursor is, and the import comes with the first alone."""
    someone = scientist().opens_notebook(NAMES["plain"])
    cell = someone.page.locator(".jp-NotebookPanel .jp-Cell").last
    cell.locator(".cm-content").click()
    someone.page.keyboard.press("Control+a")
    someone.page.keyboard.press("Delete")
    for section in ("Pipelines", "Runs", "Tables", "Connectors"):  # two close, so that all of two others is drawn
        someone.sidebar.get_by_role("button", name=section, exact=True).click()
    someone.sidebar.get_by_text("daily_delays", exact=True).hover()
    someone.sidebar.get_by_role("button", name="Insert read of daily_delays").click()
    someone.sidebar.get_by_text("flights_files", exact=True).click()
    offered = someone.sidebar.get_by_role("list", name="flights_files")
    offered.get_by_role("button", name="Insert read of flights").click()

    code = cell.locator(".cm-content").inner_text().split("\n")
    assert [line for line in code if line.strip()] == [
        "import workbench as wb",
        'daily_delays = wb.read("daily_delays").to_pandas()',
        'flights = wb.read("flights_files.flights").to_pandas()',
    ]


@pytest.mark.thorough
def test_the_file_browser_runs_and_registers(scientist):
    """A notebook's context menu starts it as it is, and adds it to the catalog, where the sidebar shows it."""
    someone = scientist().opens()
    someone.page.locator('.jp-SideBar [data-id="filebrowser"]').first.click()
    file = someone.page.locator(".jp-DirListing-item", has_text=NAMES["menu"])
    file.click(button="right")
    someone.page.get_by_role("menuitem", name="Run as Pipeline…").click()
    someone.sees(f"{NAMES['menu']} is in no catalog: it runs once, as it is now.")

    file.click(button="right")
    someone.page.get_by_role("menuitem", name="Add to Catalog…").click()
    someone.sees(f"{NAMES['menu']} is in the catalog as version 1 of from_the_menu.")
    someone.opens_sidebar()
    someone.sees("from_the_menu", someone.sidebar)


@pytest.mark.thorough
def test_the_keyboard_alone_runs_a_pipeline(scientist):
    """Shortcut, search, arrow keys and Enter lead to the form, and Enter there starts the run."""
    someone = scientist().enters()
    someone.page.locator("body").press("Alt+Shift+W")
    someone.sidebar.get_by_role("searchbox").focus()
    someone.page.keyboard.type("scorecard")
    someone.sidebar.get_by_text("daily_delays").first.wait_for(state="detached")
    someone.sees("carrier_scorecard", someone.sidebar)
    for _ in range(12):
        someone.page.keyboard.press("Tab")
        if someone.page.evaluate("document.activeElement.matches('.wb-Row-open')"):
            break
    someone.page.keyboard.press("Enter")
    form = someone.page.get_by_role("form")
    form.wait_for()
    someone.page.wait_for_timeout(300)
    form.get_by_role("spinbutton").first.focus()
    someone.page.keyboard.press("Enter")

    someone.page.get_by_role("article").wait_for()
