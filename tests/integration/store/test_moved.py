"""Homes that are copied or moved while something is being written."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import replace

import pytest
from alembic import command
from sqlalchemy import select

from tests.factories.store import read, write
from workbench.core.ids import new_id
from workbench.domains.store.models import Commit, CommitState
from workbench.domains.store.service import committer, recovery
from workbench.home import local_caller, open_home
from workbench.migrations import configuration


@pytest.fixture
def copied(settings, tmp_path):
    """Copies the home, and opens the copy."""

    @contextmanager
    def copy():
        shutil.copytree(settings.home, tmp_path / "copy")
        opened = open_home(replace(settings, home=tmp_path / "copy"))
        yield opened
        opened.close()

    return copy


def test_a_copied_home_completes_its_own_commits_from_its_own_files(home, caller, attempt, copied):
    """Past the point of no return a commit is completed in the copy, and the original can still complete it, too."""
    run = attempt()
    write(run.caller, "t", {"a": [1]})
    run.prepare()
    with copied() as copy:
        staged = {path: path.stat() for path in home.rglob("staged/*.parquet")}
        shutil.move(home, home.with_name("away"))  # what looks there would see nothing
        completed = recovery.recover(copy)
        shutil.move(home.with_name("away"), home)

        assert completed == 1
        assert read(local_caller(copy), "t") == [{"a": 1}]
        assert list(copy.settings.home.rglob("staged/*.parquet")) == []
    assert len(staged) == 1
    assert {path: path.stat() for path in home.rglob("staged/*.parquet")} == staged
    assert caller.call("tables.list").items == []
    run.complete()
    assert read(caller, "t") == [{"a": 1}]


def test_what_a_copied_home_gives_up_the_original_keeps(caller, attempt, copied):
    """The copy discards a commit that is open, and the original's run still succeeds with what it staged."""
    run = attempt()
    write(run.caller, "t", {"a": [1]})
    with copied() as copy:
        with copy.unit_of_work() as db:
            committer.discard(copy.settings, db, committer.get(db, run.commit_id))
        assert list(copy.settings.home.rglob("staged/*.parquet")) == []
    run.succeed()

    assert read(caller, "t") == [{"a": 1}]


def test_commits_of_an_earlier_release_are_found_in_a_moved_home(any_database, workbench, caller):
    """The migration keeps the end of a path, except of an open commit, whose writer may know nothing else."""
    run_id, settings = new_id(), workbench.settings
    ends = {}
    with workbench.unit_of_work() as db:
        for run, state in ((None, CommitState.COMMITTING), (run_id, CommitState.DONE), (None, CommitState.OPEN)):
            folder = settings.runs_dir / str(run) / "12" if run else None
            made = committer.open_commit(
                settings, db, caller.context().workspace_id, run_id=run, attempt=12 if run else 0, folder=folder,
                owner_id=None, author="x",
            )  # fmt: skip
            ends[state], made.folder, made.state = made.folder, f"/runs/before/{made.folder}", state
    command.downgrade(configuration(workbench.database), "0018")
    command.upgrade(configuration(workbench.database), "head")

    with workbench.read() as db:
        found = dict(db.execute(select(Commit.state, Commit.folder)).all())
    assert found.pop(CommitState.OPEN) == f"/runs/before/{ends.pop(CommitState.OPEN)}"
    assert found == ends
    assert found[CommitState.DONE] == f"runs/{run_id}/12"
