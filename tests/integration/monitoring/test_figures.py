"""The figures of a workspace are true, on both databases, and say nothing that their reader may not know."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.factories.people import caller_of, principal
from workbench.core.clock import now
from workbench.core.ids import new_id
from workbench.core.permissions import Role
from workbench.domains.runs.models import Run
from workbench.domains.runs.service.failures import group_of

MISSING = {"name": "KeyError", "message": "'day' is not in 3 columns", "cell": 2}


@pytest.fixture
def add(workbench, workspace) -> Any:
    """Makes a run that was submitted an hour ago and succeeded, save for what is given."""

    def made(seconds: float | None = 1.0, **fields: Any) -> Run:
        began, error = now() - timedelta(hours=1), fields.get("error")
        given = {
            "id": new_id(), "workspace_id": workspace.id, "created_at": began, "title": "notes", "submitted_by": "os:1",
            "rights_of": "os:1", "rights": {}, "parameters": {}, "options": {}, "status": "succeeded",
            "started_at": began, "seconds": seconds, "cells_done": 0, "correlation_id": "0" * 32,
            "error_group": group_of(error) if error else None,
        }  # fmt: skip
        run = Run(**(given | fields))
        with workbench.unit_of_work() as db:
            db.add(run)
        return run

    return made


def test_percentiles_are_those_of_the_runs_that_succeeded(any_database, add, caller):
    """Of 1 to 100 seconds half were done within 50 and all but one within 99; failures are counted, not timed."""
    for seconds in range(1, 101):
        add(float(seconds))
    add(500.0, status="failed", error=MISSING)
    add(7.0, title="others", status="cancelled")

    found = [one.model_dump() for one in caller.call("monitoring.history", period="7d").pipelines]

    notes = {"pipeline_id": None, "title": "notes", "runs": 101, "succeeded": 100, "failed": 1}
    others = {"pipeline_id": None, "title": "others", "runs": 1, "succeeded": 0, "failed": 0}
    assert found == [
        notes | {"p50": 50.0, "p90": 90.0, "p99": 99.0}, others | {"p50": None, "p90": None, "p99": None}
    ]  # fmt: skip


def test_failures_that_differ_in_numbers_and_names_are_one(any_database, add, caller):
    """They are counted together under the latest, another cell's stand apart, and the list of runs has the same."""
    add(status="failed", error=MISSING, created_at=now() - timedelta(hours=3))
    latest = add(status="crashed", error={**MISSING, "message": "'hour' is not in 12 columns"})
    other = add(status="failed", error={**MISSING, "cell": 3})

    first, second = caller.call("monitoring.history").failures

    assert (first.name, first.message, first.cell, first.runs, first.latest_run) == (
        "KeyError", "'hour' is not in 12 columns", 2, 2, latest.id,
    )  # fmt: skip
    assert (second.runs, second.latest_run) == (1, other.id)
    assert len(caller.call("runs.list", error=first.error_group).items) == 2


def test_runs_are_counted_in_the_part_of_the_period_in_which_they_were_submitted(any_database, add, caller):
    """Each hour of a day has its own, and what is older than the period is left out."""
    add()
    add(status="failed", created_at=now() - timedelta(hours=5))
    add(created_at=now() - timedelta(days=2))
    add(status="queued", started_at=None, seconds=None)

    day = caller.call("monitoring.history", period="24h")
    week = caller.call("monitoring.history", period="7d")

    counted = [(one.succeeded, one.failed, one.others) for one in day.buckets]
    assert len(counted) == 24
    assert [one for one in counted if any(one)] == [(0, 1, 0), (1, 0, 1)]
    assert sum(one.succeeded for one in week.buckets) == 2


def test_what_waits_and_where_there_is_room_is_told(any_database, add, caller, workbench):
    """Slots count what executes; the oldest that waits says since when."""
    add(status="running", slot=0)
    oldest = add(status="queued", started_at=None)
    add(status="queued", started_at=None, created_at=now())

    found = caller.call("monitoring.now")

    slots = workbench.settings.slots
    assert found.model_dump() == {
        "running": 1, "waiting": 2, "longest_wait": oldest.created_at, "executing": False, "slots": slots,
        "slots_free": slots - 1,
    }  # fmt: skip


def test_a_viewer_learns_of_no_run_that_was_not_shared_and_of_no_message(workbench, workspace, add, caller):
    """Nothing of them is counted; to whom failures are shown without the right to logs, they show no message."""
    add(status="failed", error=MISSING)
    viewer = caller_of(workbench, principal(workspace.id, Role.VIEWER))

    history, sources = viewer.call("monitoring.history"), viewer.call("monitoring.sources")

    assert (history.pipelines, history.failures, sources.connectors) == ([], [], [])
    assert {(one.succeeded, one.failed, one.others) for one in history.buckets} == {(0, 0, 0)}


def test_a_test_of_a_connector_is_remembered(any_database, caller, tmp_path):
    """Its outcome and moment are shown without connecting, and do not change the version of its settings."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "orders.csv").write_text("id\n1\n")
    made = caller.call("connectors.create", name="orders", type="files", config={"path": str(tmp_path / "data")})
    before = caller.call("monitoring.sources").connectors
    caller.call("connectors.test", id="orders")
    (tmp_path / "data").rename(tmp_path / "gone")
    well = caller.call("monitoring.sources").connectors
    caller.call("connectors.test", id="orders")
    ill = caller.call("monitoring.sources").connectors

    assert [(one.tested_at, one.problem) for one in before] == [(None, None)]
    assert [(one.tested_at is None, one.problem) for one in well] == [(False, None)]
    assert ill[0].problem is not None
    assert ill[0].tested_at > well[0].tested_at
    assert caller.call("connectors.show", id="orders").etag == made.etag


def test_a_table_is_late_when_it_was_not_written_for_twice_its_usual_time(workbench, caller):
    """One that is written every hour is late after three, one that was written twice is never."""
    import pyarrow as pa
    from sqlalchemy import update

    from tests.factories.store import write
    from workbench.domains.store.models import Table, TableHead, TableVersion

    rows = pa.table({"n": [1]})
    for _ in range(4):
        write(caller, "hourly", rows)
    write(caller, "once", rows)
    with workbench.unit_of_work() as db:
        for table in db.query(Table):
            for version in db.query(TableVersion).where(TableVersion.table_id == table.id):
                version.created_at = now() - timedelta(hours=7 - version.sequence)
            db.execute(
                update(TableHead).where(TableHead.table_id == table.id).values(updated_at=now() - timedelta(hours=3))
            )

    found = caller.call("monitoring.sources")

    assert found.late == 1
    assert [(one.name, one.late, one.usual_seconds and round(one.usual_seconds)) for one in found.tables] == [
        ("hourly", True, 3600), ("once", False, None),
    ]  # fmt: skip
