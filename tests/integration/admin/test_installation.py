"""Who looks after an installation sees how it is kept, and nobody else does."""

from __future__ import annotations

import dataclasses
import fcntl
from datetime import timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import update

from tests.factories.notebooks import plain
from tests.factories.people import caller_of, principal
from workbench.core import latest
from workbench.core.clock import now
from workbench.core.errors import Conflict, NotPermitted
from workbench.core.permissions import Role
from workbench.domains.runs.models import Run


def test_settings_tell_where_they_come_from_and_no_secret(workbench, caller):
    """A password is only said to be set, also one within an address."""
    workbench.settings = dataclasses.replace(
        workbench.settings, smtp_password="hunter2", redis_url="redis://user:hunter2@cache:6379/0",
        origins=MappingProxyType({"smtp_password": "environment"}),
    )  # fmt: skip

    found = caller.call("admin.settings")

    rows = {one.name: (one.value, one.origin) for one in found.items}
    assert rows["smtp_password"] == ("***", "environment")
    assert rows["slots"] == (str(workbench.settings.slots), "default")
    assert "hunter2" not in found.model_dump_json()
    assert found.file == str(workbench.settings.home / "config.toml")


def test_what_is_due_is_done_by_a_round_and_told_afterwards(any_database, workbench, caller):
    """A run that ended long ago is due to be forgotten, then it is, and the round says so."""
    run = caller.call("runs.start_notebook", notebook=plain("1"))
    with workbench.unit_of_work() as db:
        long_ago = {"status": "succeeded", "finished_at": now() - timedelta(days=1000)}
        db.execute(update(Run).where(Run.id == run.id).values(**long_ago))
    before = caller.call("admin.maintenance")
    (workbench.settings.home / "backups").mkdir()
    (workbench.settings.home / "backups" / "before-upgrade-20260101T000000.db").write_bytes(b"1234")

    caller.call("admin.tidy")

    after = caller.call("admin.maintenance")
    assert before.rounds == []
    assert [{one.name: one.due for one in view.chores}["forget_runs"] for view in (before, after)] == [1, 0]
    did = {one.name: (one.did, one.failed) for one in after.rounds[0].chores}
    assert did["forget_runs"] == (1, False)
    assert [name for name, (_, failed) in did.items() if failed] == []
    assert [(one.name, one.bytes) for one in after.backups] == [("before-upgrade-20260101T000000.db", 4)]


def test_a_round_under_way_is_not_begun_again(workbench, caller):
    """Who asks meanwhile is told so."""
    with (workbench.settings.home / "housekeeping.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="under way"):
            caller.call("admin.tidy")


def test_a_record_of_rounds_that_cannot_be_read_is_none(workbench, caller):
    """A file that somebody spoiled is written anew by the next round."""
    (workbench.settings.home / "housekeeping.json").write_text("[{")

    assert caller.call("admin.maintenance").rounds == []
    caller.call("admin.tidy")
    assert len(caller.call("admin.maintenance").rounds) == 1


@pytest.mark.parametrize("operation", ["admin.settings", "admin.maintenance", "admin.performance", "admin.tidy"])
def test_an_admin_of_a_workspace_does_not_look_after_the_installation(workbench, workspace, operation):
    """Only a system admin does."""
    with pytest.raises(NotPermitted):
        caller_of(workbench, principal(workspace.id, Role.ADMIN)).call(operation)


def test_what_operations_take_is_measured_at_the_gate(caller, monkeypatch):
    """Each is counted with its failures, its percentiles are of the latest, and a slow one is named."""
    measured = latest.Latest()
    monkeypatch.setattr(latest, "OPERATIONS", measured)
    for seconds in range(1, 101):
        measured.note("made.up", seconds / 1000, "failed" if seconds == 1 else "done")
    measured.note("long.one", 3.0, correlation_id="ab12")

    caller.call("me.show")
    found = caller.call("admin.performance")

    by_name = {one.name: one for one in found.operations}
    made_up = by_name["made.up"]
    assert (made_up.count, made_up.errors, made_up.p50, made_up.p95, made_up.p99) == (100, 1, 0.05, 0.095, 0.099)
    assert by_name["me.show"].count == 1
    assert [(one.name, one.seconds, one.correlation_id) for one in found.slow] == [("long.one", 3.0, "ab12")]
    assert found.memory > 10_000_000
