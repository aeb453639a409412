"""Runs of a team home execute in a sandbox, and reach the workbench through its broker."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from tests.factories.notebooks import plain
from workbench.core.errors import Conflict
from workbench.foreground import follow
from workbench.home import local_caller, open_home

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def caller(settings):
    """The home's owner, in a team home."""
    workbench = open_home(replace(settings, team=True))
    (settings.home / "config.toml").write_text("team = true\n")
    yield local_caller(workbench)
    workbench.close()


def finished(caller, run):
    """Drive a run to its end and answer it."""
    *_, last = follow(caller, run.id)
    return last


def execute(caller, *cells):
    """Run a notebook to its end and answer it."""
    return finished(caller, caller.call("runs.start_notebook", notebook=plain(*cells)))


def test_the_verbs_work_from_within(caller):
    """What a sandboxed run writes, checks and records is there when it succeeded, as from any other run."""
    halves = {
        "title": "halves", "source": "given", "columns": [{"name": "half", "type": "DOUBLE"}],
        "rules": [{"target": "half", "expression": "id / 2"}],
    }  # fmt: skip
    caller.stream("tables.stage", pa.table({"id": [1]}).to_reader(), name="given", mode="replace")
    caller.call("mappings.create", document=halves)
    cell = (
        "import workbench as wb\n"
        "wb.write([{'id': i} for i in range(5)], 'numbers')\n"
        "assert wb.read('numbers').to_pandas()['id'].sum() == 10\n"
        "assert wb.query('SELECT count(*) AS n FROM numbers').to_arrow()['n'].to_pylist() == [5]\n"
        "mapped = wb.apply_mapping('halves', wb.read('numbers'))\n"
        "assert mapped.to_arrow().to_pydict() == {'half': [0.0, 0.5, 1.0, 1.5, 2.0]}\n"
        "wb.check([{'id': 1}], 'id > 0')\n"
        "wb.log_metric('n', 5)\n"
        "import os, getpass; print(os.getcwd(), os.getuid(), wb.current_run.attempt)"
    )

    run = execute(caller, cell)

    assert (run.status, run.error) == ("succeeded", None)
    assert {use.name: (use.version, use.rows) for use in run.tables_written} == {"numbers": (1, 5)}
    assert run.metrics == {"n": 5.0}
    assert [check.rule for check in run.checks] == ["id > 0"]
    assert [line.text for line in caller.call("runs.logs", id=str(run.id)).lines] == ["/workspace 65534 1"]


def test_what_a_run_was_seen_to_use_is_what_publishing_declares(caller):
    """The proposal of a sandboxed run names what it read and wrote; published with just that, it runs again."""
    caller.stream("tables.stage", pa.table({"n": [1]}).to_reader(), name="raw", mode="replace")
    cell = "import workbench as wb\nwb.write(wb.read('raw'), 'clean', mode='replace')"
    caller.call("pipelines.register", notebook=plain(cell), name="clean")
    with pytest.raises(Conflict, match="No run of clean has succeeded"):
        caller.call("pipelines.propose", id="clean")

    first = finished(caller, caller.call("runs.start", id="clean"))
    proposal = caller.call("pipelines.propose", id="clean")
    caller.call("pipelines.publish", id="clean", reads=proposal.reads, writes=proposal.writes)
    second = finished(caller, caller.call("runs.start", id="clean"))

    assert (first.status, second.status, second.error) == ("succeeded", "succeeded", None)
    assert (proposal.run_id, proposal.number, proposal.publishable) == (first.id, 1, True)
    assert (proposal.reads, proposal.writes, proposal.missing) == (["raw"], ["clean"], [])
    with pytest.raises(Conflict, match="Version 1 was published without salaries"):
        caller.call("pipelines.publish", id="clean", reads=["raw", "salaries"])


def test_a_run_that_takes_too_much_says_so(caller, settings):
    """The run fails with what it used up, rather than as a process that was lost."""
    with (settings.home / "config.toml").open("a") as config:
        config.write("sandbox_disk_bytes = 5000000\n")

    run = execute(caller, "import time\nopen('big', 'wb').write(b'x' * 20_000_000)\ntime.sleep(30)")

    assert (run.status, run.error.name) == ("failed", "ResourceLimit")
    assert "wrote more than the 4 MiB" in run.error.message


def test_without_a_sandbox_no_run_starts(caller, monkeypatch, tmp_path):
    """Where bubblewrap is missing the run fails with how to install it, and the notebook is not executed."""
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho no permission >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    run = execute(caller, f"open({str(tmp_path / 'mark')!r}, 'w')")

    assert (run.status, run.error.name) == ("failed", "no_sandbox")
    assert "no permission" in run.error.message
    assert not (tmp_path / "mark").exists()
