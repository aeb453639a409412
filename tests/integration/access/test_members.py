"""Roles are given and taken, count at once, and never leave a workspace without an admin."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.factories import team
from tests.factories.notebooks import plain
from workbench.core.errors import Conflict, NotFound, NotPermitted
from workbench.core.permissions import Role
from workbench.domains.access import service
from workbench.domains.access.models import User
from workbench.home import local_caller


@pytest.fixture
def caller_of(workbench):
    """Makes people, and callers who are found anew at each call."""

    def make(name: str, *roles: Role):
        user = team.person(workbench, f"{name}@example.org", *roles)
        return local_caller(
            workbench, principal=lambda db: service.principal_of(db, db.get_one(User, user), "user", name)
        )

    return make


def roles_of(caller, name: str) -> set[str]:
    """The roles that the list of members has for somebody."""
    return {row.role.value for row in caller.call("members.list", limit=100).items if row.name == f"{name}@example.org"}


def test_a_role_counts_at_the_next_call(caller, caller_of):
    """An Executor who becomes a Developer may change notebooks at once, and not any more once it is taken."""
    ada = caller_of("ada", Role.EXECUTOR)
    assert not ada.context().may("notebooks:edit")

    given = caller.call("members.assign_role", user="ada@example.org", role="developer")
    assert ada.context().may("notebooks:edit")
    assert roles_of(caller, "ada") == {"executor", "developer"}
    assert caller.call("members.assign_role", user="ADA@example.org", role="developer").id == given.id
    caller.call("members.take_role", id=given.id)

    assert not ada.context().may("notebooks:edit")
    assert roles_of(caller, "ada") == {"executor"}


def test_nobody_leaves_by_losing_a_role(caller, caller_of):
    """The only role of somebody is not taken: she stays as she was, and the answer says how she is removed."""
    ada = caller_of("ada", Role.EXECUTOR)
    (row,) = [one for one in caller.call("members.list").items if one.name == "ada@example.org"]

    with pytest.raises(Conflict, match="Executor is the only role of ada@") as refused:
        caller.call("members.take_role", id=row.id)

    assert (refused.value.code, "members remove" in refused.value.fix) == ("last_role", True)
    assert ada.call("pipelines.list").items == []


def test_who_was_removed_sees_nothing(caller, caller_of):
    """With all her roles goes the workspace itself."""
    ada = caller_of("ada", Role.EXECUTOR, Role.VIEWER)

    assert caller.call("members.remove", user="ada@example.org").roles == 2
    with pytest.raises(NotFound):
        ada.call("pipelines.list")


def test_what_is_shared_for_viewing_says_that_it_may_not_be_run(caller, caller_of):
    """`pipelines.show` answers as `runs.start` would: the share's right decides, not the role alone."""
    caller.call("pipelines.register", notebook=plain("1"), name="shared")
    ada = caller_of("ada", Role.VIEWER)
    whom = {"object_type": "pipeline", "object": "shared", "user": "ada@example.org"}

    seen = caller.call("shares.grant", right="view", **whom)
    assert not ada.call("pipelines.show", id="shared").may_run
    caller.call("shares.revoke", id=seen.id)
    caller.call("shares.grant", right="run", **whom)
    assert ada.call("pipelines.show", id="shared").may_run
    assert caller.call("pipelines.show", id="shared").may_run


def test_what_is_not_hers_says_that_she_may_neither_restore_nor_share_it(caller, caller_of):
    """A Designer holds both for her own alone; `pipelines.show` answers as the gate would."""
    caller.call("pipelines.register", notebook=plain("1"), name="shared")
    ada = caller_of("ada", Role.DESIGNER)

    def held(who):
        seen = who.call("pipelines.show", id="shared")
        return [seen.may_run, seen.may_restore, seen.may_publish, seen.may_archive, seen.may_share]

    assert (held(ada), held(caller)) == ([True, False, False, False, False], [True] * 5)
    whom = {"object_type": "pipeline", "object": "shared", "user": "ada@example.org"}
    caller.call("shares.grant", right="edit", **whom)
    assert held(ada) == [True] * 5


def test_the_roles_of_one_person_are_listed_together(caller, caller_of):
    """Where the list is sorted by people."""
    for name in ("ada", "ben"):
        caller_of(name, Role.VIEWER)
    for name in ("ada", "ben"):
        caller.call("members.assign_role", user=f"{name}@example.org", role="executor")

    listed = caller.call("members.list", sort="user_id").items
    assert [one.name[:3] for one in listed if one.name.endswith("@example.org")] == ["ada", "ada", "ben", "ben"]


def test_what_was_shared_to_who_left_is_not_hers_when_she_comes_back(caller, caller_of, workbench):
    """Shares end with the membership, so that a new role brings no old rights."""
    caller.call("pipelines.register", notebook=plain("1"), name="shared")
    ada = caller_of("ada", Role.VIEWER)
    user = ada.context().principal.user_id
    caller.call("shares.grant", object_type="pipeline", object="shared", right="view", user="ada@example.org")
    assert ada.call("pipelines.show", id="shared").name == "shared"

    caller.call("members.remove", user="ada@example.org")
    team.set_roles(workbench, user, Role.VIEWER)

    with pytest.raises(NotFound):
        ada.call("pipelines.show", id="shared")


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("members.assign_role", {"user": "stranger@example.org", "role": "viewer"}),
        ("members.remove", {"user": "stranger@example.org"}),
        ("members.take_role", {"id": "00000000-0000-0000-0000-000000000001"}),
    ],
)
def test_who_is_elsewhere_is_unknown_here(workbench, caller, operation, fields):
    """Nobody learns by roles who has an account: whoever belongs to another workspace alone is not found."""
    team.workspace(workbench, "other")
    team.person(workbench, "stranger@example.org", Role.VIEWER, workspace="other")

    with pytest.raises(NotFound) as refused:
        caller.call(operation, **fields)

    assert refused.value.code == "member_not_found"


def test_only_an_admin_gives_roles(caller_of):
    """A Developer makes nobody anything, herself least."""
    grace = caller_of("grace", Role.DEVELOPER)

    with pytest.raises(NotPermitted):
        grace.call("members.assign_role", user="grace@example.org", role="admin")


def test_the_last_admin_stays(caller):
    """Neither the role nor the membership of the only admin is taken."""
    (row,) = caller.call("members.list").items

    for operation, fields in (("members.take_role", {"id": row.id}), ("members.remove", {"user": row.name})):
        with pytest.raises(Conflict) as refused:
            caller.call(operation, **fields)
        assert refused.value.code == "last_admin"


@pytest.mark.usefixtures("any_database")
def test_two_admins_cannot_remove_each_other(workbench, caller, caller_of):
    """Of two removals at the same time one is refused, so that somebody is left."""
    ada, grace = caller_of("ada", Role.ADMIN), caller_of("grace", Role.ADMIN)
    (owner,) = [row for row in caller.call("members.list").items if not row.name.endswith("@example.org")]
    ada.call("members.remove", user=owner.name)

    def remove(pair) -> bool:
        who, whom = pair
        try:
            who.call("members.remove", user=f"{whom}@example.org")
        except (Conflict, NotFound, NotPermitted):
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        removed = list(both.map(remove, [(ada, "grace"), (grace, "ada")]))

    assert sorted(removed) == [False, True]
