"""kill -9 at any step of a rotation of the key: every secret opens afterwards, and the next one finishes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.faults]
MACHINE = Path(__file__).with_name("machine.py")
NUMBERS = list(range(12))
# Steps within the domain during a rotation of so many secrets; a schedule that asks for more is not killed.
STEPS = 3500


@pytest.fixture(scope="module")
def machine():
    """The process that carries out orders; it imports once and forks for each."""
    environment = os.environ | {"PYTHONPATH": str(MACHINE.parents[3])}
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", str(MACHINE)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip

        def order(*orders):
            process.stdin.write(json.dumps(orders) + "\n")
            process.stdin.flush()
            answers = json.loads(process.stdout.readline())
            assert not [a for a in answers if isinstance(a["told"], dict) and "broken" in a["told"]], answers
            return answers

        yield order
        process.stdin.close()


@pytest.fixture
def given(settings):
    """Which home the orders mean."""
    return {"home": str(settings.home), "database_url": settings.database_url}


def finished(machine, given, numbers):
    """Finish the rotation; every secret opens, and one key wraps them all."""
    machine({"do": "rotate", "settings": given, "resume": True})
    ((answer),) = machine({"do": "check", "settings": given, "numbers": numbers})

    assert answer["told"] == {"right": numbers, "keys": [["current", len(numbers)]]}


def test_a_kill_at_any_step_loses_no_secret(machine, given, run_schedule):
    """Killed at a random step, all secrets open at once, more can be set, and the next rotation finishes."""
    machine({"do": "put", "settings": given, "numbers": NUMBERS})
    killed = {"do": "rotate", "settings": given, "kill_at": random.Random(run_schedule).randrange(1, STEPS)}
    machine(killed)
    answers = machine(
        {"do": "check", "settings": given, "numbers": NUMBERS}, {"do": "put", "settings": given, "numbers": [50]}
    )

    assert answers[0]["told"]["right"] == NUMBERS
    finished(machine, given, [*NUMBERS, 50])


def test_processes_of_the_home_work_on_during_a_rotation(machine, given, any_database):
    """While the key changes three times and one rotation is killed, two others set secrets, and none is lost."""
    machine({"do": "put", "settings": given, "numbers": NUMBERS})
    writers = [
        {"do": "put", "settings": given, "numbers": list(range(start, start + 400)), "seconds": 1.5}
        for start in (1000, 2000)
    ]
    rotations = [{"do": "rotate", "settings": given}, {"do": "rotate", "settings": given, "kill_at": 300}]
    answers = machine(*writers, *rotations, {"do": "rotate", "settings": given})
    put = [number for answer in answers[:2] for number in answer["told"]]

    assert answers[3]["killed"]
    assert len(put) > 20
    finished(machine, given, [*NUMBERS, *put])
