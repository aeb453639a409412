"""Where somebody starts: where she likes, if she may."""

from __future__ import annotations

import pytest

from jupyter_ext.pages import APPS
from jupyter_ext.pages.persons import CODE, STARTS, liked_start, usual_start
from jupyter_ext.pages.registry import registered
from tests.factories.pages import Answers, me
from workbench.core.permissions import Level, Role, level
from workbench.domains.access.schemas import PreferencesView
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec("runs", "Runs", "runs", "m:f", "runs:read", "Work"),
    PageSpec("audit", "Audit", "audit", "m:f", "audit:read", "Workspace"),
    PageSpec("runs/{id}", "Run", "runs", "m:f", "runs:read", "Work"),
)


@pytest.mark.parametrize(
    ("role", "liked", "start"),
    [
        (Role.VIEWER, "runs", "workbench/apps/default/runs"),
        (Role.VIEWER, "audit", None),
        (Role.VIEWER, "lab", None),
        (Role.VIEWER, "runs/{id}", None),
        (Role.VIEWER, "//evil.example", None),
        (Role.VIEWER, None, None),
        (Role.DEVELOPER, "lab", "lab"),
        (Role.ADMIN, "audit", "workbench/apps/default/audit"),
    ],
)
def test_one_starts_where_one_likes_if_one_may(role, liked, start):
    """A page that her role opens, or JupyterLab for who writes code; anything else counts as not said."""
    caller = Answers(me_show=me("default", role=role), preferences_show=PreferencesView(values={"ui.start": liked}))

    assert liked_start(caller, "default", PAGES, APPS) == start


@pytest.mark.parametrize(
    ("roles", "start"),
    [
        ({Role.ADMIN}, "lab"),
        ({Role.DEVELOPER}, "lab"),
        ({Role.DESIGNER}, "pipelines"),
        ({Role.EXECUTOR}, "runs?status=broken&since=7d"),
        ({Role.VIEWER}, "dashboards"),
        ({Role.EXECUTIVE}, "dashboards"),
        ({Role.EXECUTIVE, Role.EXECUTOR}, "runs?status=broken&since=7d"),
        ({Role.VIEWER, Role.DEVELOPER}, "lab"),
        (set(), "home"),
    ],
)
def test_each_role_lands_where_its_work_is(roles, start):
    """Who writes code in JupyterLab, an Executor at what failed, who looks at dashboards there: all may be there."""
    assert usual_start(roles) == start

    page = next((page for page in registered() if page.path == start.partition("?")[0]), None)
    needed = page.permission if page else CODE
    assert not roles or level(needed, roles) is not Level.NONE


def test_every_role_lands_somewhere():
    """No role is forgotten, and each page it lands on is one that is in the navigation."""
    assert list(STARTS) == list(Role)
    pages = {page.path for page in registered() if page.in_navigation}
    assert {start.partition("?")[0] for start in STARTS.values()} - {"lab"} <= pages
