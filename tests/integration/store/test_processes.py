"""Several processes on one store, and how a process ends that used it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.factories.store import ask, read, write

ROOT = Path(__file__).parents[3]
OPEN = """
import json, sys, time
import pyarrow as pa
from workbench.core.settings import load
from workbench.home import local_caller, open_home

workbench = open_home(load({"home": sys.argv[1], "database_url": sys.argv[2]}, environ={}))
caller = local_caller(workbench)
"""
WRITER = (
    OPEN
    + """
for number in range(int(sys.argv[3]), int(sys.argv[3]) + 8):
    rows = pa.table({"writer": [int(sys.argv[3])] * 1000, "n": [number] * 1000})
    caller.stream("tables.stage", rows.to_reader(), name="t")
"""
)
READER = (
    OPEN
    + """
until, seen = time.monotonic() + float(sys.argv[3]), []
while time.monotonic() < until:
    rows = caller.stream("tables.read", name="t").read_all()
    groups = rows.group_by(["writer", "n"]).aggregate([([], "count_all")])["count_all"].to_pylist()
    assert set(groups) <= {1000}, groups
    seen.append(rows.num_rows)
assert seen == sorted(seen), seen
print(json.dumps(seen[-1]))
"""
)
ENDINGS = {
    "in the middle of a read": "r = caller.stream('tables.read', name='t'); r.read_next_batch()",
    "in the middle of a query": "r = caller.stream('queries.run', sql='FROM range(10000000)'); r.read_next_batch()",
    "after a merge": "rows = pa.table({'a': [1]}).to_reader(); "
    "caller.stream('tables.stage', rows, name='t', mode='merge', key=['a'])",
    "by an exception": "caller.stream('tables.read', name='t').read_all(); sys.exit(3)",
}


def start(settings, script, *arguments):
    """A process with a script of ours."""
    command = [sys.executable, "-W", "ignore", "-c", script, str(settings.home), settings.database_url, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def end(process):
    """What a process printed."""
    printed, errors = process.communicate(timeout=100)
    assert process.returncode == 0, errors
    return printed


def test_writers_and_readers_of_one_table(any_database, settings, caller):
    """Two writers and two readers in processes of their own: no error, no half write seen, nothing lost."""
    write(caller, "t", {"writer": [0] * 1000, "n": [0] * 1000})
    writers = [start(settings, WRITER, str(first)) for first in (100, 200)]
    readers = [start(settings, READER, "2") for _ in range(2)]
    for process in writers:
        end(process)
    seen = [json.loads(end(process)) for process in readers]

    assert all(1000 <= rows <= 17_000 for rows in seen)
    assert ask(caller, "SELECT count(*) AS rows, count(DISTINCT n) AS writes FROM t") == [
        {"rows": 17_000, "writes": 17}
    ]
    assert len(caller.call("tables.versions", name="t", limit=100).items) == 17


@pytest.mark.parametrize("how", ENDINGS)
def test_a_process_ends_as_it_should(settings, caller, how):
    """Whatever it was doing, a process that used the store ends with its own exit code, and soon."""
    write(caller, "t", {"a": list(range(200_000))})
    process = start(settings, OPEN + ENDINGS[how] + "\nended = __import__('time').time(); print(ended, flush=True)")
    printed, errors = process.communicate(timeout=100)
    ended = time.time()

    assert process.returncode == (3 if how == "by an exception" else 0), errors
    if printed:
        assert ended - float(printed) < 10
    assert len(read(caller, "t")) == 200_000
