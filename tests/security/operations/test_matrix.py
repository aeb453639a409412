"""Every operation, for every role, for nobody, and for a token that names other scopes: generated from the registry."""

from __future__ import annotations

import pytest

from tests.factories.people import caller_of, principal
from workbench.core import gate
from workbench.core.context import ANONYMOUS, Context
from workbench.core.errors import NotAuthenticated, NotPermitted, WorkbenchError
from workbench.core.operations import registry
from workbench.core.permissions import Level, Role

OPERATIONS = sorted(registry.discover(), key=lambda op: op.name)
GUARDED = [op for op in OPERATIONS if not op.permission.public]
FIELDS = {"id": "nothing", "name": "nothing", "number": 1, "key": "nothing"}


def refused(op, ctx) -> type[WorkbenchError] | None:
    """The kind of refusal that the gate answers with, None where it let the caller pass (to whatever came then)."""
    try:
        gate.call(op, ctx, {name: FIELDS.get(name, "nothing") for name in op.path_fields})
    except (NotPermitted, NotAuthenticated) as error:
        return type(error)
    except WorkbenchError:
        return None
    return None


@pytest.mark.parametrize("role", Role)
def test_each_role_passes_exactly_where_the_table_says(workbench, workspace, role):
    """At level none the gate refuses; at any other it does not, whatever the operation then answers."""
    ctx = caller_of(workbench, principal(workspace.id, role)).context()
    expected, found = {}, {}
    for op in OPERATIONS:
        rule = op.permission
        allowed = rule.own or rule.public or (not rule.system_admin_only and rule.levels[role] is not Level.NONE)
        expected[op.name] = None if allowed else NotPermitted
        found[op.name] = refused(op, ctx)

    assert found == expected


def test_nobody_passes_nowhere(workbench, workspace):
    """An anonymous caller is asked to sign in by every operation but those that sign in."""
    ctx = Context(workbench=workbench, principal=ANONYMOUS, workspace=workspace)

    assert {op.name: refused(op, ctx) for op in GUARDED} == dict.fromkeys((op.name for op in GUARDED), NotAuthenticated)


def test_a_token_without_scopes_passes_nowhere(workbench, workspace):
    """An admin's token whose scopes name nothing is refused by every operation."""
    narrow = principal(workspace.id, Role.ADMIN, scopes=frozenset())
    ctx = caller_of(workbench, narrow).context()

    assert {op.name: refused(op, ctx) for op in GUARDED} == dict.fromkeys((op.name for op in GUARDED), NotPermitted)


def test_refusals_are_on_record(workbench, caller, workspace):
    """What a role was refused stands in the audit trail under its name."""
    ctx = caller_of(workbench, principal(workspace.id, Role.VIEWER)).context()
    refused(registry["connectors.create"], ctx)

    records = caller.call("audit.list", operation="connectors.create").items

    assert [(record.principal, record.outcome) for record in records] == [("test:someone", "denied")]
