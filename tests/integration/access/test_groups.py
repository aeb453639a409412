"""People in a group have its roles and what is shared with it, and no change to a group costs the last admin."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import team
from tests.factories.people import principal
from workbench.core.clock import now
from workbench.core.errors import AlreadyExists, Conflict, Invalid, NotFound, NotPermitted
from workbench.core.permissions import Role
from workbench.domains.access import service
from workbench.domains.access.models import GroupMember, GroupRole, Share, User
from workbench.domains.pipelines.models import Pipeline
from workbench.home import local_caller

ADA = "ada@example.org"


@pytest.fixture
def caller_of(workbench):
    """Makes people, and callers who are found anew at each call."""

    def make(name: str, *roles: Role):
        user = team.person(workbench, name, *roles)
        return local_caller(
            workbench, principal=lambda db: service.principal_of(db, db.get_one(User, user), "user", name)
        )

    return make


@pytest.fixture
def admins(caller):
    """A group whose people are admins."""
    caller.call("groups.create", name="admins")
    return caller.call("groups.assign_role", id="admins", role="admin")


def part(caller) -> set[str]:
    """The roles that somebody has in `default`; none where she has no part in it."""
    try:
        roles = caller.context().principal.roles
    except NotFound:
        return set()
    return {role.value for held in roles.values() for role in held}


def take_from_owner(caller) -> None:
    """Take the role of Admin from the home's owner, so that whoever else has it is the last."""
    (row,) = [row for row in caller.call("members.list").items if not row.name.endswith("@example.org")]
    caller.call("members.remove", user=row.name)


@pytest.mark.usefixtures("any_database")
def test_a_groups_roles_count_at_the_next_call_and_no_longer_than_it_has_them(caller, caller_of):
    """A Viewer in a group of Developers is both; out of the group, or once it lost the role, a Viewer again."""
    ada = caller_of(ADA, Role.VIEWER)
    made = caller.call("groups.create", name="makers")
    assert (made.roles, made.size) == ([], 0)
    caller.call("groups.assign_role", id="makers", role="developer")
    assert part(ada) == {"viewer"}

    added = caller.call("groups.add_member", id="makers", user="ADA@example.org")
    assert (added.roles, added.size) == ([Role.DEVELOPER], 1)
    assert part(ada) == {"viewer", "developer"}
    assert ada.context().may("notebooks:edit")
    caller.call("groups.take_role", id=str(made.id), role="developer")
    assert part(ada) == {"viewer"}

    caller.call("groups.assign_role", id="makers", role="designer")
    caller.call("groups.assign_role", id="makers", role="viewer")
    assert caller.call("groups.remove_member", id="makers", user=ADA).size == 0
    assert part(ada) == {"viewer"}


@pytest.mark.usefixtures("any_database")
def test_a_token_has_the_roles_of_its_users_groups(workbench, caller, caller_of):
    """Programs act as their person does: what a group gives, her token has, in the token's workspace alone."""
    ada = caller_of(ADA, Role.VIEWER)
    with workbench.unit_of_work() as db:
        text = service.mint(db, ada.context().principal, ada.context().workspace_id, "t", None, timedelta(days=1)).text
    caller.call("groups.create", name="makers")
    caller.call("groups.assign_role", id="makers", role="developer")
    caller.call("groups.add_member", id="makers", user=ADA)

    with workbench.read() as db:
        assert set(service.token_principal(db, text).roles.values()) == {frozenset({Role.VIEWER, Role.DEVELOPER})}


def test_what_is_there_already_is_given_once(workbench, caller, caller_of):
    """Adding somebody, or a role, again changes nothing and is no error."""
    caller_of(ADA, Role.VIEWER)
    caller.call("groups.create", name="makers")
    for _ in range(2):
        caller.call("groups.assign_role", id="makers", role="developer")
        caller.call("groups.add_member", id="makers", user=ADA)

    (listed,) = caller.call("groups.list").items
    shown = caller.call("groups.show", id="makers")
    assert (listed.roles, listed.size) == ([Role.DEVELOPER], 1)
    assert [(one.name, one.display_name) for one in shown.members] == [(ADA, "Ada")]


