"""Pages of a team's server, which a process of its own draws."""

from __future__ import annotations

import psutil
import pytest

from tests.runner.team import ADMIN, PASSWORD, fill_in

HOME = "workbench/apps/default/home"


def drawing(served):
    """The processes that draw pages for a server."""
    ours = psutil.Process(served.process).children(recursive=True)
    return [process for process in ours if "jupyter_ext.pages.children" in process.cmdline()]


@pytest.mark.thorough
def test_a_page_comes_back_by_itself(served, new_page):
    """When the process that draws it is killed the page says so; once there is another it loads itself."""
    page = new_page()
    page.goto(f"{served.base}/workbench/login?next=%2F{HOME.replace('/', '%2F')}")
    fill_in(page, "Sign in", name=ADMIN, password=PASSWORD)
    page.locator("details.account summary").wait_for()
    page.evaluate("() => { window.before = true; }")

    (killed,) = drawing(served)
    killed.kill()
    page.get_by_text("The page comes back by itself").wait_for()
    page.wait_for_function("() => !window.before")

    page.locator("details.account summary").wait_for()
    assert killed not in drawing(served)
