"""Each role lands where its work is, and what it lands on opens for it."""

from __future__ import annotations

import pytest

from workbench.core.permissions import Role

APPS = "/base/workbench/apps/default"
LANDS = {
    Role.ADMIN: "/base/lab",
    Role.DEVELOPER: "/base/lab",
    Role.DESIGNER: f"{APPS}/pipelines",
    Role.EXECUTOR: f"{APPS}/runs?status=broken&since=7d",
    Role.VIEWER: f"{APPS}/dashboards",
    Role.EXECUTIVE: f"{APPS}/dashboards",
}


@pytest.mark.parametrize("role", Role)
def test_each_role_lands_where_its_work_is(as_somebody, role):
    """The address that people guess leads there; nobody is refused at the door that she is led to."""
    somebody = as_somebody(role)
    led = somebody.get("workbench", follow_redirects=False)

    assert (led.status_code, led.headers["location"]) == (302, LANDS[role])
    assert somebody.get(LANDS[role].removeprefix("/base/")).status_code == 200


def test_what_is_asked_of_the_door_is_asked_of_the_page(as_somebody):
    """A question that comes along is added to the one that the page begins with."""
    led = as_somebody(Role.EXECUTOR).get("workbench?whose=mine", follow_redirects=False)

    assert led.headers["location"] == f"{APPS}/runs?status=broken&since=7d&whose=mine"