def test_the_list_of_members_tells_their_groups(workbench, caller, caller_of):
    """Every row of a member names the groups of that workspace that she is in, for each role of hers."""
    caller_of(ADA, Role.VIEWER, Role.DESIGNER)
    caller_of("grace@example.org", Role.VIEWER)
    for name in ("makers", "lookers", "others"):
        caller.call("groups.create", name=name)
    for name in ("makers", "lookers"):
        caller.call("groups.add_member", id=name, user=ADA)

    rows = [(row.name, row.groups) for row in caller.call("members.list", sort="role").items]

    assert [groups for name, groups in rows if name == ADA] == [["lookers", "makers"]] * 2
    assert [groups for name, groups in rows if name != ADA] == [[]] * 2


@pytest.mark.usefixtures("any_database")
def test_a_share_with_a_group_is_everybodys_in_it(workbench, workspace, caller, caller_of):
    """Who comes into the group finds the object, who leaves does not; with the group the share goes too."""
    ada = caller_of(ADA, Role.VIEWER)
    with workbench.unit_of_work() as db:
        db.add(Pipeline(workspace_id=workspace.id, name="delays", updated_at=now()))
    group = caller.call("groups.create", name="readers")
    share = caller.call("shares.grant", object_type="pipeline", object="delays", right="view", group="readers")
    assert (share.group_id, share.user_id, share.role) == (group.id, None, None)
    with pytest.raises(AlreadyExists):
        caller.call("shares.grant", object_type="pipeline", object="delays", right="run", group="readers")

    seen = []
    for change in ("add_member", "remove_member", "add_member"):
        caller.call(f"groups.{change}", id="readers", user=ADA)
        seen.append([row.name for row in ada.call("pipelines.list").items])
    caller.call("groups.delete", id="readers")
    seen.append([row.name for row in ada.call("pipelines.list").items])

    assert seen == [["delays"], [], ["delays"], []]
    with workbench.read() as db:
        assert [db.scalar(select(func.count(model.id))) for model in (Share, GroupMember, GroupRole)] == [0, 0, 0]


@pytest.mark.parametrize(
    "audience", [{"group": "nobody"}, {"group": "readers", "role": "viewer"}, {"group": "readers", "user": ADA}]
)
def test_a_share_with_a_group_that_makes_no_sense_is_refused(workbench, workspace, caller, audience):
    """An unknown group, and a group besides another audience, are told."""
    with workbench.unit_of_work() as db:
        db.add(Pipeline(workspace_id=workspace.id, name="delays", updated_at=now()))
    caller.call("groups.create", name="readers")

    with pytest.raises(NotFound if audience == {"group": "nobody"} else Invalid):
        caller.call("shares.grant", object_type="pipeline", object="delays", right="view", **audience)


def test_names_are_unique_in_a_workspace_and_nowhere_else(workbench, caller):
    """A taken name is refused for a new group and for another; elsewhere it is free."""
    caller.call("groups.create", name="makers")
    caller.call("groups.create", name="readers")

    with pytest.raises(AlreadyExists):
        caller.call("groups.create", name="makers")
    with pytest.raises(AlreadyExists):
        caller.call("groups.rename", id="readers", name="makers")
    assert caller.call("groups.rename", id="readers", name="lookers").etag == 2
    with pytest.raises(Invalid):
        caller.call("groups.create", name="No Name")

    caller.call("workspaces.create", name="other")
    other = local_caller(workbench, "other", principal=service.os_principal)
    other.call("groups.create", name="makers")
    assert [row.name for row in other.call("groups.list").items] == ["makers"]
    with pytest.raises(NotFound):
        other.call("groups.show", id="lookers")


