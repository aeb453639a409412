"""Who visits pages, and how she would like them to be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.core.caller import Caller
from workbench.core.context import ROLE_MARK
from workbench.core.permissions import Role
from workbench.ui.languages import tr
from workbench.ui.likings import LAB, OPENS_LAB, PREFIX, Likings
from workbench.ui.pages import PageSpec
from workbench.ui.parts import Way
from workbench.ui.visit import Person

CODE = "kernels:use"  # of who starts in JupyterLab if she likes
# Where the work of a role is; somebody of several starts where the first of them does.
STARTS: Mapping[Role, str] = {
    Role.ADMIN: LAB,
    Role.DEVELOPER: LAB,
    Role.DESIGNER: "pipelines",
    Role.EXECUTOR: "runs?status=broken&since=7d",
    Role.VIEWER: "dashboards",
    Role.EXECUTIVE: "dashboards",
}


def who_is(caller: Caller, workspace: str, name: str) -> Person:
    """Who calls in a workspace, and how she would like pages to be; `name` is how Jupyter calls her."""
    person = person_of(caller.call("me.show"), workspace, name)
    if not person.may("preferences:own"):
        return person
    return replace(person, likings=Likings.of(caller.call("preferences.show", prefix=PREFIX).values))


def liked_start(caller: Caller, workspace: str, pages: Sequence[PageSpec], apps: str) -> str | None:
    """Where the caller would like to start, as a path below the base URL; None where she did not say or may not.

    `apps` is where pages are.

    Raises:
        WorkbenchError: she has no part in the workspace.
    """
    person = who_is(caller, workspace, "")
    start = person.likings.start
    if start == LAB and person.may(CODE):
        return LAB
    open_ = any(page.path == start and page.in_navigation and person.may(page.permission) for page in pages)
    return f"{apps}/{workspace}/{start}" if open_ else None


def usual_start(roles: Collection[Role]) -> str:
    """Where somebody of some roles starts who did not say: JupyterLab, or a page of the workspace."""
    return next((start for role, start in STARTS.items() if role in roles), "home")


def way_out(person: Person | None, home: str, entry: str) -> Way:
    """Where to go from a page that was refused: JupyterLab for who may open it, else where she begins.

    `person` is None where it is not known who she is in the workspace; `home` is the server's base URL, and `entry` the
    path below it that leads each person to her start.
    """
    if person is not None and person.may(OPENS_LAB):
        return Way(tr("Open JupyterLab"), href=home + LAB)
    return Way(tr("Where you begin"), href=home + entry)


def person_of(me: Any, workspace: str, name: str) -> Person:
    """Who somebody is in a workspace, from what `me.show` answers; `name` is how Jupyter calls her."""
    place, _, role = workspace.partition(ROLE_MARK)
    part = next((part for part in me.workspaces if part.name == place), None)
    shown = role.capitalize() or me.display_name or me.name or name
    return Person(
        name=shown,
        address=me.name if me.name and me.name != shown else "",
        roles=[str(role) for role in part.roles] if part else [],
        permissions=dict(part.permissions) if part else {},
        workspaces=[part.name for part in me.workspaces],
        timezone=part.timezone if part else "UTC",
    )
