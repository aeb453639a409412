"""The trail as a file, and what a person did herself."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from tests.factories import team
from tests.factories.people import caller_of, principal
from workbench.core import journal
from workbench.core.clock import now
from workbench.core.errors import Invalid, NotPermitted
from workbench.core.journal import AuditEntry
from workbench.core.permissions import Role
from workbench.domains.access import service as access
from workbench.domains.access.models import User
from workbench.domains.audit.service import records
from workbench.home import local_caller

SETTINGS = {"base_url": "http://127.0.0.1:9", "streams": {"things": {"path": "/things"}}}

pytestmark = pytest.mark.usefixtures("any_database")


def exported(caller, **fields) -> list[dict]:
    """The records of an export as JSON lines."""
    return [json.loads(line) for line in whole(caller, format="jsonl", **fields).splitlines()]


def whole(caller, **fields) -> str:
    """The text of an export."""
    return b"".join(caller.stream("audit.export", **fields).content).decode()


def somebody(workbench, name: str, *roles: Role, workspace: str = "default"):
    """A caller with an account."""
    user = team.person(workbench, name, *roles, workspace=workspace)

    def who(db):
        return access.principal_of(db, db.get_one(User, user), "session", f"user:{name}")

    return local_caller(workbench, workspace, principal=who)


def test_an_export_has_every_record_once_in_order_as_the_list_has_it(caller, monkeypatch):
    """However many chunks it takes, the file says what the list says, the oldest first."""
    monkeypatch.setattr(records, "CHUNK_RECORDS", 2)
    for number in range(5):
        caller.call("workspaces.create", name=f"w{number}")
    listed = caller.call("audit.list", sort="at").items

    assert exported(caller) == [row.model_dump(mode="json") for row in listed]
    *_, last = caller.call("audit.list", sort="at").items
    assert (last.operation, last.detail) == ("audit.export", {"request": {"format": "jsonl"}})


def test_an_export_ends_where_the_trail_did_when_it_began(caller, monkeypatch):
    """What is done while the file is sent is not in it, nor is the export itself."""
    monkeypatch.setattr(records, "CHUNK_RECORDS", 1)
    caller.call("workspaces.create", name="before")
    download = caller.stream("audit.export", format="jsonl")
    chunks = iter(download.content)
    begun = next(chunks)
    caller.call("workspaces.create", name="meanwhile")

    rows = [json.loads(line) for line in (begun + b"".join(chunks)).splitlines()]

    assert [row["detail"]["request"]["name"] for row in rows] == ["before"]
    assert download.filename == f"audit-default-{rows[-1]['sequence']}.jsonl"


def test_an_export_is_narrowed_as_the_list_is(workbench, caller, workspace):
    """Every filter of the list narrows the file to the same records."""
    caller.call("workspaces.create", name="one")
    made = caller.call("connectors.create", name="crm", type="http_json", config=SETTINGS)
    caller.call("connectors.delete", id="crm")
    with pytest.raises(NotPermitted):
        caller_of(workbench, principal(workspace.id, Role.VIEWER)).call("audit.list")
    me = caller.call("me.show")
    filters = [
        {"operation": "workspaces.*"}, {"outcome": "denied"}, {"principal": me.principal},
        {"user_id": str(me.user_id)}, {"surface": "python"}, {"surface": "rest"}, {"target_type": "connector"},
        {"target_id": str(made.id)}, {"since": now().isoformat()}, {"until": (now() - timedelta(days=1)).isoformat()},
    ]  # fmt: skip
    for narrow in filters:
        listed = [row.sequence for row in caller.call("audit.list", sort="at", **narrow).items]
        assert [row["sequence"] for row in exported(caller, **narrow)] == listed, narrow
    assert len({len(caller.call("audit.list", **narrow).items) for narrow in filters}) > 2


def test_a_spreadsheet_calculates_nothing_of_what_somebody_typed(workbench, caller, workspace):
    """A name that would be a formula stands in the CSV behind an apostrophe."""
    evil = principal(workspace.id, Role.VIEWER)
    object.__setattr__(evil, "name", '=HYPERLINK("http://x","y")')
    with pytest.raises(NotPermitted):
        caller_of(workbench, evil).call("members.list")

    (row,) = csv.DictReader(io.StringIO(whole(caller, operation="members.list"), newline=""))

    assert row["principal"] == '\'=HYPERLINK("http://x","y")'
    assert json.loads(row["detail"])["code"] == "not_permitted"


def test_another_workspace_is_in_nobodys_file(workbench, caller, workspace):
    """An Admin exports her own workspace: neither another nor the installation."""
    other = caller.call("workspaces.create", name="other")
    there = caller_of(workbench, principal(other.id, Role.ADMIN), workspace="other")
    whole(there)

    assert exported(caller_of(workbench, principal(workspace.id, Role.ADMIN))) == []
    assert [row["operation"] for row in exported(there)] == ["audit.export"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_admin_exports(workbench, workspace, role):
    """Nobody else gets a byte."""
    with pytest.raises(NotPermitted):
        caller_of(workbench, principal(workspace.id, role)).stream("audit.export")


def test_everybody_sees_what_she_did_herself_wherever_she_has_a_part(workbench, caller):
    """Her own actions and refusals of all her workspaces, and nobody else's, the newest first."""
    team.workspace(workbench, "beyond")
    ada = somebody(workbench, "ada@example.org", Role.VIEWER)
    eve = somebody(workbench, "ada@example.org/token:eve", Role.VIEWER, workspace="beyond")
    with pytest.raises(NotPermitted):
        ada.call("members.list")
    made = ada.call("tokens.create", name="ci")
    with pytest.raises(NotPermitted):
        eve.call("audit.list")

    rows = ada.call("activity.list").items

    assert [(row.operation, row.outcome) for row in rows] == [("tokens.create", "done"), ("members.list", "denied")]
    assert [row.operation for row in eve.call("activity.list").items] == ["audit.list"]
    assert made.token not in str(rows)
    assert [row.operation for row in ada.call("activity.list", outcome="denied").items] == ["members.list"]
    assert ada.call("activity.list", limit=1).next is not None