def test_only_members_are_in_groups(workbench, caller, caller_of):
    """Who belongs elsewhere alone is unknown; who leaves the workspace leaves its groups, also if she comes back."""
    ada = caller_of(ADA, Role.VIEWER)
    team.workspace(workbench, "other")
    team.person(workbench, "stranger@example.org", Role.VIEWER, workspace="other")
    caller.call("groups.create", name="makers")
    caller.call("groups.assign_role", id="makers", role="developer")
    with pytest.raises(NotFound) as refused:
        caller.call("groups.add_member", id="makers", user="stranger@example.org")
    assert refused.value.code == "member_not_found"
    with pytest.raises(NotFound) as refused:
        caller.call("groups.remove_member", id="makers", user=ADA)
    assert refused.value.code == "not_in_group"

    caller.call("groups.add_member", id="makers", user=ADA)
    assert part(ada) == {"viewer", "developer"}
    (row,) = [row for row in caller.call("members.list").items if row.name == ADA]
    caller.call("members.remove", user=ADA)
    assert part(ada) == set()
    team.set_roles(workbench, row.user_id, Role.VIEWER)
    assert part(ada) == {"viewer"}


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("groups.take_role", {"id": "admins", "role": "admin"}),
        ("groups.remove_member", {"id": "admins", "user": ADA}),
        ("groups.delete", {"id": "admins"}),
        ("members.remove", {"user": ADA}),
        ("users.disable", {"id": ADA}),
    ],
)
@pytest.mark.usefixtures("any_database", "admins")
def test_the_last_admin_by_a_group_stays(caller, caller_of, operation, fields):
    """Whatever would take her role is refused, names the workspace, and leaves everything as it was."""
    ada = caller_of(ADA, Role.VIEWER)
    caller.call("groups.add_member", id="admins", user=ADA)
    by_system = local_caller(caller.workbench, principal=service.os_principal)
    take_from_owner(by_system)

    with pytest.raises(Conflict, match="default") as refused:
        (by_system if operation == "users.disable" else ada).call(operation, **fields)

    assert refused.value.code == "last_admin"
    assert part(ada) == {"viewer", "admin"}
    assert [one.name for one in ada.call("groups.show", id="admins").members] == [ADA]


@pytest.mark.usefixtures("admins")
def test_an_admin_by_a_group_lets_others_go(caller, caller_of):
    """Who has the role by a group counts as who has it herself: the owner is not the last any more."""
    ada = caller_of(ADA, Role.VIEWER)
    caller.call("groups.add_member", id="admins", user=ADA)

    take_from_owner(ada)

    assert part(ada) == {"viewer", "admin"}


@pytest.mark.usefixtures("any_database", "admins")
def test_two_who_take_each_others_role_at_once_leave_one(workbench, caller, caller_of):
    """One is admin herself, the other by a group: of a removal and a disabling at the same time one is refused."""
    ada = caller_of(ADA, Role.VIEWER)
    grace = caller_of("grace@example.org", Role.ADMIN)
    caller.call("groups.add_member", id="admins", user=ADA)
    by_system = local_caller(workbench, principal=service.os_principal)
    take_from_owner(by_system)

    def done(call) -> bool:
        who, operation, fields = call
        try:
            who.call(operation, **fields)
        except (Conflict, NotPermitted):
            return False
        return True

    calls = [(by_system, "users.disable", {"id": "grace@example.org"})]
    calls.append((grace, "groups.remove_member", {"id": "admins", "user": ADA}))
    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(done, calls)) == [False, True]
    assert "admin" in part(ada) | part(grace)


def test_a_token_without_the_right_to_assign_roles_puts_nobody_into_a_group(workbench, workspace, caller):
    """Members may be managed by a narrow token; what would give somebody a role asks for that permission."""
    caller.call("groups.create", name="makers")
    who = principal(workspace.id, Role.ADMIN, scopes=frozenset({"members:write", "members:read"}))
    narrow = local_caller(workbench, principal=lambda _: who)

    narrow.call("groups.create", name="others")
    for operation, fields in (("add_member", {"user": ADA}), ("assign_role", {"role": "admin"})):
        with pytest.raises(NotPermitted, match="roles:assign"):
            narrow.call(f"groups.{operation}", id="makers", **fields)
