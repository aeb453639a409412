"""A home forgets what is old, settles what was left, and keeps what people still need; on both databases."""

from __future__ import annotations

import dataclasses
import fcntl
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.factories.notebooks import plain
from tests.factories.store import read, write
from workbench.core import events, idempotency
from workbench.core.clock import now
from workbench.core.errors import NotFound
from workbench.core.idempotency import IdempotencyKey
from workbench.domains.admin.service import CHORES, tidy
from workbench.domains.audit.service import read_heads, verify
from workbench.domains.runs.models import Run, RunMetric, RunNotebook, Status
from workbench.domains.runs.service import ledger, retention
from workbench.domains.store.models import Commit, CommitState, StagedWrite
from workbench.domains.store.service import retention as store
from workbench.home import local_caller
from workbench.housekeeping import Housekeeper

pytestmark = pytest.mark.usefixtures("any_database")


def queued(caller, count=1):
    """Runs that wait; answers their ids."""
    return [caller.call("runs.start_notebook", notebook=plain("1"), title=f"run {n}").id for n in range(count)]


def ended(workbench, run_ids, days):
    """Have runs end some days ago, with a folder and a metric each."""
    with workbench.unit_of_work() as db:
        what = {"status": Status.SUCCEEDED, "finished_at": now() - timedelta(days=days), "attempt": 1}
        db.execute(update(Run).where(Run.id.in_(run_ids)).values(**what))
        db.add_all(RunMetric(run_id=run_id, attempt=1, name="rows", value=1.0) for run_id in run_ids)
    for run_id in run_ids:
        folder = ledger.attempt_folder(workbench.settings, run_id, 1)
        folder.mkdir(parents=True)
        (folder / "output.ipynb").write_text("{}")


def test_runs_that_ended_long_ago_are_forgotten(workbench, caller, monkeypatch):
    """Rows, metrics, notebooks and folders of old runs go, over several batches; the others stay."""
    monkeypatch.setattr(retention, "BATCH", 2)
    old, young, waiting = queued(caller, 5), queued(caller), queued(caller)
    ended(workbench, old, days=91)
    ended(workbench, young, days=89)

    assert tidy(workbench)

    assert {run.id for run in caller.call("runs.list").items} == {*young, *waiting}
    with pytest.raises(NotFound):
        caller.call("runs.show", id=str(old[0]))
    assert [folder.name for folder in workbench.settings.runs_dir.iterdir()] == [str(young[0])]
    with workbench.read() as db:
        assert set(db.scalars(select(RunMetric.run_id))) == set(young)
        assert set(db.scalars(select(RunNotebook.run_id))) == {*young, *waiting}


def test_old_events_go_in_short_transactions(workbench, caller, monkeypatch):
    """However many they are, and the newest stay."""
    queued(caller, 7)
    with workbench.unit_of_work() as db:
        db.execute(update(events.Event).values(at=now() - timedelta(days=31)))
    kept = queued(caller)
    few = events.forget
    monkeypatch.setattr(events, "forget", lambda db, days: few(db, days, limit=3))

    tidy(workbench)

    with workbench.read() as db:
        assert {event.object_id for event in events.since(db, 0)} == set(kept)


def test_staged_writes_of_commits_that_ended_are_forgotten(workbench, caller, monkeypatch):
    """What was staged for done and discarded commits goes after a day, in batches; that of open ones stays."""
    monkeypatch.setattr(store, "BATCH", 2)
    for number in range(3):
        write(caller, f"table_{number}", {"a": [number]})
    write(caller, "young", {"a": [1]})
    write(caller, "open", {"a": [1]})
    with workbench.unit_of_work() as db:
        long_ago = update(Commit).values(ended_at=now() - timedelta(hours=25))
        writes = {row.table_name: row.commit_id for row in db.scalars(select(StagedWrite))}
        db.execute(long_ago.where(Commit.id.not_in([writes["young"]])))
        db.execute(update(Commit).where(Commit.id == writes["table_0"]).values(state=CommitState.DISCARDED))
        db.execute(update(Commit).where(Commit.id == writes["open"]).values(state=CommitState.OPEN, ended_at=None))

    tidy(workbench)

    with workbench.read() as db:
        assert set(db.scalars(select(StagedWrite.table_name))) == {"young", "open"}
    assert read(caller, "table_1") == [{"a": 1}]


def test_a_key_of_a_request_is_remembered_for_a_day(workbench, caller, monkeypatch):
    """Keys go a day after their request, however many they are; then the same key starts something anew."""
    few = idempotency.forget
    monkeypatch.setattr(idempotency, "forget", lambda db: few(db, limit=2))
    repeating = [local_caller(workbench, idempotency_key=str(number)) for number in range(6)]
    first = [queued(each)[0] for each in repeating]
    with workbench.unit_of_work() as db:
        old = IdempotencyKey.key != "5"
        db.execute(update(IdempotencyKey).where(old).values(created_at=now() - timedelta(hours=25)))

    tidy(workbench)

    assert [queued(each)[0] == run_id for each, run_id in zip(repeating, first, strict=True)] == [False] * 5 + [True]


def test_the_head_of_the_audit_trail_is_written_down(workbench, caller):
    """What is cut off the end of the trail afterwards would be noticed."""
    queued(caller)

    tidy(workbench)

    with workbench.read() as db:
        assert [verify(db)] == read_heads(workbench.settings.home)


def test_a_chore_that_fails_is_told_and_does_not_stop_the_others(workbench, caller, caplog):
    """The audit trail's head is exported though runs cannot be forgotten."""
    queued(caller)
    workbench.settings = dataclasses.replace(workbench.settings, retain_runs_days="soon")

    assert tidy(workbench)

    assert [record.message for record in caplog.records] == ["forget_runs could not be done now"]
    assert len(read_heads(workbench.settings.home)) == 1


def test_one_process_of_a_home_tidies_at_a_time(workbench):
    """Who finds another one at it leaves it to that one."""
    with (workbench.settings.home / "housekeeping.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not tidy(workbench)

    assert tidy(workbench)


def test_the_housekeeper_comes_again_and_again(workbench, monkeypatch):
    """It works in a thread of its own until it is stopped."""
    rounds = []
    monkeypatch.setattr("workbench.housekeeping.FIRST_SECONDS", 0.0)
    monkeypatch.setattr("workbench.housekeeping.PERIOD_SECONDS", 0.01)
    monkeypatch.setattr("workbench.domains.admin.service.chores.CHORES", (*CHORES, lambda _: rounds.append(1)))
    housekeeper = Housekeeper(workbench)

    housekeeper.start()
    until = now() + timedelta(seconds=30)
    while len(rounds) < 3 and now() < until:
        housekeeper._thread.join(0.05)
    housekeeper.stop()

    assert len(rounds) >= 3
    assert not housekeeper._thread.is_alive()
