"""Runs of a team home execute in a sandbox, and reach the workbench through its broker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factories.notebooks import plain
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


def execute(caller, *cells, **fields):
    """Run a notebook to its end and answer it."""
    run = caller.call("runs.start_notebook", notebook=plain(*cells), **fields)
    *_, last = follow(caller, run.id)
    return last


def test_the_verbs_work_from_within(caller):
    """What a sandboxed run writes, checks and records is there when it succeeded, as from any other run."""
    cell = (
        "import workbench as wb\n"
        "wb.write([{'id': i} for i in range(5)], 'numbers')\n"
        "assert wb.read('numbers').to_pandas()['id'].sum() == 10\n"
        "assert wb.query('SELECT count(*) AS n FROM numbers').to_arrow()['n'].to_pylist() == [5]\n"
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
