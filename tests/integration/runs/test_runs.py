"""Runs from submission to result, with real kernels, on both databases."""

from __future__ import annotations

import time

import nbformat
import pytest

from tests.factories.notebooks import plain
from workbench.core.errors import Conflict, Invalid, NotFound
from workbench.core.people import who
from workbench.domains.runs.models import ENDED
from workbench.foreground import drive, follow

pytestmark = pytest.mark.timeout(400)  # a whole run, or four, on a machine that may be busy


def execute(caller, run):
    """Drive a run to its end and answer it."""
    *_, last = follow(caller, run.id)
    return last


def start(caller, *cells, **fields):
    """Queue a run of a notebook that nobody registered."""
    return caller.call("runs.start_notebook", notebook=plain(*cells, parameters=fields.pop("cell", None)), **fields)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"], indirect=True)
def test_what_a_run_writes_is_seen_when_it_succeeds(workbench, caller):
    """Two tables, a metric, a check and the log are there afterwards, and the run names them."""
    cell = (
        "import workbench as wb\n"
        "print('hello', n)\n"
        "wb.write([{'id': i} for i in range(n)], 'numbers')\n"
        "wb.write({'word': ['a', 'b']}, 'words', mode='replace')\n"
        "wb.check([{'id': 1}], 'id > 0')\n"
        "wb.log_metric('n', n)"
    )

    run = execute(caller, start(caller, cell, cell="n: int = 3", parameters={"n": 5}))

    assert (run.status, run.error) == ("succeeded", None)
    assert {use.name: (use.version, use.rows) for use in run.tables_written} == {"numbers": (1, 5), "words": (1, 2)}
    assert run.metrics == {"n": 5.0}
    assert [(check.rule, check.rows, check.failing) for check in run.checks] == [("id > 0", 1, 0)]
    assert [line.text for line in caller.call("runs.logs", id=str(run.id)).lines] == ["hello 5"]
    assert (run.cells_done, run.cells_total) == (run.cells_total, run.cells_total)
    assert nbformat.read(run.output_path, as_version=4).cells[-1].outputs[0]["text"].startswith("hello 5")


def test_a_figure_comes_back_as_it_was_logged(workbench, caller):
    """The bytes of a plot survive the way through the gate; the last of a name counts; the slowest cell is known."""
    cell = (
        "import workbench as wb\n"
        "class Drawing:\n"
        "    def _repr_svg_(self):\n"
        "        return '<svg>☃</svg>'\n"
        "wb.log_figure('snow', Drawing())\n"
        "wb.log_figure('snow', Drawing())"
    )

    run = execute(caller, start(caller, cell, "1", title="draws"))
    figure = caller.stream("runs.figure", id=str(run.id), name="snow")

    assert run.figures == ["snow"]
    assert (figure.media_type, figure.content) == ("image/svg+xml", "<svg>☃</svg>".encode())
    (slow,) = caller.call("monitoring.history").slow_cells
    assert (slow.title, slow.cell, slow.runs, slow.slowest_run) == ("draws", 1, 1, run.id)
    assert 0 < slow.mean_seconds == slow.most_seconds <= caller.call("monitoring.history").pipelines[0].p50


def test_a_failed_run_says_why_and_leaves_no_row(workbench, caller):
    """The error names the exception and the cell; what was staged before it is never seen."""
    run = start(caller, "import workbench as wb\nwb.write([{'id': 1}], 'numbers')", "1 / 0", title="breaks")

    run = execute(caller, run)

    assert run.status == "failed"
    assert (run.error.name, run.error.message, run.error.cell) == ("ZeroDivisionError", "division by zero", 2)
    assert run.tables_written == []
    with pytest.raises(NotFound):
        caller.stream("tables.read", name="numbers")


