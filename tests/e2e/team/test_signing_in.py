"""From `workbench init` to the page where somebody's work is, in a browser."""

from __future__ import annotations

import re

import pytest

from tests.runner.team import ADMIN, PASSWORD, fill_in
from tests.runner.visitors import AXE, OVERFLOW, RULES

pytestmark = pytest.mark.timeout(180)
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def test_the_first_admin_signs_in_and_out(served, new_page):
    """A wrong password is told on the form, the right one leads to JupyterLab, and after signing out all is shut."""
    page = new_page()
    page.goto(f"{served.base}/workbench")
    fill_in(page, "Sign in", name=ADMIN, password="wrong")
    page.get_by_role("alert").get_by_text("do not belong together").wait_for()
    fill_in(page, "Sign in", password=PASSWORD)
    page.wait_for_url(re.compile(rf"{served.base}/lab\b"))
    page.locator(".jp-Launcher, .jp-LabShell").first.wait_for()
    page.goto(f"{served.base}/workbench/logout")
    fill_in(page, "Sign out")
    page.wait_for_url(f"{served.base}/workbench/login")
    page.goto(f"{served.base}/lab")

    assert page.url == f"{served.base}/workbench/login?next=%2Flab"


@pytest.mark.thorough
def test_jupyterlab_has_a_way_out(served, new_page):
    """Its File menu signs out, after asking once, and has no entry that would stop the server for all."""
    page = new_page()
    page.goto(f"{served.base}/workbench/login?next=%2Flab")
    fill_in(page, "Sign in", name=ADMIN, password=PASSWORD)
    page.locator(".jp-Launcher").wait_for()
    page.get_by_role("menuitem", name="File").click()
    shown = page.locator(".lm-Menu").inner_text()
    page.get_by_role("menuitem", name="Sign Out").click()
    page.wait_for_url(f"{served.base}/workbench/logout")
    fill_in(page, "Sign out")
    page.wait_for_url(f"{served.base}/workbench/login")

    assert not re.search(r"(?m)^(Shut Down|Log Out)\b", shown)


@pytest.mark.thorough
def test_a_page_has_a_way_out(served, new_page):
    """The menu behind a person's initials leads out of every page."""
    page = new_page()
    page.goto(f"{served.base}/workbench/login?next=%2Fworkbench%2Fapps%2Fdefault%2Fhome")
    fill_in(page, "Sign in", name=ADMIN, password=PASSWORD)
    page.locator("details.account summary").click()
    page.get_by_role("link", name="Sign out").click()
    fill_in(page, "Sign out")
    page.wait_for_url(f"{served.base}/workbench/login")


def test_somebody_invited_arrives_at_her_page(served, new_page):
    """The link of an invitation, a name and a password are enough; a Viewer begins at the dashboards."""
    made = served.workbench("invitations", "create", "--email", "eve@example.org", "--roles", "viewer")
    page = new_page()
    page.goto(served.base + made["link"])
    page.get_by_text("eve@example.org is invited").wait_for()
    fill_in(page, "Accept", display_name="Eve", password="password1")
    page.get_by_role("alert").wait_for()
    fill_in(page, "Accept", password=PASSWORD)
    page.wait_for_url(f"{served.base}/workbench/apps/default/dashboards")


LOOKS = [
    pytest.param({}, id="light"),
    pytest.param({"color_scheme": "dark"}, id="dark", marks=pytest.mark.thorough),
    pytest.param(PHONE, id="phone", marks=pytest.mark.thorough),
]


@pytest.mark.parametrize("look", LOOKS)
def test_the_form_is_for_everybody(served, new_page, look):
    """Nothing that axe finds breaks WCAG 2.1 AA or good practice, also after a mistake, and nothing sticks out."""
    page = new_page(bypass_csp=True, **look)
    page.goto(f"{served.base}/workbench/login")
    fill_in(page, "Sign in", name="nobody@example.org", password="wrong")
    page.get_by_role("alert").wait_for()
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(rules)", RULES)

    assert [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found["violations"]] == []
    assert len(found["passes"]) > 10
    assert page.evaluate(OVERFLOW) == 0
