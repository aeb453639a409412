"""Commits: what a run sees before, what everybody sees after, and what cannot happen in between."""

from __future__ import annotations

import os
import threading

import pyarrow as pa
import pytest
from sqlalchemy import select

from tests.factories.store import ask, read, write
from workbench.core.errors import Conflict, NotFound, Unavailable
from workbench.core.events import Event, hook
from workbench.domains.store.models import Commit, CommitState, TableHead, TableLease, TableVersion
from workbench.domains.store.service import committer, recovery


def heads(workbench):
    """Every table's version, as readers see it."""
    with workbench.read() as db:
        return dict(db.execute(select(TableVersion.table_id, TableHead.sequence).join_from(
            TableHead, TableVersion, TableVersion.table_id == TableHead.table_id)).all())  # fmt: skip


def states(workbench):
    """The states of all commits, and the leases that are held."""
    with workbench.read() as db:
        leases = list(db.scalars(select(TableLease)))
        return sorted(db.scalars(select(Commit.state))), len(leases)


def test_nobody_sees_a_write_before_its_run_succeeds(any_database, workbench, caller, attempt):
    """The run sees its rows at once; everybody else when the commit is done."""
    write(caller, "t", {"a": [1]})
    run = attempt()
    staged = write(run.caller, "t", {"a": [2]})

    assert (staged.staged, staged.version) == (True, None)
    assert read(run.caller, "t") == [{"a": 1}, {"a": 2}]
    assert read(caller, "t") == [{"a": 1}]
    run.succeed()
    assert read(caller, "t") == [{"a": 1}, {"a": 2}]
    assert states(workbench) == (["done", "done"], 0)


def test_a_failed_attempt_leaves_nothing(any_database, workbench, caller, attempt, home):
    """What a failed run wrote is never seen, its files are gone, and it can write no more."""
    run = attempt()
    write(run.caller, "t", {"a": [1]})
    run.fail()

    assert caller.call("tables.list").items == []
    assert list(home.glob("runs/attempt-0/staged/*")) == []
    with pytest.raises(Conflict, match="discarded") as caught:
        write(run.caller, "t", {"a": [2]})
    assert caught.value.code == "commit_closed"


def test_a_run_sees_its_writes_in_order(caller, attempt):
    """Append, merge and replace stack up as they were written, and the result is what everybody sees later."""
    write(caller, "t", {"id": [1, 2], "x": ["old", "old"]})
    run = attempt()
    write(run.caller, "t", {"id": [3], "x": ["new"], "y": [1.5]})
    write(run.caller, "t", {"id": [2, 3, 4], "x": ["m", "m", "m"]}, mode="merge", key=["id"])
    seen = read(run.caller, "t")
    query = ask(run.caller, "SELECT * FROM t ORDER BY id")

    expected = [
        {"id": 1, "x": "old", "y": None},
        {"id": 2, "x": "m", "y": None},
        {"id": 3, "x": "m", "y": None},
        {"id": 4, "x": "m", "y": None},
    ]
    assert (seen, query) == (expected, expected)
    run.succeed()
    assert read(caller, "t") == expected
    write(run2 := attempt().caller, "t", {"id": [0]}, mode="replace")
    assert read(run2, "t") == [{"id": 0}]


def test_a_run_sees_one_version_of_a_table_until_it_ends(any_database, caller, attempt):
    """What others commit after a run's first look is not seen by it, in reads and in queries."""
    write(caller, "t", {"a": [1]})
    run = attempt()
    assert read(run.caller, "t") == [{"a": 1}]
    write(caller, "t", {"a": [2]})

    assert read(run.caller, "t") == [{"a": 1}]
    assert ask(run.caller, "SELECT count(*) AS n FROM t") == [{"n": 1}]
    assert read(caller, "t") == [{"a": 1}, {"a": 2}]


