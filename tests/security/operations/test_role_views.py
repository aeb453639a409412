"""An admin who sees a workspace as somebody of a role would is told what that role is told, and changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factories import oracle
from tests.factories.cells import OPERATIONS, answer, relations
from tests.factories.people import caller_of, principal
from tests.factories.world import World, build
from workbench.core import gate
from workbench.core.context import Context, seen_as
from workbench.core.errors import NotFound, NotPermitted, WorkbenchError
from workbench.core.permissions import PERMISSIONS, Level, Role
from workbench.home import local_caller

GUARDED = [op for op in OPERATIONS if not op.permission.public]
OTHERS = [role for role in Role if role is not Role.ADMIN]
TELLING_THE_TIME = {"dashboards.home", "compliance.report"}  # of when they were asked
ASKING = [op for op in GUARDED if not op.changes and op.scope == "workspace" and not op.path_fields]


@pytest.fixture
def world(workbench, workspace, monkeypatch) -> World:
    """An object of each kind in each relation to somebody of each role; refusals are not written down."""
    monkeypatch.setattr(gate, "_audit_failure", lambda *_: None)
    with workbench.unit_of_work() as db:
        return build(db, workspace.id, [frozenset({role}) for role in Role])


def as_nobody_in_particular(relation: str | None) -> str | None:
    """What an object is to somebody who owns nothing and is in no group: what was given to a person was not to her."""
    return "another's" if relation == "own" or str(relation).endswith(("to person", "to group")) else relation


def test_each_object_is_open_as_to_somebody_of_that_role(workbench, workspace, world):
    """Whatever an operation aims at, it answers as it would a member of the role to whom nothing was given herself."""
    admin, wrong = principal(workspace.id, Role.ADMIN), []
    for person in [one for one in world.people if one.roles != {Role.ADMIN}]:
        (role,) = person.roles
        for op in GUARDED:
            with workbench.read() as db:  # one for each, since a call confines its session to its scope
                ctx = Context(workbench, seen_as(admin, workspace.id, role), workspace, db=db)
                for relation in relations(op):
                    key = op.target and person.objects[op.target[0].__tablename__, relation]
                    expected = oracle.expected(op, person.roles, as_nobody_in_particular(relation))
                    if (found := answer(op, ctx, key)) != expected:
                        wrong.append((op.name, role, relation, found, expected))

    assert wrong == []


def test_no_operation_answers_more(workbench, workspace, world):
    """All that can be asked without naming an object is answered, or refused, word for word as to the role."""

    def asked(caller):
        replies = {}
        for op in ASKING:
            try:
                reply = caller.call(op.name)
                replies[op.name] = gate.dump(op, reply) if op.gives == "json" else type(reply)
            except WorkbenchError as error:
                replies[op.name] = error.code
        return replies

    for role in OTHERS:
        expected = asked(caller_of(workbench, principal(workspace.id, role)))
        found = asked(caller_of(workbench, principal(workspace.id, Role.ADMIN), f"default~{role}"))
        assert {name for name in found if found[name] != expected[name]} <= TELLING_THE_TIME
    assert len(ASKING) > 20


@pytest.mark.parametrize("role", OTHERS)
def test_nothing_is_done_meanwhile(workbench, workspace, role):
    """What would change something is refused whether the role may do it or not, and so are one's own things."""
    ctx = caller_of(workbench, principal(workspace.id, Role.ADMIN), f"default~{role}").context()
    done = []
    for op in [op for op in GUARDED if op.changes]:
        try:
            gate.call(op, replace(ctx), dict.fromkeys(op.path_fields, "1"))
        except NotPermitted:
            continue
        except WorkbenchError:
            pass
        done.append(op.name)

    assert done == []


def test_both_are_on_record(workbench, caller):
    """What an admin looked at or was refused as somebody else stands under her name, with the role."""
    seen = local_caller(workbench, "default~designer")
    with pytest.raises(NotPermitted, match="nothing is done meanwhile"):
        seen.call("dashboards.create", document="title: x")
    seen.call("templates.list")

    [record] = caller.call("audit.list", operation="dashboards.create").items
    assert (record.principal, record.outcome) == (caller.context().principal.name, "denied")
    assert (record.detail["seen_as"], record.detail["code"]) == ("designer", "role_view")


@pytest.mark.parametrize("role", OTHERS)
def test_only_admins_see_as_others(workbench, workspace, role):
    """Nobody else gets any view by it, not even a narrower one."""
    with pytest.raises(NotPermitted, match="Only an admin"):
        caller_of(workbench, principal(workspace.id, role), "default~viewer").call("pipelines.list")


def test_a_token_stays_as_narrow_as_it_is(workbench, workspace):
    """What an admin's token leaves out is left out of what she sees as somebody else."""
    narrow = principal(workspace.id, Role.ADMIN, scopes=frozenset({"runs:read"}))
    seen = caller_of(workbench, narrow, "default~developer")

    assert seen.call("runs.list").items == []
    with pytest.raises(NotPermitted):
        seen.call("pipelines.list")


@pytest.mark.parametrize("name", ["default~owner", "default~", "default~admin~viewer", "default~ADMIN"])
def test_what_is_no_role_is_no_view(workbench, workspace, name):
    """It is as if nothing were there."""
    with pytest.raises(NotFound, match="There is no role"):
        caller_of(workbench, principal(workspace.id, Role.ADMIN), name).call("pipelines.list")


def test_an_admin_holds_all_that_any_role_holds():
    """Else seeing as another would widen."""
    assert [name for name, rule in PERMISSIONS.items() if max(rule.levels.values()) > rule.levels[Role.ADMIN]] == []
    assert {rule.levels[Role.ADMIN] for rule in PERMISSIONS.values()} == {Level.W, Level.O, Level.NONE}
