"""Where somebody starts: where she likes, if she may."""

from __future__ import annotations

import pytest

from jupyter_ext.panels import APPS
from jupyter_ext.persons import liked_start
from tests.factories.pages import Answers, me
from workbench.core.permissions import Role
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
