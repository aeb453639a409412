"""A share reaches whom it was meant for, as far as it was meant, and never further than who granted it."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.factories.notebooks import plain
from tests.factories.people import caller_of
from workbench.core.context import Principal
from workbench.core.errors import AlreadyExists, Invalid, NotFound, NotPermitted
from workbench.core.permissions import Role, ShareRight
from workbench.domains.access import service
from workbench.domains.access.models import User
from workbench.domains.access.service.people import add_member
from workbench.domains.store.models import Table

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def people(workbench, workspace) -> dict[str, Principal]:
    """One person of each role, all members of the workspace."""
    with workbench.unit_of_work() as db:
        for role in Role:
            user = User(name=f"{role}@example.org", folded=f"{role}@example.org", display_name=role.value.title())
            db.add(user)
            db.flush()
            add_member(db, workspace.id, user.id, role)
    with workbench.read() as db:
        users = db.scalars(select(User).where(User.name.endswith("@example.org")))
        return {user.name.split("@")[0]: service.principal_of(db, user, "user", f"user:{user.name}") for user in users}


@pytest.fixture
def table(workbench, workspace, people):
    """Makes a table of a person's own, and answers its id."""

    def make(name: str, owner: str) -> str:
        with workbench.unit_of_work() as db:
            row = Table(workspace_id=workspace.id, name=name, folder=name, owner_id=people[owner].user_id)
            db.add(row)
            db.flush()
            return str(row.id)

    return make


def shared(workbench, workspace, who: Principal, right: ShareRight) -> set[str]:
    """The ids of the tables that were shared to somebody with a right."""
    with workbench.read() as db:
        return {str(one) for one in db.scalars(workbench.shares.shared_ids(who, workspace.id, "table", right))}


@pytest.mark.parametrize("granted", list(ShareRight))
def test_a_share_gives_its_right_and_those_it_includes(workbench, workspace, caller, people, table, granted):
    """A share of `run` is found by who asks for view or run, not for edit; and by nobody else."""
    delays = table("delays", "developer")
    caller.call("shares.grant", object_type="table", object="delays", right=granted, user="viewer@example.org")

    for asked in ShareRight:
        assert shared(workbench, workspace, people["viewer"], asked) == ({delays} if asked <= granted else set())
        assert shared(workbench, workspace, people["executive"], asked) == set()


def test_a_share_to_a_role_is_for_all_of_that_role_in_that_workspace_only(workbench, workspace, caller, people, table):
    """Everybody of the role has it here, and the same role elsewhere does not."""
    delays = table("delays", "developer")
    caller.call("shares.grant", object_type="table", object=delays, right="view", role="executive")

    assert shared(workbench, workspace, people["executive"], ShareRight.VIEW) == {delays}
    assert shared(workbench, workspace, people["viewer"], ShareRight.VIEW) == set()
    other = caller.call("workspaces.create", name="other")
    elsewhere = replace(people["executive"], roles={other.id: frozenset({Role.EXECUTIVE})})
    assert shared(workbench, workspace, elsewhere, ShareRight.VIEW) == set()


def test_who_starts_a_shared_pipeline_sees_her_own_runs_of_it(workbench, caller, people):
    """A Viewer's own, also once the share is taken back; not another's, and nobody else hers."""
    caller.call("pipelines.register", notebook=plain("1"), name="daily")
    share = caller.call("shares.grant", object_type="pipeline", object="daily", right="run", role="viewer")
    others = caller.call("runs.start", id="daily")
    viewer, executive = caller_of(workbench, people["viewer"]), caller_of(workbench, people["executive"])

    run = viewer.call("runs.start", id="daily")

    assert viewer.call("runs.list", pipeline="daily").items == [viewer.call("runs.show", id=str(run.id))]
    caller.call("shares.revoke", id=str(share.id))
    assert [one.id for one in viewer.call("runs.list").items] == [run.id]
    assert executive.call("runs.list").items == []
    with pytest.raises(NotFound):
        viewer.call("runs.show", id=str(others.id))
    with pytest.raises(NotPermitted):  # what its notebook logs is not hers to make up
        viewer.call("runs.log_metric", id=str(run.id), name="rows", value=1)


def test_a_list_names_whom_an_object_is_shared_with(caller, people, table):
    """A person and a group by their names, and a role."""
    table("delays", "developer")
    caller.call("groups.create", name="analysts")
    for whom in ({"user": "viewer@example.org"}, {"group": "analysts"}, {"role": "executive"}):
        caller.call("shares.grant", object_type="table", object="delays", right="view", **whom)

    found = caller.call("shares.list", object_type="table", object="delays").items
    assert sorted(one.audience for one in found) == ["every executive", "group analysts", "viewer@example.org"]


