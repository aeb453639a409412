"""JupyterLab over a copy of the demo's home, and people who work in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runner.demo import Server, demo_server
from tests.runner.visitors import AXE

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
DESK = {"width": 1360, "height": 850}
TAB = '.jp-SideBar [data-id="workbench-sidebar"]'
# What JupyterLab itself says, whatever is installed.
ITS_OWN = re.compile(r"@jupyter/ydoc|jupyterlab-news|Failed to fetch|net::ERR|status of 40[134]")
# Kernels that are shut down while a page still listens are Jupyter's own affair.
FAULT = re.compile(r"\[E (?!.*/api/kernels/)|\"level\": \"ERROR\"|File \".*/(workbench|jupyter_ext)/(?!cli)")


@pytest.fixture(scope="session")
def server(demo_home: Path, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab with the sidebar; at its end its log must be clean."""
    folder = tmp_path_factory.mktemp("lab") / ".demo"
    shutil.copytree(demo_home, folder, ignore=shutil.ignore_patterns("*.lock", "port"))
    with demo_server(folder, folder.parent / "server.log") as started:
        yield started
    assert [line for line in started.log.read_text().splitlines() if FAULT.search(line)] == []


@pytest.fixture(scope="session")
def folder(server: Server) -> Path:
    """Where the server's notebooks lie."""
    return server.log.parent / ".demo" / "notebooks"


class Scientist:
    """Somebody in JupyterLab, with the sidebar open; notes what the browser complains of."""

    def __init__(self, page: Any, server: Server, note_figure: Any) -> None:
        self.page, self.server, self._note_figure = page, server, note_figure
        self.complaints: list[str] = []
        page.on("console", lambda message: message.type == "error" and self._note(message.text))
        page.on("pageerror", lambda error: self._note(str(error)))

    def _note(self, text: str) -> None:
        if not ITS_OWN.search(text):
            self.complaints.append(text)

    def opens(self, query: str = "reset", path: str = "") -> Scientist:
        """Open JupyterLab, and in it the sidebar with its lists."""
        self.enters(query, path).opens_sidebar()
        self.sidebar.get_by_role("searchbox").wait_for()
        return self

    def enters(self, query: str = "reset", path: str = "") -> Scientist:
        """Open JupyterLab."""
        self.page.goto(self.address(path, query))
        self.page.locator(TAB).first.wait_for()
        self.page.locator("#jp-main-dock-panel .lm-TabBar-tab").first.wait_for()
        self.page.wait_for_timeout(500)  # the layout of before comes back after the tabs
        return self

    def address(self, path: str, query: str) -> str:
        """Where JupyterLab is, for her."""
        token = self.server.signed_in.rpartition("token=")[2]
        return f"{self.server.url}/lab{path}?token={token}&{query}"

    def opens_sidebar(self) -> None:
        """Open the sidebar, whatever it shows, unless it is open."""
        if not self.sidebar.is_visible():
            self.page.locator(TAB).first.click()

    def opens_notebook(self, path: str) -> Scientist:
        """Open JupyterLab with a notebook, and wait until its cells are there."""
        self.opens(path=f"/tree/{path}")
        self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").first.wait_for()
        return self

    def runs_last_cell(self) -> Any:
        """Run the last cell of the notebook that is open, when its kernel is there; the notebook's cells."""
        self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').first.wait_for()
        cells = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell")
        cells.last.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        return cells

    def commands(self, label: str) -> None:
        """Carry out a command, by the palette."""
        self.page.locator("body").press("Control+Shift+C")
        search = self.page.locator("#modal-command-palette input, #command-palette input").first
        search.fill(label)
        self.page.locator(".lm-CommandPalette-item:visible", has_text=label).first.click()

    def narrows(self, width: int) -> None:
        """Make the sidebar so many pixels wide, as one does with the mouse."""
        at = self.sidebar.bounding_box()
        edge, middle = at["x"] + at["width"] + 1, at["y"] + at["height"] / 2
        self.page.mouse.move(edge, middle)
        self.page.mouse.down()
        self.page.mouse.move(edge + width - at["width"], middle, steps=5)
        self.page.mouse.up()
        self.page.wait_for_function(f"document.querySelector('#workbench-sidebar').clientWidth == {width}")

    def breaches(self, place: str) -> list[Any]:
        """What axe finds in a place that breaks WCAG 2.1 A and AA."""
        self.page.evaluate(AXE)
        call = "([place, tags]) => axe.run(place, {runOnly: tags})"
        found = self.page.evaluate(call, [place, TAGS])
        assert len(found["passes"]) > 5
        return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found["violations"]]

    def record(self, name: str, seconds: float) -> None:
        """Put a figure into the report of the tests."""
        self._note_figure(name, round(seconds, 2))

    @property
    def sidebar(self) -> Any:
        """The sidebar."""
        return self.page.locator("#workbench-sidebar")

    def sees(self, text: str | re.Pattern[str], where: Any = None) -> None:
        """Wait until a text is visible."""
        (where or self.page).get_by_text(text).filter(visible=True).first.wait_for()


@pytest.fixture
def scientist(new_page: Any, server: Server, record_property: Any) -> Any:
    """Makes people who work in JupyterLab."""

    def make(**options: Any) -> Scientist:
        return Scientist(new_page(**({"viewport": DESK} | options)), server, record_property)

    return make