def test_appends_and_merges_apply_to_what_is_there_by_then(any_database, caller, attempt):
    """Two runs that append and merge lose nothing of each other, whichever commits first."""
    write(caller, "t", {"id": [1], "by": ["start"]})
    first, second = attempt(), attempt()
    for run, name, identity in ((first, "first", 2), (second, "second", 3)):
        read(run.caller, "t")
        write(run.caller, "t", {"id": [identity], "by": [name]})
        write(run.caller, "t", {"id": [1], "by": [name]}, mode="merge", key=["id"])
    second.succeed()
    first.succeed()

    assert read(caller, "t") == [{"id": 1, "by": "first"}, {"id": 2, "by": "first"}, {"id": 3, "by": "second"}]


def test_a_replace_of_what_moved_since_it_was_read_is_refused(any_database, workbench, caller, attempt):
    """A lost update is a retryable conflict; without having read, a replace wins."""
    write(caller, "t", {"a": [1]})
    reader, blind = attempt(), attempt()
    total = sum(row["a"] for row in read(reader.caller, "t"))
    write(reader.caller, "t", {"a": [total + 10]}, mode="replace")
    write(blind.caller, "t", {"a": [7]}, mode="replace")
    write(caller, "t", {"a": [5]})
    with pytest.raises(Conflict, match="at version 1 when it was read and is at 2") as caught:
        reader.prepare()
    blind.succeed()

    assert caught.value.code == "table_moved"
    assert read(caller, "t") == [{"a": 7}]
    assert states(workbench) == (["done", "done", "done", "open"], 0)


def test_several_tables_change_together(any_database, workbench, caller, attempt):
    """Between the point of no return and the end no table has moved; then all have."""
    run = attempt()
    for name in ("b", "a", "c"):
        write(run.caller, name, {"x": [1]})
    run.prepare()
    assert caller.call("tables.list").items == []
    run.complete()

    assert [(table.name, table.current_version) for table in caller.call("tables.list").items] == [
        ("a", 1),
        ("b", 1),
        ("c", 1),
    ]
    with workbench.read() as db:
        (commits,) = set(db.scalars(select(TableVersion.commit_id)))
    assert commits == run.commit_id


def test_one_refused_write_refuses_them_all(any_database, workbench, caller, attempt):
    """When the columns of one of two tables changed in the meantime, neither table changes."""
    write(caller, "a", {"x": [1]})
    run = attempt()
    write(run.caller, "a", {"x": [2]})
    write(run.caller, "b", {"y": [1]})
    write(caller, "a", {"x": ["text"]}, mode="replace")
    with pytest.raises(Conflict) as caught:
        run.prepare()

    assert caught.value.code == "table_schema_changed"
    assert [table.name for table in caller.call("tables.list").items] == ["a"]
    assert states(workbench)[1] == 0


def test_rows_are_cast_when_the_column_grew_wider(caller, attempt):
    """A write staged as INTEGER arrives in a table that was replaced by one with BIGINT."""
    write(caller, "t", {"a": pa.array([1], pa.int32())})
    run = attempt()
    write(run.caller, "t", {"a": pa.array([2], pa.int32())})
    write(caller, "t", {"a": pa.array([2**40])}, mode="replace")
    run.succeed()

    assert read(caller, "t") == [{"a": 2**40}, {"a": 2}]


def test_who_meets_a_commit_under_way_completes_it_first(any_database, workbench, caller, attempt):
    """A write to a table that another commit holds completes that one, then itself; both are there, in that order."""
    run = attempt()
    write(run.caller, "t", {"a": ["run"]})
    run.prepare()
    mine = write(caller, "t", {"a": ["mine"]})

    assert mine.version == 2
    assert read(caller, "t", version=1) == [{"a": "run"}]
    assert states(workbench) == (["done", "done"], 0)


def test_a_lease_is_named_to_who_wants_the_table(any_database, attempt):
    """The commit that blocks is listed, preparing is refused until it is done, and works afterwards."""
    first, second = attempt(), attempt()
    write(first.caller, "t", {"a": [1]})
    write(second.caller, "t", {"a": [2]})
    first.prepare()

    assert second.blocking() == [first.commit_id]
    with pytest.raises(Conflict) as caught:
        second.prepare()
    assert (caught.value.code, caught.value.retry_after) == ("table_busy", 1)
    first.complete()
    assert second.blocking() == []
    second.succeed()