def test_what_a_token_of_hers_did_is_hers_too(workbench):
    """By whichever way she came, it was her account."""
    ada = somebody(workbench, "ada@example.org", Role.ADMIN)
    text = ada.call("tokens.create", name="ci").token
    program = local_caller(workbench, "default", principal=lambda db: access.token_principal(db, text))
    program.call("tokens.create", name="child")

    principals = {row.principal.partition("/")[0] for row in ada.call("activity.list").items}

    assert principals == {"user:ada@example.org"}
    assert len(ada.call("activity.list").items) == 2


def test_what_began_and_ended_is_told_once(workbench):
    """The trail holds beginning and end of what asks the world outside; one's own list the beginning if no end came."""
    ada = somebody(workbench, "ada@example.org", Role.ADMIN)
    user = ada.call("me.show").user_id
    kinds = [("one", "intent"), ("one", "done"), ("two", "intent")]
    with workbench.unit_of_work() as db:
        for correlation, outcome in kinds:
            journal.record(
                db, AuditEntry("dashboards.create", outcome, "ada", user_id=user, correlation_id=correlation)
            )

    def told(**fields):
        return [(row.correlation_id, row.outcome) for row in ada.call("activity.list", **fields).items]

    assert told() == [("two", "intent"), ("one", "done")]
    assert told(outcome="intent") == [("two", "intent"), ("one", "intent")]


def test_a_workspace_that_she_left_is_no_longer_shown(workbench, caller):
    """Where she has no part any more, her own past is not shown either; what belongs to no workspace is."""
    team.workspace(workbench, "beyond")
    ada = somebody(workbench, "ada@example.org", Role.DEVELOPER)
    with pytest.raises(NotPermitted):
        ada.call("audit.list")
    ada.call("tokens.create", name="ci")
    user = ada.call("me.show").user_id
    team.set_roles(workbench, user)
    team.set_roles(workbench, user, Role.VIEWER, workspace="beyond")
    there = local_caller(
        workbench, "beyond", principal=lambda db: access.principal_of(db, db.get_one(User, user), "session", "ada")
    )

    assert [row.operation for row in there.call("activity.list").items] == ["tokens.create"]


def test_who_has_no_account_did_nothing(workbench, workspace):
    """Records without an account are not those of a caller without one."""
    nobody = caller_of(workbench, principal(workspace.id, Role.ADMIN))
    whole(nobody)

    assert nobody.call("activity.list").items == []


def test_ids_mean_nothing_in_a_list_of_records(caller):
    """A record has a running number and no id."""
    with pytest.raises(Invalid, match="no ids"):
        caller.call("audit.list", ids=["018f3f6e-0000-7000-8000-000000000001"])
