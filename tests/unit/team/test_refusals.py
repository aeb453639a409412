"""Whoever is refused a page is shown a way that is open to her."""

from __future__ import annotations

import pytest

from jupyter_ext.pages.persons import way_out
from workbench.core.permissions import PERMISSIONS, Level, Role, level
from workbench.ui.visit import Person


def person(role: Role) -> Person:
    """Somebody of a role in one workspace."""
    held = {name: level(name, [role]).value for name in PERMISSIONS if level(name, [role]) is not Level.NONE}
    return Person("ada", [role], held, ["default"])


@pytest.mark.parametrize(
    ("who", "leads"),
    [
        (person(Role.DEVELOPER), "/base/lab"),
        (person(Role.EXECUTOR), "/base/lab"),
        (person(Role.VIEWER), "/base/workbench"),
        (person(Role.EXECUTIVE), "/base/workbench"),
        (None, "/base/workbench"),
    ],
    ids=["developer", "executor", "viewer", "executive", "somebody unknown"],
)
def test_jupyterlab_is_offered_to_who_may_open_it(who, leads):
    """Everybody else is led to where she begins."""
    assert way_out(who, "/base/", "workbench").href == leads
