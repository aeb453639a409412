"""Events and records are numbered in the order in which they are committed."""

from __future__ import annotations

import threading

import pytest

from workbench.core import events, journal

pytestmark = pytest.mark.usefixtures("any_database")


def emit(db, name, owner):
    """Emit an event."""
    workspace = next(iter(owner.roles))
    events.emit(db, name, workspace_id=workspace, object_id=None, permission="runs:read")


def newest(bench):
    """The number of the newest event."""
    with bench.read() as db:
        return events.newest(db)


def together(work, number):
    """Do `work(0)`, `work(1)` and so on at once, to the end."""
    threads = [threading.Thread(target=work, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_follower_misses_nothing_that_threads_commit(bench, owner):
    """While eight threads commit, one who asks again and again for what is new sees each number once, in order."""
    writers, each = 8, 15
    seen, done = [], threading.Event()
    start = newest(bench)

    def write(number):
        for place in range(each):
            with bench.unit_of_work() as db:
                for _ in range(2 if place % 3 == 0 else 1):
                    emit(db, f"thing.w{number}", owner)

    def follow():
        cursor = start
        while True:
            last = done.is_set()
            with bench.read() as db:
                batch = [event.sequence for event in events.since(db, cursor)]
            seen.extend(batch)
            cursor = seen[-1] if seen else start
            if last and not batch:
                return

    follower = threading.Thread(target=follow)
    follower.start()
    together(write, writers)
    done.set()
    follower.join()

    assert seen == list(range(start + 1, start + 1 + writers * (each + each // 3)))


def test_what_is_rolled_back_is_never_told(bench, owner):
    """A unit of work that fails leaves neither events nor a gap in their numbers, and tells nobody."""
    told = []
    stop = bench.on_commit(lambda: told.append(1))
    with bench.read() as db:
        before = events.newest(db)

    def lose():
        with bench.unit_of_work() as db:
            emit(db, "thing.lost", owner)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lose()
    with bench.unit_of_work() as db:
        emit(db, "thing.kept", owner)
    stop()
    with bench.unit_of_work() as db:
        emit(db, "thing.later", owner)

    with bench.read() as db:
        found = [(event.sequence - before, event.name) for event in events.since(db, before)]
    assert found == [(1, "thing.kept"), (2, "thing.later")]
    assert told == [1]


def test_records_of_many_threads_make_one_chain(bench):
    """The audit chain has no broken link however many write at once."""
    from workbench.core.journal import AuditEntry
    from workbench.domains.audit.service import verify

    def write(number):
        for place in range(10):
            with bench.unit_of_work() as db:
                journal.record(db, AuditEntry(f"toys.{number}", "done", f"test:{place}"))

    together(write, 8)

    with bench.read() as db:
        verify(db)  # raises where a link is broken


def test_old_events_are_forgotten_and_their_numbers_not_used_again(bench, owner):
    """After a clean-up the next event still has the next number."""
    from datetime import timedelta

    from sqlalchemy import update

    from workbench.core.clock import now

    with bench.unit_of_work() as db:
        emit(db, "thing.old", owner)
    with bench.unit_of_work() as db:
        db.execute(update(events.Event).values(at=now() - timedelta(days=40)))
        events.forget(db, 30)
    with bench.read() as db:
        before = events.newest(db)
        assert events.since(db, 0) == []
    with bench.unit_of_work() as db:
        emit(db, "thing.new", owner)

    with bench.read() as db:
        assert [event.sequence for event in events.since(db, 0)] == [before + 1]


def test_a_hook_may_veto(bench, owner, monkeypatch):
    """What a hook raises undoes the transaction it was called in."""
    from workbench.core.errors import Conflict

    monkeypatch.setattr(events, "_hooks", events.defaultdict(list))

    @events.hook("thing.made")
    def veto(db, thing):
        if thing == "bad":
            raise Conflict("No.")

    def make(name):
        with bench.unit_of_work() as db:
            emit(db, f"thing.{name}", owner)
            events.run_hooks(db, "thing.made", thing=name)

    make("good")
    with pytest.raises(Conflict):
        make("bad")

    with bench.read() as db:
        assert [event.name for event in events.since(db, 0)][-1] == "thing.good"
