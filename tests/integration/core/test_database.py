"""What a database that does not do as asked means to those who wait for it."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing

import pytest
from sqlalchemy import event, select, text

from tests.integration.jupyter_ext import toys
from workbench.core import db as databases
from workbench.core import gate
from workbench.core.db import Database
from workbench.core.errors import AlreadyExists, Invalid, StaleVersion, Unavailable


@pytest.fixture
def impatient(monkeypatch):
    """A database is waited for only a moment."""
    monkeypatch.setattr(databases, "BUSY_SECONDS", 0.2)


def test_a_locked_database_is_unavailable_for_now(impatient, bench, toys_caller):
    """A write that cannot have its lock says so and when to come again; reading goes on."""
    path = bench.settings.home / "workbench.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable) as error:
            toys_caller.call("things.create", name="a")
        assert toys_caller.call("things.list").items == []
        holder.execute("ROLLBACK")

    assert (error.value.code, error.value.retry_after) == ("database_locked", 1)
    assert toys_caller.call("things.create", name="a").name == "a"


def test_a_full_disk_leaves_nothing_half_written(bench, toys_caller):
    """When SQLite cannot grow its file the answer names the disk, and what was begun is gone."""
    toys_caller.call("things.create", name="before")
    with bench.read() as db:
        pages = db.execute(text("PRAGMA page_count")).scalar_one()
    bench.close()
    small = toys.open_toys(bench.settings)

    @event.listens_for(small.database.engine, "checkout")
    def limit(connection, *_):
        connection.execute(f"PRAGMA max_page_count={pages + 2}")

    asking = toys_caller.context()
    asking.workbench = small

    def fill():
        for number in range(50):
            gate.call(toys.registry["things.create"], asking, {"name": f"big_{number}", "extra": {"x": "y" * 50_000}})

    with pytest.raises(Unavailable) as error:
        fill()
    event.remove(small.database.engine, "checkout", limit)

    assert error.value.code == "disk_full"
    with small.read() as db:
        names = list(db.scalars(select(toys.Thing.name)))
    assert "before" in names
    small.close()


@pytest.mark.usefixtures("any_database")
def test_a_value_that_no_column_holds_is_invalid(toys_caller):
    """A number beyond 64 bits is refused as such on both databases."""
    with pytest.raises(Invalid):
        toys_caller.call("things.create", name="a", size=10**30)
    assert toys_caller.call("things.list").items == []


@pytest.mark.usefixtures("any_database")
def test_a_stale_object_is_not_written_over(bench, toys_caller):
    """Two sessions that loaded the same version: the second to write is told."""
    toys_caller.call("things.create", name="a")
    with bench.read() as db:
        old = db.scalars(select(toys.Thing)).one()
    toys_caller.call("things.change", id="a", size=1)

    def overwrite():
        with bench.unit_of_work() as db:
            db.add(old)
            old.size = 2

    with pytest.raises(StaleVersion):
        overwrite()


@pytest.mark.usefixtures("any_database")
def test_a_duplicate_leaves_the_rest_of_the_transaction(bench, owner):
    """What was written before the duplicate survives it where the error is handled."""
    workspace = next(iter(owner.roles))
    with bench.unit_of_work() as db:
        db.add(toys.Thing(workspace_id=workspace, name="kept"))
        db.flush()
        with pytest.raises(AlreadyExists), databases.unique(db, AlreadyExists("There is one.")):
            db.add(toys.Thing(workspace_id=workspace, name="kept"))

    with bench.read() as db:
        assert list(db.scalars(select(toys.Thing.name))) == ["kept"]


@pytest.mark.usefixtures("any_database")
def test_a_read_session_cannot_write(bench, owner):
    """On PostgreSQL the database itself refuses; on SQLite what is written is not kept."""
    try:
        with bench.read() as db:
            db.add(toys.Thing(workspace_id=next(iter(owner.roles)), name="never"))
            db.flush()
    except Exception:  # noqa: BLE001 - the refusal's class is the driver's
        pass

    with bench.read() as db:
        assert list(db.scalars(select(toys.Thing))) == []


def test_a_database_that_is_not_there_is_unavailable():
    """A host that nobody answers at is an error of ours, without a traceback's worth of text."""
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")

    with pytest.raises(Unavailable) as error, database.read() as db:
        db.execute(text("SELECT 1"))

    assert error.value.code == "database_unavailable"
    assert "\n" not in error.value.detail
    database.close()


def test_many_threads_write_without_a_lock_error(bench, toys_caller):
    """Eight threads that read and write at once all get through."""
    failures = []

    def work(number):
        try:
            for place in range(10):
                toys_caller.call("things.create", name=f"t{number}_{place}")
                toys_caller.call("things.list", limit=5)
        except Exception as error:  # noqa: BLE001 - any is a failure
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert time.monotonic() - started < 60
