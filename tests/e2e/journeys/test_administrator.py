"""An administrator invites somebody, gives and takes what she may do, keeps her out, and reads who did what."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(300)
IVO = "ivo@example.org"


def test_an_administrator_manages_people(admin, member):
    """By the page of members alone; what is given and taken counts at once for whom it is about."""
    page = admin.visits("members", "Invite").page
    page.get_by_label("Mail address").fill(IVO)
    page.get_by_label("Viewer", exact=True).check()
    admin.presses("Invite")
    admin.sees("Hand each link on yourself")
    link = page.locator(".link code").inner_text()
    ivo = member().accepts(link, "Ivo")
    ivo.visits("dashboards", "Dashboards")
    assert ivo.page.get_by_role("link", name="Templates", exact=True).count() == 0

    admin.visits("members?tab=groups", "New group").page.get_by_label("Name", exact=True).fill("makers")
    admin.presses("Make it")
    admin.sees("The group is made.")
    page.get_by_label("Role to add to makers").select_option("designer")
    admin.presses("Add the role to makers")
    admin.sees("The group has the role.")
    page.get_by_label("Person to add to makers").select_option(IVO)  # stays, also when the page is drawn anew
    admin.presses("Add the person to makers")
    admin.sees("They are in the group.")
    ivo.visits("dashboards", "Dashboards").presses("Templates", "link")
    ivo.sees("Ingest files")

    page.once("dialog", lambda asked: asked.accept())
    admin.visits("members", IVO)
    ivos = page.get_by_role("row").filter(has_text=IVO)
    ivos.get_by_role("button", name="Disable").click()
    admin.sees("They are kept out from now on.")
    ivo.page.goto(f"{ivo.pages}/runs")
    ivo.page.wait_for_url("**/workbench/login?**")

    admin.visits("audit?operation=users.*", "users.disable")
    expect(page.get_by_role("row").filter(has_text="users.disable").first).to_contain_text(IVO)
    assert admin.complaints == []
