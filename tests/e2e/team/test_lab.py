"""JupyterLab's sidebar in a team: what each role finds there, and what is said when a session ends."""

from __future__ import annotations

import re
from typing import Any

import nbformat
import pytest

from tests.e2e.lab.conftest import DESK, Scientist
from tests.factories.notebooks import notebook
from tests.runner.team import PASSWORD, Team, fill_in

pytestmark = pytest.mark.timeout(240)
SOURCES = ['import workbench as wb\nwb.write([{"n": n} for n in range(rows)], "counted")', "print(rows)"]


class Colleague(Scientist):
    """Somebody of a team in JupyterLab."""

    def address(self, path: str, query: str) -> str:
        """Where JupyterLab is, for whoever is signed in."""
        return f"{self.server.base}/lab{path}?{query}"


@pytest.fixture
def colleague(served: Team, new_page: Any, record_property: Any) -> Any:
    """Makes people of the team, who are signed in."""

    def make(role: str) -> Colleague:
        page = new_page(viewport=DESK)
        name = f"{role}{len(served.arrived)}@example.org"
        served.arrived.append(name)
        made = served.workbench("invitations", "create", "--email", name, "--roles", role)
        page.goto(served.base + made["link"])
        fill_in(page, "Accept", display_name=role.title(), password=PASSWORD)
        page.wait_for_url(re.compile(r"/lab|/workbench/apps"))
        return Colleague(page, served, record_property)

    return make


@pytest.fixture(scope="module", autouse=True)
def counted(served: Team) -> None:
    """A notebook in a folder of the workspace, and a pipeline."""
    folder = served.files / "default" / "reports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    nbformat.write(notebook(*SOURCES, parameters="rows: int = 3"), folder / "counted.ipynb")
    nbformat.write(notebook("1 + 1", parameters="rows: int = 3"), folder / "plain.ipynb")
    form = notebook('import workbench as wb\nwb.form("plain")', parameters="rows: int = 3")
    nbformat.write(form, folder / "form.ipynb")
    served.workbench("pipelines", "register", str(folder / "plain.ipynb"))


def test_a_developer_runs_and_registers_what_she_has_open(colleague):
    """The server finds a notebook in the workspace's folder, in whose address JupyterLab has that folder's name too."""
    someone = colleague("developer").opens_notebook("default/reports/counted.ipynb")
    someone.page.get_by_role("button", name="Preview the form").click()
    someone.page.locator(".wb-Preview").get_by_role("spinbutton", name="rows").wait_for()
    someone.page.locator('[data-command="workbench:run-notebook"]').click()
    someone.sees("reports/counted.ipynb is in no catalog: it runs once, as it is now.")
    someone.page.get_by_role("button", name="Add it to the catalog").click()
    someone.sees("Runs version 1.")
    someone.page.get_by_role("form").get_by_role("button", name="Run", exact=True).click()

    run = someone.page.get_by_role("article")
    someone.sees("succeeded", run)
    someone.sees("counted @1", run)


@pytest.mark.thorough
def test_a_form_in_a_sandboxed_kernel_writes_the_parameters_cell(colleague):
    """The kernel reaches the server by its door and the notebook by a comm, and both know the same person."""
    someone = colleague("developer").opens_notebook("default/reports/form.ipynb")
    cells = someone.runs_last_cell()
    output = cells.last.locator(".jp-OutputArea-output").first
    output.get_by_role("spinbutton").first.fill("7")
    output.get_by_role("button", name="Write to the parameters cell").click()

    output.get_by_text("The parameters cell has these values now.").wait_for()
    assert cells.first.locator(".cm-content").inner_text() == "rows: int = 7"


@pytest.mark.thorough
def test_an_executor_signs_in_again_and_goes_on(colleague, served):
    """Her window begins with the sidebar; when her session ends it says so once, and a press brings all back."""
    someone = colleague("executor")
    someone.page.goto(someone.address("", "reset"))
    someone.sees("plain", someone.sidebar)
    served.workbench("users", "end-sessions", served.arrived[-1])
    ended = someone.sidebar.get_by_text("Your session has ended.")
    ended.wait_for()
    assert ended.count() == 1
    with someone.page.expect_popup() as opened:
        someone.sidebar.get_by_role("link", name="Sign in").click()
    fill_in(opened.value, "Sign in", name=served.arrived[-1], password=PASSWORD)
    opened.value.wait_for_url(re.compile(r"/workbench/apps"))
    someone.page.bring_to_front()
    if ended.is_visible():  # a browser without a window does not always tell that a tab is seen again
        someone.sidebar.get_by_role("button", name="Try again").click()
    someone.sidebar.get_by_role("button", name="Plain").first.click()
    someone.page.get_by_role("form").get_by_role("button", name="Run", exact=True).click()

    someone.sees(re.compile("queued|starting|running|succeeded"), someone.page.get_by_role("article"))
    assert someone.page.get_by_role("tab", name="File Browser").count() == 0


@pytest.mark.thorough
def test_a_right_that_was_taken_is_told(colleague, served):
    """Whoever may run nothing any more is told which permission that takes and whom to ask, not shown an empty form."""
    someone = colleague("executor")
    someone.page.goto(someone.address("", "reset"))
    someone.sidebar.get_by_role("button", name="Plain").first.click()
    form = someone.page.get_by_role("form")
    form.wait_for()
    name = served.arrived[-1]
    served.workbench("members", "assign-role", name, "executive")
    held = served.workbench("members", "list")["items"]
    (before,) = [one["id"] for one in held if (one["name"], one["role"]) == (name, "executor")]
    served.workbench("members", "take-role", before)
    form.get_by_role("button", name="Run", exact=True).click()

    someone.sees(re.compile("ask an admin", re.IGNORECASE), form)


def test_a_viewer_has_pages_and_no_jupyterlab(colleague, served):
    """She begins at the dashboards, and JupyterLab's address says what it takes and leads back there."""
    someone = colleague("viewer")
    someone.page.goto(someone.address("", "reset"))
    someone.sees("You may not do this.")
    someone.page.get_by_role("link", name="Go to the start").click()

    someone.page.wait_for_url(f"{served.base}/workbench/apps/default/dashboards")