def test_a_run_reads_what_it_has_written_before(workbench, caller):
    """Within a run, reads see its own staged writes; a merge replaces by key."""
    cell = (
        "import workbench as wb\n"
        "wb.write([{'id': 1, 'v': 1}, {'id': 2, 'v': 2}], 't', mode='merge', key='id')\n"
        "wb.write([{'id': 2, 'v': 20}, {'id': 3, 'v': 30}], 't', mode='merge', key='id')\n"
        "print(sorted((r['id'], r['v']) for r in wb.read('t').to_arrow().to_pylist()))\n"
        "print(wb.query('SELECT sum(v)::BIGINT AS s FROM t').to_arrow().to_pylist())"
    )

    run = execute(caller, start(caller, cell))

    assert run.status == "succeeded", run.error
    lines = [line.text for line in caller.call("runs.logs", id=str(run.id)).lines]
    assert lines == ["[(1, 1), (2, 20), (3, 30)]", "[{'s': 51}]"]


def test_a_running_run_can_be_cancelled(workbench, caller):
    """A cell that sleeps is interrupted, leaves no row, and the log ends with who did it instead of a traceback."""
    run = start(caller, "import workbench as wb, time\nwb.write([{'id': 1}], 't')\nprint('there')\ntime.sleep(120)")
    started = time.monotonic()
    while not caller.call("runs.logs", id=str(run.id)).lines:
        drive(workbench, run.id)
        time.sleep(0.1)

    caller.call("runs.cancel", id=str(run.id))

    run = execute(caller, run)

    assert run.status == "cancelled"
    assert time.monotonic() - started < 110, "the cell slept on"
    lines = [line.text for line in caller.call("runs.logs", id=str(run.id)).lines]
    assert lines == ["there", f"The run was cancelled by {who(run.submitted_by)}."]
    assert nbformat.read(run.output_path, as_version=4).cells[-1].outputs[0]["text"] == "there\n"
    assert caller.call("tables.list").items == []


def test_a_queued_run_is_cancelled_at_once(caller):
    """Nobody executes here, so the run is still queued; cancelling it again is a conflict."""
    run = start(caller, "1")

    assert caller.call("runs.cancel", id=str(run.id)).status == "cancelled"
    with pytest.raises(Conflict, match="has ended"):
        caller.call("runs.cancel", id=str(run.id))


def test_a_retry_is_a_new_run_of_the_same(workbench, caller):
    """Same parameters, linked to the first; a run that has not ended cannot be retried."""
    first = start(caller, "print(n)", cell="n = 1", parameters={"n": 7})
    with pytest.raises(Conflict, match="queued"):
        caller.call("runs.retry", id=str(first.id))
    execute(caller, first)

    again = execute(caller, caller.call("runs.retry", id=str(first.id)))

    assert (again.retry_of, again.parameters, again.status) == (first.id, {"n": 7}, "succeeded")
    assert again.id != first.id


@pytest.mark.parametrize("name", ["import os; os.system('id') #", "a b", "class", "x=1", "", "\n"])
def test_a_parameter_whose_name_is_code_is_refused(caller, name):
    """Nothing is queued."""
    with pytest.raises(Invalid):
        start(caller, "1", parameters={name: 1})
    assert caller.call("runs.list").items == []


def test_an_unknown_parameter_of_an_unregistered_notebook_is_passed_on(workbench, caller):
    """As papermill does: with a warning, not a refusal."""
    run = execute(caller, start(caller, "print(extra)", cell="n = 1", parameters={"extra": "e"}))

    assert run.status == "succeeded"
    assert [line.text for line in caller.call("runs.logs", id=str(run.id)).lines] == ["e"]


@pytest.mark.thorough
def test_the_slots_bound_what_runs_at_once(settings, caller, workbench):
    """Four runs, two slots: never more than two have left the queue and not ended."""
    from dataclasses import replace

    workbench.settings = replace(settings, slots=2)
    runs = [start(caller, "import time; time.sleep(1)") for _ in range(4)]
    most, until = 0, time.monotonic() + 300
    while time.monotonic() < until:
        for run in runs:
            drive(workbench, run.id)
        now = [caller.call("runs.show", id=str(run.id)).status for run in runs]
        most = max(most, sum(status in ("starting", "running", "committing") for status in now))
        if all(status in ENDED for status in now):
            break
        time.sleep(0.05)

    assert now == ["succeeded"] * 4
    assert most == 2
