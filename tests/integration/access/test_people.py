"""A home knows whose it is, and people know where they have a part."""

from __future__ import annotations

import getpass
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from tests.factories.people import caller_of, principal
from workbench.core.context import ANONYMOUS
from workbench.core.errors import AlreadyExists, Invalid, NotAuthenticated, NotFound, NotPermitted
from workbench.core.permissions import PERMISSIONS, Level, Role
from workbench.domains.access import service
from workbench.domains.access.models import Member, User, Workspace

pytestmark = pytest.mark.usefixtures("any_database")


def counts(workbench) -> tuple[int, ...]:
    """How many workspaces, users and members there are."""
    with workbench.read() as db:
        return tuple(db.scalar(select(func.count()).select_from(model)) for model in (Workspace, User, Member))


def test_a_new_home_has_one_workspace_and_one_person_who_is_its_admin(workbench, workspace):
    """Nothing need be configured: the operating system's user is Admin of `default` and of the installation."""
    with workbench.read() as db:
        who = service.os_principal(db)

    assert counts(workbench) == (1, 1, 1)
    assert (who.kind, who.name, who.system_admin) == ("os", f"user:{getpass.getuser()}", True)
    assert dict(who.roles) == {workspace.id: frozenset({Role.ADMIN})}
    assert workspace.name == "default"


def test_jupyters_user_is_the_same_person_by_the_same_name(workbench):
    """Who signed in to the personal server is whose home it is; lists call her the same whichever way she came."""
    with workbench.read() as db:
        by_system, by_jupyter = service.os_principal(db), service.jupyter_principal(db)

    assert by_jupyter.user_id == by_system.user_id
    assert dict(by_jupyter.roles) == dict(by_system.roles)
    assert (by_jupyter.kind, by_jupyter.name) == ("jupyter", by_system.name)


def test_preparing_a_home_again_and_at_once_changes_nothing(workbench):
    """Several processes that open a new home at the same time make one workspace and one person."""

    def prepare(_: int) -> None:
        with workbench.unit_of_work() as db:
            service.ensure_default(db)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(prepare, range(12)))

    assert counts(workbench) == (1, 1, 1)


def test_preparing_an_empty_database_at_once_makes_one_of_each(workbench):
    """Also where nothing is there yet, those who come second find what the first made."""
    with workbench.unit_of_work() as db:
        for model in (Member, User, Workspace):
            for row in db.scalars(select(model)):
                db.delete(row)
            db.flush()

    def prepare(_: int) -> None:
        with workbench.unit_of_work() as db:
            service.ensure_default(db)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(prepare, range(6)))

    assert counts(workbench) == (1, 1, 1)


def test_me_tells_who_one_is_and_what_one_may_do(workbench, caller, workspace):
    """`me.show` names the person, her workspaces and roles, and how far each permission reaches there."""
    me = caller.call("me.show")

    (part,) = me.workspaces
    assert (me.kind, me.principal, me.system_admin, me.scopes) == ("os", f"user:{getpass.getuser()}", True, None)
    assert (part.id, part.name, part.roles) == (workspace.id, "default", [Role.ADMIN])
    assert part.permissions.keys() == PERMISSIONS.keys()

    viewer = caller_of(workbench, principal(workspace.id, Role.VIEWER)).call("me.show")

    reach = viewer.workspaces[0].permissions
    assert (reach["runs:start"], reach["tables:read"]) == ("S", "S")
    assert {name for name in reach if not PERMISSIONS[name].own} == {
        name for name, row in PERMISSIONS.items() if not row.own and row.levels[Role.VIEWER] is not Level.NONE
    }


def test_a_workspace_is_created_with_its_first_admin(workbench, caller):
    """Whoever creates a workspace is its Admin from her next call on and finds it in her list."""
    made = caller.call("workspaces.create", name="finance", timezone="Europe/Vienna")

    assert (made.title, made.timezone) == ("finance", "Europe/Vienna")
    assert caller.call("workspaces.show", id="finance") == made == caller.call("workspaces.show", id=str(made.id))
    assert [one.name for one in caller.call("workspaces.list", sort="name").items] == ["default", "finance"]
    with workbench.read() as db:
        anew = caller_of(workbench, service.os_principal(db))
    parts = {part.name: part.roles for part in anew.call("me.show").workspaces}
    assert parts == {"default": [Role.ADMIN], "finance": [Role.ADMIN]}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "default"}, AlreadyExists),
        ({"name": "Not A Name"}, Invalid),
        ({"name": "x", "timezone": "Mars/Olympus"}, Invalid),
        ({"name": "x", "timezone": "../../etc/passwd"}, Invalid),
        ({"name": "x", "timezone": "Europe"}, Invalid),
        ({"name": "x", "timezone": ""}, Invalid),
        ({"name": "x", "quota_bytes": 1}, Invalid),
    ],
)
def test_a_workspace_that_cannot_be_is_refused_and_nothing_is_made(workbench, caller, fields, error):
    """A taken name, a time zone nobody knows and an unknown field are refused with the mend."""
    with pytest.raises(error) as caught:
        caller.call("workspaces.create", **fields)

    assert caught.value.fix
    assert counts(workbench)[0] == 1


def test_people_see_only_the_workspaces_they_have_a_part_in(workbench, caller, workspace):
    """To somebody else a workspace looks as if it did not exist, by name, by id and in lists."""
    foreign = caller.call("workspaces.create", name="foreign")
    outsider = caller_of(workbench, principal(workspace.id, Role.ADMIN))

    assert [one.name for one in outsider.call("workspaces.list").items] == ["default"]
    answers = []
    for key in ("foreign", str(foreign.id), "nonexistent"):
        with pytest.raises(NotFound) as caught:
            outsider.call("workspaces.show", id=key)
        with pytest.raises(NotFound) as entering:
            caller_of(workbench, principal(workspace.id, Role.ADMIN), workspace=key).call("members.list")
        assert caught.value.problem() == entering.value.problem()
        answers.append(str(caught.value).replace(key, "KEY"))
    assert len(set(answers)) == 1


def test_whoever_is_not_signed_in_learns_of_no_workspace(workbench):
    """The answer to nobody is the same for a workspace that is there and for one that is not."""
    answers = set()
    for name in ("default", "nonexistent"):
        with pytest.raises(NotAuthenticated) as caught:
            caller_of(workbench, ANONYMOUS, workspace=name).call("members.list")
        answers.add(str(caught.value))
    assert len(answers) == 1


def test_members_and_users_are_listed_to_those_who_may_know(workbench, caller, workspace):
    """Members show person and role to those with members:read, users only to the installation's administrator."""
    (member,) = caller.call("members.list").items
    (user,) = caller.call("users.list").items

    assert (member.user_id, member.name, member.role) == (user.id, user.name, Role.ADMIN)
    assert caller.call("members.list", q="nobody-like-this").items == []
    with pytest.raises(NotPermitted):
        caller_of(workbench, principal(workspace.id, Role.ADMIN)).call("users.list")
    with pytest.raises(NotPermitted):
        caller_of(workbench, principal(workspace.id, Role.VIEWER)).call("members.list")
