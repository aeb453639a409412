"""A secret that went in comes out by no door."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import inspect, text

from tests.factories.people import caller_of, principal
from workbench.core import events
from workbench.core.errors import Invalid, NotFound, NotPermitted, WorkbenchError
from workbench.core.ids import new_id
from workbench.core.operations import registry
from workbench.core.permissions import PERMISSIONS, Role

CANARY = "c4n4ry-51d0"
OBJECT = new_id()


@pytest.fixture
def an_object_with_a_password(monkeypatch):
    """Something called `crm` that has a secret field `password`, as a domain would announce it."""

    def answer(db, *, workspace_id, key, field, found) -> None:
        if key in ("crm", str(OBJECT)) and field == "password":
            found.append(OBJECT)

    monkeypatch.setitem(events._hooks, "secrets.owner", [answer])


def everything(workbench) -> str:
    """All rows of all tables, as text."""
    with workbench.read() as db:
        names = inspect(db.get_bind()).get_table_names()
        return "\n".join(str(db.execute(text(f'SELECT * FROM "{name}"')).all()) for name in names)


def test_nothing_reads_a_secret_back():
    """No permission and no operation gives secrets out; the doors that take the permission to set one only lead in."""
    registry.discover()

    assert [name for name in PERMISSIONS if name.startswith("secrets:")] == ["secrets:set"]
    assert [op.name for op in registry if op.permission.name == "secrets:set" and op.method == "GET"] == []
    doors = {op.name for op in registry if op.domain == "secrets"}
    assert doors == {"secrets.set", "secrets.rotate", "secrets.refer", "secrets.retire"}


@pytest.mark.usefixtures("any_database", "an_object_with_a_password")
def test_a_secret_that_was_set_is_in_no_reply_no_table_and_no_log(workbench, caller, workspace, caplog):
    """The canary is known to the vault, and found nowhere in replies, database, audit trail or log."""
    caplog.set_level(logging.DEBUG)
    reply = caller.call("secrets.set", object="crm", field="password", secret=CANARY)

    assert (reply.object_id, reply.field, reply.set) == (OBJECT, "password", True)
    with workbench.read() as db:
        assert workbench.vault.get(db, workspace_id=workspace.id, object_id=OBJECT, field="password") == CANARY
    audited = caller.call("audit.list", operation="secrets.set").items
    assert [row.outcome for row in audited] == ["done"]
    for place in (reply.model_dump_json(), everything(workbench), caplog.text, str(audited)):
        assert CANARY not in place


@pytest.mark.usefixtures("an_object_with_a_password")
@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"field": "host"}, NotFound),
        ({"object": "elsewhere"}, NotFound),
        ({"unknown": 1}, Invalid),
        ({"secret": [CANARY]}, Invalid),
        ({"secret": CANARY * 10_000}, Invalid),
    ],
)
def test_a_secret_in_a_refused_request_is_not_recorded(workbench, caller, caplog, fields, error):
    """Also when the request fails, its secret is in neither the error nor the audit trail nor the log."""
    with pytest.raises(error) as caught:
        caller.call("secrets.set", **{"object": "crm", "field": "password", "secret": CANARY} | fields)

    for place in (str(caught.value.problem()), everything(workbench), caplog.text):
        assert CANARY not in place


@pytest.mark.usefixtures("an_object_with_a_password")
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMIN, Role.DEVELOPER)])
def test_those_who_may_not_set_secrets_leave_no_trace_of_one(workbench, caller, workspace, role):
    """A refusal is audited without the secret, and nothing is stored."""
    with pytest.raises(NotPermitted):
        caller_of(workbench, principal(workspace.id, role)).call(
            "secrets.set", object="crm", field="password", secret=CANARY
        )

    assert [row.outcome for row in caller.call("audit.list", operation="secrets.set").items] == ["denied"]
    assert CANARY not in everything(workbench)
    with workbench.read() as db:
        assert workbench.vault.get(db, workspace_id=workspace.id, object_id=OBJECT, field="password") is None


def test_without_an_owner_there_is_no_secret(caller):
    """A secret for something that does not exist is refused, so that none lies about unseen."""
    with pytest.raises(WorkbenchError) as caught:
        caller.call("secrets.set", object=str(new_id()), field="password", secret=CANARY)

    assert caught.value.code == "secret_owner_not_found"