def test_completing_twice_and_at_once_changes_nothing_twice(any_database, workbench, caller, attempt):
    """Six threads and one more call complete a commit; every write is applied once."""
    write(caller, "a", {"x": [0]})
    run = attempt()
    write(run.caller, "a", {"x": [1]})
    write(run.caller, "a", {"x": [2]}, mode="merge", key=["x"])
    write(run.caller, "b", {"x": [3]})
    run.prepare()
    errors = []

    def complete():
        try:
            run.complete()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must show it
            errors.append(error)

    threads = [threading.Thread(target=complete) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.complete()

    assert errors == []
    assert read(caller, "a") == [{"x": 0}, {"x": 1}, {"x": 2}]
    assert [v.version for v in caller.call("tables.versions", name="a").items] == [3, 2, 1]
    assert read(caller, "b") == [{"x": 3}]


def test_recovery_completes_what_was_prepared_and_nothing_else(any_database, workbench, caller, attempt):
    """After a crash, prepared commits become visible, and those of runs that go on do not."""
    prepared, living = attempt(), attempt()
    for number, run in enumerate((prepared, living)):
        write(run.caller, "t", {"a": [number]})
    prepared.prepare()
    done = recovery.recover(workbench)

    assert done == 1
    assert read(caller, "t") == [{"a": 0}]
    assert states(workbench) == (["done", "open"], 0)


def test_recovery_removes_what_a_killed_process_spooled(workbench):
    """Rows that somebody brought to be mapped are removed a day later; those of now stay."""
    from workbench.domains.store.service import parts
    from workbench.domains.store.service.spooling import Spooled

    Spooled(workbench, pa.table({"a": [1]}).to_reader())
    Spooled(workbench, pa.table({"a": [1]}).to_reader())
    spilled = sorted(parts.spill(workbench.settings).glob("*.parquet"))
    os.utime(spilled[0], (0, 0))
    recovery.recover(workbench)

    assert list(parts.spill(workbench.settings).glob("*.parquet")) == spilled[1:]


def test_a_commit_that_cannot_be_completed_is_not_tried_at_once_again(workbench, caller, attempt, monkeypatch, caplog):
    """While the disk is full one look in many tries, and the log has one line for each cause."""
    from workbench.domains.store.service import applying
    from workbench.domains.store.service.patience import Patience

    time, tried = [0.0], []
    workbench.part("store.patience", lambda: Patience(lambda: time[0]))

    def fail(*_):
        tried.append(time[0])
        raise Unavailable("The disk is full." if time[0] < 10 else "The file is gone.")

    run = attempt()
    write(run.caller, "t", {"a": [1]})
    run.prepare()
    with monkeypatch.context() as patched:
        patched.setattr(applying.files, "place", fail)
        for second in range(60):
            time[0] = float(second)
            assert [recovery.recover(workbench) for _ in range(2)] == [0, 0]

    assert tried == [0, 1, 3, 7, 15, 31]
    assert [str(record.exc_info[1]) for record in caplog.records if "cannot be completed" in record.getMessage()] == [
        "The disk is full.",
        "The file is gone.",
    ]
    time[0] = 63.0
    assert recovery.recover(workbench) == 1
    assert read(caller, "t") == [{"a": 1}]


def test_what_waits_for_a_commit_happens_in_its_transaction(any_database, workbench, attempt):
    """A hook that objects keeps everything back; once it agrees, the heads move and it was told of the commit."""
    told, refuse = [], [True]

    @hook("store.committed")
    def listen(db, commit):
        told.append(commit.id)
        if refuse and commit.id == run.commit_id:
            refuse.pop()
            raise Conflict("Not yet.")

    run = attempt()
    write(run.caller, "t", {"a": [1]})
    run.prepare()
    with pytest.raises(Conflict, match="Not yet"):
        run.complete()
    assert heads(workbench) == {}
    run.complete()

    assert told == [run.commit_id, run.commit_id]
    assert len(heads(workbench)) == 1


def test_a_commit_says_what_it_did_to_each_table(any_database, workbench, caller, attempt):
    """One event a table and version, for those who may read it."""
    run = attempt()
    write(run.caller, "t", {"a": [1, 2]})
    run.succeed()
    with workbench.read() as db:
        found = [(e.permission, e.data) for e in db.scalars(select(Event).where(Event.name == "table.committed"))]

    assert found == [("tables:read", {"name": "t", "version": 1, "rows": 2, "mode": "append"})]


def test_staged_files_that_somebody_touched_are_refused(caller, attempt, home):
    """A staged file of another size, or none, refuses the commit before the point of no return."""
    run = attempt()
    write(run.caller, "t", {"a": [1]})
    (file,) = home.glob("runs/attempt-0/staged/*.parquet")
    file.unlink()
    with pytest.raises(Conflict) as caught:
        run.prepare()

    assert caught.value.code == "staged_file_gone"


def test_a_run_reads_what_it_has_just_made(attempt):
    """A table that exists only within a run can be read and queried there, and is missing elsewhere."""
    run = attempt()
    write(run.caller, "t", {"a": [1]})

    assert ask(run.caller, "SELECT sum(a) AS a FROM t") == [{"a": 1}]
    with pytest.raises(NotFound):
        read(attempt().caller, "t")


def test_an_owner_s_table_made_by_a_run_is_hers(workbench, caller, attempt):
    """A table that a run makes belongs to the one whose rights it has."""
    run = attempt()
    write(run.caller, "t", {"a": [1]})
    run.succeed()

    assert caller.call("tables.show", name="t").owner_id == caller.context().principal.user_id


def test_a_disk_that_fills_up_at_the_end_delays_a_write_and_loses_nothing(workbench, caller, monkeypatch):
    """Past the point of no return the writer is told not to repeat, and who comes next completes it."""
    from workbench.domains.store.service import applying

    write(caller, "t", {"a": [1]})

    def full(*_):
        raise Unavailable("The disk is full.", fix="Free some space.", code="disk_full")

    with monkeypatch.context() as patched:
        patched.setattr(applying.files, "place", full)
        with pytest.raises(Unavailable, match="Do not write them again") as caught:
            write(caller, "t", {"a": [2]})
    assert caught.value.code == "disk_full"
    assert read(caller, "t") == [{"a": 1}]
    write(caller, "t", {"a": [3]})

    assert read(caller, "t") == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_recovery_removes_what_a_dead_process_did_not(workbench, caller, monkeypatch):
    """Files of a commit that ended are removed even if its process died just before it could."""
    with monkeypatch.context() as patched:
        patched.setattr(committer, "remove_files", lambda *_: None)
        write(caller, "t", {"a": [1]})
    staging = workbench.settings.store_dir / ".staging"
    assert len(list(staging.glob("*/staged/*.parquet"))) == 1
    recovery.recover(workbench)

    assert list(staging.glob("*")) == []
    assert read(caller, "t") == [{"a": 1}]


def test_a_table_put_away_is_not_restored(caller):
    """Bringing back a version of a table that is put away is refused."""
    write(caller, "t", {"a": [1]})
    gone = caller.call("tables.delete", name="t")
    with pytest.raises(Conflict) as caught:
        caller.call("tables.restore", name=gone.id, version=1)

    assert caught.value.code == "table_archived"


def test_old_commits_without_a_run_are_cleaned_up(workbench, caller):
    """What a dead process staged by hand is discarded when it is old, and not before."""
    from datetime import timedelta

    from workbench.core.clock import now

    with workbench.unit_of_work() as db:
        for age in (1, 100):
            made = committer.open_commit(
                workbench.settings, db, caller.context().workspace_id, owner_id=None, author="x"
            )
            made.created_at = now() - timedelta(hours=age)
    recovery.recover(workbench)

    with workbench.read() as db:
        assert sorted(db.scalars(select(Commit.state))) == [CommitState.DISCARDED, CommitState.OPEN]
