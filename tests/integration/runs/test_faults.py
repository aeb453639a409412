"""kill -9 at every step of a run: nothing acknowledged is lost, nothing is doubled, nothing half done is seen."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.factories.notebooks import plain
from workbench.domains.runs.models import ENDED
from workbench.domains.runs.service import executor
from workbench.foreground import drive

FAULTS = Path(__file__).parents[2] / "faults"
LEDGER = "workbench.domains.runs.service.ledger"
COMMITTER = "workbench.domains.store.service.committer"
WORKER = "workbench.domains.runs.service.worker"
POINTS = [
    f"{module}:{function}:{when}"
    for module, function in (
        (WORKER, "Attempt.run"),
        (LEDGER, "begin"),
        (WORKER, "Attempt._execute"),
        (LEDGER, "enter_commit"),
        (COMMITTER, "complete"),
    )
    for when in ("before", "after")
]
pytestmark = pytest.mark.timeout(400)  # a whole run, or three, on a machine that may be busy

WRITES = """
import workbench as wb
wb.write([{"id": i, "attempt": wb.current_run.attempt} for i in range(100)], "rows", mode="append")
wb.write([{"id": i, "value": i * 2} for i in range(10)], "pairs", mode="merge", key="id")
print("done")
"""


def finish(workbench, caller, run_id, seconds=300):
    """Drive a run to its end as any process of the home would."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        drive(workbench, run_id)
        run = caller.call("runs.show", id=str(run_id))
        if run.status in ENDED:
            return run
        time.sleep(0.05)
    raise AssertionError(f"run {run_id} is still {run.status} after {seconds} s")


def count(caller, table):
    """How many rows a table has, and of how many attempts."""
    answer = caller.stream("queries.run", sql=f"SELECT count(*) AS n, count(DISTINCT attempt) AS attempts FROM {table}")
    return answer.read_all().to_pylist()[0]


def assert_exactly_once(workbench, caller, run):
    """Both tables have the rows of one attempt, and the trail is unbroken."""
    assert run.status == "succeeded", run.error
    assert {use.name: (use.version, use.rows) for use in run.tables_written} == {"rows": (1, 100), "pairs": (1, 10)}
    assert count(caller, "rows") == {"n": 100, "attempts": 1}
    assert caller.call("audit.verify").intact


@pytest.mark.faults
def test_a_worker_killed_at_any_moment_is_made_good(workbench, caller, tmp_path, monkeypatch, run_schedule):
    """The run succeeds all the same, with the rows of exactly one attempt.

    The first schedules kill before and after each step, the others after a random time.
    """
    killed = tmp_path / "killed"
    if run_schedule < len(POINTS):
        monkeypatch.setenv("PYTHONPATH", str(FAULTS))
        monkeypatch.setenv("WORKBENCH_TEST_KILL", POINTS[run_schedule])
        monkeypatch.setenv("WORKBENCH_TEST_KILLED", str(killed))
    run = caller.call("runs.start_notebook", notebook=plain(WRITES), title="faults")
    if run_schedule >= len(POINTS):
        kill_worker(workbench, run.id, after=random.Random(run_schedule).uniform(0.1, 4.0))

    run = finish(workbench, caller, run.id)

    assert run_schedule >= len(POINTS) or killed.exists(), "the fault never happened"
    assert_exactly_once(workbench, caller, run)


def kill_worker(workbench, run_id, after):
    """Start a worker for the run and kill it after so many seconds, if it still lives then."""
    drive(workbench, run_id)
    time.sleep(after)
    for worker in executor.workers(workbench).alive():
        os.kill(worker.pid, signal.SIGKILL)


@pytest.mark.faults
def test_a_kernel_that_dies_ends_the_run_and_nothing_is_seen(workbench, caller):
    """A notebook that kills its own kernel is crashed, not tried for ever, and its staged rows are gone."""
    suicide = WRITES + "\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    run = caller.call("runs.start_notebook", notebook=plain(suicide), title="faults")

    run = finish(workbench, caller, run.id)

    assert run.status == "crashed"
    assert "kernel" in run.error.message.lower()
    assert run.tables_written == []
    assert caller.call("tables.list").items == []


@pytest.mark.faults
def test_a_run_that_always_loses_its_process_is_given_up(workbench, caller):
    """After as many attempts as the settings allow the run is crashed and says why."""
    murder = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time\ntime.sleep(60)"
    run = caller.call("runs.start_notebook", notebook=plain(murder), title="faults")

    run = finish(workbench, caller, run.id)

    assert (run.status, run.attempt) == ("crashed", workbench.settings.attempts)
    assert "process was lost" in run.error.message
