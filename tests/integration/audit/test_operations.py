"""The audit trail can be read by those who may, within their workspace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.factories.people import caller_of, principal
from workbench.core.clock import now
from workbench.core.errors import Conflict, Invalid, NotPermitted
from workbench.core.permissions import Role
from workbench.core.row_security import LIFT
from workbench.domains.access import service as access
from workbench.domains.audit import service
from workbench.home import local_caller

pytestmark = pytest.mark.usefixtures("any_database")


def names(page) -> list[str]:
    """The operations of a page of records."""
    return [row.operation for row in page.items]


def test_what_was_done_is_on_record_with_who_and_how(caller):
    """A change leaves one record that names operation, principal, surface, request and outcome."""
    made = caller.call("tokens.create", name="ci", scopes=["me:read"])

    (record,) = caller.call("audit.list").items

    assert (record.operation, record.outcome, record.surface) == ("tokens.create", "done", "python")
    assert record.principal == caller.call("me.show").principal
    assert record.detail == {"request": {"name": "ci", "scopes": ["me:read"]}}
    assert made.token not in str(record.detail)


def test_a_record_keeps_the_name_of_what_is_gone(caller):
    """A group that was deleted is known by its name, and not by an id that leads nowhere."""
    made = caller.call("groups.create", name="makers")
    caller.call("groups.delete", id=str(made.id))

    record = caller.call("audit.list").items[0]

    assert (record.operation, record.target_type, record.detail["target"]) == ("groups.delete", "group", "makers")


def test_refusals_are_on_record_and_reads_are_not(workbench, caller, workspace):
    """A refused read is recorded as denied under the principal's name; a permitted one leaves nothing."""
    viewer = caller_of(workbench, principal(workspace.id, Role.VIEWER))
    with pytest.raises(NotPermitted):
        viewer.call("members.list")
    viewer.call("me.show")

    (record,) = caller.call("audit.list").items

    assert (record.operation, record.outcome, record.principal) == ("members.list", "denied", "test:someone")


def test_pages_follow_each_other_without_gap_or_repeat(caller):
    """Walking through small pages in either direction meets every record once."""
    for number in range(7):
        caller.call("workspaces.create", name=f"w{number}")
    everything = [row.sequence for row in caller.call("audit.list").items]

    for sort, expected in (("-at", everything), ("at", everything[::-1])):
        walked, cursor = [], None
        while True:
            page = caller.call("audit.list", limit=3, sort=sort, **({"cursor": cursor} if cursor else {}))
            walked += [row.sequence for row in page.items]
            if (cursor := page.next) is None:
                break
        assert walked == expected


def test_records_are_found_by_what_one_knows_of_them(workbench, caller, workspace):
    """Operation, prefix, principal, outcome, correlation and time each narrow the list."""
    before = now()
    caller.call("workspaces.create", name="one")
    made = caller.call("tokens.create", name="ci")
    with pytest.raises(NotPermitted):
        caller_of(workbench, principal(workspace.id, Role.VIEWER)).call("audit.list")
    newest = caller.call("audit.list").items[0]

    assert names(caller.call("audit.list", operation="tokens.create")) == ["tokens.create"]
    assert names(caller.call("audit.list", operation="workspaces.*")) == ["workspaces.create"]
    assert names(caller.call("audit.list", operation="%")) == []
    assert names(caller.call("audit.list", principal="test:someone")) == ["audit.list"]
    assert names(caller.call("audit.list", principal="test")) == []
    assert names(caller.call("audit.list", outcome="denied")) == ["audit.list"]
    assert names(caller.call("audit.list", correlation_id=newest.correlation_id)) == ["audit.list"]
    assert names(caller.call("audit.list", q="TOKENS")) == ["tokens.create"]
    assert len(names(caller.call("audit.list", since=before))) == 3
    assert names(caller.call("audit.list", until=before)) == []
    assert names(caller.call("audit.list", since=now() + timedelta(days=1))) == []
    assert names(caller.call("audit.list", target_id=str(made.id))) == []


def test_people_are_found_by_how_their_names_begin(workbench, caller):
    """With what their tokens did; by what the trail calls them, without it."""
    text = caller.call("tokens.create", name="ci").token
    me = caller.call("audit.list").items[0].principal
    program = local_caller(workbench, "default", principal=lambda db: access.token_principal(db, text))
    program.call("tokens.create", name="child")

    def found(principal):
        return len(caller.call("audit.list", principal=principal, operation="tokens.create").items)

    assert (found(me.removeprefix("user:")), found(me.removeprefix("user:")[:3]), found(me)) == (2, 2, 1)
    assert found("_") == 0


