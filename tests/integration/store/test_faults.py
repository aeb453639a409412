"""The committer is killed at every step: no acknowledged row is lost, none is doubled, tables change together."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.faults]
MACHINE = Path(__file__).with_name("machine.py")
COMMITS = 3
SHARED = -1  # the row that every merge replaces; see machine.py
# Function calls within the store during three commits to two tables; a schedule that asks for more is not killed.
CALLS = 3600


@pytest.fixture(scope="module")
def machine():
    """The process that carries out orders; it imports once and forks for each."""
    environment = os.environ | {
        "PYTHONPATH": str(MACHINE.parents[3]), "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", str(MACHINE)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip

        def order(*orders):
            process.stdin.write(json.dumps(orders) + "\n")
            process.stdin.flush()
            answers = json.loads(process.stdout.readline())
            assert not [told for answer in answers for told in answer["told"] if "broken" in told], answers
            return answers

        yield order
        process.stdin.close()


@pytest.fixture
def given(settings):
    """Which home the orders mean."""
    return {"home": str(settings.home), "database_url": settings.database_url}


def fate(chance):
    """When a child dies: mostly at a function call, sometimes in the middle of one."""
    if chance.random() < 0.7:
        return {"kill_at": chance.randrange(1, CALLS)}
    return {"kill_after": chance.uniform(0.01, 0.6)}


def acknowledged(answers):
    """The commits that were told to be done."""
    return [told["acknowledged"] for answer in answers for told in answer["told"] if "acknowledged" in told]


def verify(machine, given, done, *, begun, merges=False):
    """Every acknowledged commit is there once and whole, every other once or not at all, and alike in both tables."""
    ((answer),) = machine({"do": "check", "settings": given})
    (found,) = answer["told"]
    left, right = found["rows"]["left"], found["rows"]["right"]
    kept = sorted({by for _, by in left})
    own = [row for row in left if row[0] != SHARED]

    assert left == right, "the tables did not change together"
    assert len(left) - len(own) == (1 if merges and any(number % 2 for number in kept) else 0), "a merge was not one"
    assert own == [[number * 10 + row, number] for number in kept for row in (0, 1)], "a row is doubled or missing"
    assert set(done) <= set(kept) <= set(begun)
    assert found["versions"]["left"] == found["versions"]["right"] == list(range(1, len(kept) + 1))
    assert (found["leases"], found["prepared"], found["behind"], found["unnumbered"]) == (0, 0, [], 0)


def test_a_kill_at_any_step_loses_and_doubles_nothing(machine, given, schedule):
    """Killed at a random step, twice in a row, then recovered by two processes at once."""
    chance = random.Random(schedule)
    write = {"do": "write", "settings": given, "commits": COMMITS, "merges": schedule % 2 == 1}
    first = machine(write | {"first": 0} | fate(chance))
    second = machine(write | {"first": 100} | fate(chance))
    done = acknowledged(first) + acknowledged(second)
    machine({"do": "recover", "settings": given}, {"do": "recover", "settings": given})

    begun = [*range(COMMITS), *range(100, 100 + COMMITS)]
    verify(machine, given, done, begun=begun, merges=schedule % 2 == 1)


def test_the_same_on_postgresql(machine, given, run_schedule, any_database):
    """A few kills with the metadata in either database."""
    chance = random.Random(f"postgresql {run_schedule}")
    write = {"do": "write", "settings": given, "commits": COMMITS}
    done = acknowledged(machine(write | {"first": 0, "kill_at": chance.randrange(1200, CALLS)}))
    done += acknowledged(machine(write | {"first": 100}))
    machine({"do": "recover", "settings": given}, {"do": "recover", "settings": given})

    verify(machine, given, done, begun=[*range(COMMITS), *range(100, 100 + COMMITS)])
    assert set(range(100, 100 + COMMITS)) <= set(done)


def test_writers_at_once_lose_and_double_nothing(machine, given, any_database):
    """Three processes commit to the same two tables at the same time, and every commit is there once."""
    write = {"do": "write", "settings": given, "commits": 4}
    answers = machine(*(write | {"first": first} for first in (0, 100, 200)))
    done = acknowledged(answers)

    assert len(done) == 12, answers
    verify(machine, given, done, begun=done)


def test_writers_of_which_some_are_killed(machine, given, run_schedule):
    """Of three processes that write at once two are killed; the third goes on and completes what it meets."""
    chance = random.Random(run_schedule)
    write = {"do": "write", "settings": given, "commits": COMMITS}
    killed = [write | {"first": n, "kill_at": chance.randrange(1, CALLS)} for n in (0, 100)]
    answers = machine(*killed, write | {"first": 200})
    assert {"finished": True, "calls": 0} in answers[2]["told"]
    machine({"do": "recover", "settings": given})
    begun = [start + n for start in (0, 100, 200) for n in range(COMMITS)]

    verify(machine, given, [], begun=begun)


def test_the_schedules_reach_the_end_of_the_last_commit(machine, given):
    """The number of calls that the schedules choose from is that of three commits, give or take a third."""
    ((answer),) = machine({"do": "write", "settings": given, "commits": COMMITS, "first": 0, "count_calls": True})
    calls = answer["told"][-1]["calls"]

    assert CALLS * 2 / 3 < calls < CALLS * 1.2


def test_a_kill_is_a_kill(machine, given):
    """A child that is told to die at a step does, and tells nothing more."""
    ((answer),) = machine({"do": "write", "settings": given, "commits": COMMITS, "first": 0, "kill_at": 5})

    assert (os.waitstatus_to_exitcode(answer["status"]), answer["told"]) == (-signal.SIGKILL, [])