def test_a_share_that_was_taken_back_is_gone_at_once(workbench, workspace, caller, people, table):
    """Revoking ends what the share gave, and it is no longer listed."""
    table("delays", "developer")
    share = caller.call("shares.grant", object_type="table", object="delays", right="edit", user="viewer@example.org")
    assert caller.call("shares.list", object_type="table", object="delays").items == [share]

    caller.call("shares.revoke", id=str(share.id))

    assert shared(workbench, workspace, people["viewer"], ShareRight.VIEW) == set()
    assert caller.call("shares.list", object_type="table", object="delays").items == []
    with pytest.raises(NotFound):
        caller.call("shares.revoke", id=str(share.id))


def test_an_owner_shares_what_is_hers_and_nothing_else(workbench, people, table):
    """A Developer shares her own table; another's, which she may read, is not hers to share."""
    table("hers", "developer")
    table("designers", "designer")
    developer = caller_of(workbench, people["developer"])

    developer.call("shares.grant", object_type="table", object="hers", right="edit", user="viewer@example.org")

    with pytest.raises(NotPermitted, match="shares:grant"):
        developer.call("shares.grant", object_type="table", object="designers", right="view", user="viewer@example.org")


def test_nobody_hands_on_more_than_was_given_to_her(workbench, caller, people, table):
    """With `run` from a share one shares run and view, not edit, and does not revoke an edit share."""
    table("delays", "developer")
    caller.call("shares.grant", object_type="table", object="delays", right="run", user="designer@example.org")
    strong = caller.call("shares.grant", object_type="table", object="delays", right="edit", user="viewer@example.org")
    designer = caller_of(workbench, people["designer"])

    designer.call("shares.grant", object_type="table", object="delays", right="run", user="executive@example.org")

    with pytest.raises(NotPermitted, match="more than you may hand on"):
        designer.call("shares.grant", object_type="table", object="delays", right="edit", role="executor")
    with pytest.raises(NotPermitted, match="more than you may hand on"):
        designer.call("shares.revoke", id=str(strong.id))


def test_an_executor_hands_on_view_only_even_of_her_own(workbench, people, table):
    """The table caps what an Executor shares at view."""
    table("delays", "executor")
    executor = caller_of(workbench, people["executor"])

    executor.call("shares.grant", object_type="table", object="delays", right="view", user="viewer@example.org")

    with pytest.raises(NotPermitted, match="more than you may hand on"):
        executor.call("shares.grant", object_type="table", object="delays", right="run", role="viewer")


@pytest.mark.parametrize("role", ["viewer", "executive"])
def test_viewers_and_executives_share_nothing(workbench, people, table, role):
    """Who may not share is refused before anything is looked up."""
    table("delays", role)

    with pytest.raises(NotPermitted, match="shares:grant"):
        caller_of(workbench, people[role]).call(
            "shares.grant", object_type="table", object="delays", right="view", role="viewer"
        )


def test_one_audience_has_one_share_of_an_object(caller, table):
    """A second share for the same audience is a conflict, so that nobody changes another's share unnoticed."""
    table("delays", "developer")
    for audience in ({"user": "viewer@example.org"}, {"role": "viewer"}):
        caller.call("shares.grant", object_type="table", object="delays", right="edit", **audience)
        with pytest.raises(AlreadyExists):
            caller.call("shares.grant", object_type="table", object="delays", right="view", **audience)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"user": "viewer@example.org", "role": "viewer"}, Invalid),
        ({}, Invalid),
        ({"user": "stranger@example.org"}, NotFound),
        ({"role": "emperor"}, Invalid),
        ({"role": "viewer", "right": "own"}, Invalid),
        ({"role": "viewer", "object_type": "api_token"}, Invalid),
        ({"role": "viewer", "object_type": "secret"}, Invalid),
        ({"role": "viewer", "object_type": "no_such_thing"}, Invalid),
        ({"role": "viewer", "object": "no_such_table"}, NotFound),
    ],
)
def test_a_share_that_makes_no_sense_is_refused(caller, table, fields, error):
    """Two audiences or none, strangers, unknown rights and kinds, tokens and secrets: each has its refusal."""
    table("delays", "developer")

    with pytest.raises(error):
        caller.call("shares.grant", **{"object_type": "table", "object": "delays", "right": "view"} | fields)


@pytest.mark.parametrize("kind", ["event", "store_commit", "api_token", "connector", "nonsense"])
def test_only_what_is_meant_to_be_is_shared(caller, kind):
    """Rows that are no business of a colleague's cannot be shared, whether there is one or not."""
    with pytest.raises(Invalid) as error:
        caller.call("shares.grant", object_type=kind, object=str(uuid4()), right="view", role="viewer")

    assert error.value.code == "not_shareable"


@pytest.mark.parametrize("kind", ["pipeline", "run", "table"])
def test_what_is_meant_to_be_shared_is_looked_for(caller, kind):
    """Of a kind that may be shared, one that is not there is not found."""
    with pytest.raises(NotFound):
        caller.call("shares.grant", object_type=kind, object=str(uuid4()), right="view", role="viewer")