def test_what_changed_is_told_apart_from_data_that_were_read(workbench, caller, workspace):
    """A read that was refused counts among the changes: somebody looks for it there."""
    caller.call("tokens.create", name="ci")
    caller.stream("audit.export")
    with pytest.raises(NotPermitted):
        caller_of(workbench, principal(workspace.id, Role.VIEWER)).stream("audit.export")

    def told(operation, kind):
        return [(one.operation, one.outcome) for one in caller.call(operation, kind=kind).items]

    read, refused, made = ("audit.export", "done"), ("audit.export", "denied"), ("tokens.create", "done")
    assert told("audit.list", "reads") == told("activity.list", "reads") == [read]
    assert told("audit.list", "changes")[:2] == [refused, made]
    assert told("audit.list", None)[:3] == [refused, read, made]
    assert told("activity.list", "changes")[0] == made


@pytest.mark.parametrize(
    "fields",
    [
        {"cursor": "x"},
        {"cursor": "-1"},
        {"sort": "principal"},
        {"outcome": "maybe"},
        {"since": "2026-01-01T00:00:00"},
        {"since": "20260101"},
        {"until": 0},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(caller, fields):
    """A foreign cursor, another order, an unknown outcome and a time without a zone are told apart."""
    with pytest.raises(Invalid):
        caller.call("audit.list", **fields)


def test_an_admin_sees_her_workspace_and_neither_others_nor_the_installation(workbench, caller, workspace):
    """Records of another workspace, and of none, are not in an Admin's list."""
    other = caller.call("workspaces.create", name="other")
    elsewhere = caller_of(workbench, principal(other.id, Role.VIEWER), workspace="other")
    with pytest.raises(NotPermitted):
        elsewhere.call("members.list")

    assert names(caller_of(workbench, principal(workspace.id, Role.ADMIN)).call("audit.list")) == []
    there = caller_of(workbench, principal(other.id, Role.ADMIN), workspace="other")
    assert names(there.call("audit.list")) == ["members.list"]
    assert names(caller.call("audit.list")) == ["workspaces.create"]


def test_the_chain_verifies_against_an_earlier_head(caller):
    """`audit.head` gives what `audit.verify` takes, also after more was recorded."""
    caller.call("workspaces.create", name="one")
    head = caller.call("audit.head")
    caller.call("workspaces.create", name="two")

    chain = caller.call("audit.verify", head=head.head)

    assert (chain.intact, chain.records, chain.compared_with) == (True, head.sequence + 1, 1)
    with pytest.raises(Conflict, match=r"a head was exported of record 99"):
        caller.call("audit.verify", head=f"99:{head.hash}")
    with pytest.raises(Invalid):
        caller.call("audit.verify", head="yesterday")


def test_verification_uses_the_heads_that_the_home_exported(workbench, caller):
    """Heads in the home's file are compared without being named."""
    caller.call("workspaces.create", name="one")
    with workbench.read() as db:
        service.export_head(db, workbench.settings.home)

    assert caller.call("audit.verify").compared_with == 1


@pytest.mark.parametrize(("gone", "told"), [("= 2", "record 2 is missing"), ("> 2", "record 3 is missing, and all")])
def test_a_piece_that_was_cut_out_is_named(workbench, caller, database, gone, told):
    """From the middle, or the end up to the head that the home wrote down: whoever asks hears where it begins."""
    for name in ("one", "two", "three", "four"):
        caller.call("workspaces.create", name=name)
    with workbench.read() as db:
        service.export_head(db, workbench.settings.home)
    guard = "audit_record_no_delete" if database.is_sqlite else "audit_record_no_change ON audit_record"
    with workbench.unit_of_work() as db:
        db.execute(text(f"DROP TRIGGER {guard}"))
        db.execute(text(f"DELETE FROM audit_record WHERE sequence {gone}"))

    with pytest.raises(Conflict, match=told):
        caller.call("audit.verify")


def test_a_workspaces_admin_does_not_verify_the_installation(workbench, caller, workspace):
    """How much others do, which the chain's length tells, is the installation's affair."""
    admin = caller_of(workbench, principal(workspace.id, Role.ADMIN))

    for name in ("audit.verify", "audit.head"):
        with pytest.raises(NotPermitted):
            admin.call(name)


def test_tampering_is_a_conflict_with_exit_code_5(database, caller):
    """Whoever changed a record behind the guards is found out through the gate, with the record named."""
    for name in ("one", "two", "three"):
        caller.call("workspaces.create", name=name)
    guard = "audit_record_no_update" if database.is_sqlite else "audit_record_no_change ON audit_record"
    with database.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {guard}"))
        if not database.is_sqlite:
            connection.execute(text(f"SELECT {LIFT}"))
        connection.execute(text("UPDATE audit_record SET principal = 'os:9999' WHERE sequence = 2"))

    with pytest.raises(Conflict, match="record 2 was changed") as caught:
        caller.call("audit.verify")
    assert (caught.value.exit_code, caught.value.params["sequence"]) == (5, 2)
