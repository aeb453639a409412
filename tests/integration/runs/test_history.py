"""How pipelines have been running, and what each cell of a run took."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.factories.notebooks import notebook, plain
from tests.factories.people import caller_of, principal
from workbench.core.clock import now
from workbench.core.errors import NotFound
from workbench.core.ids import new_id
from workbench.core.permissions import Role
from workbench.domains.runs.models import Run, RunMetric
from workbench.domains.runs.service import ledger
from workbench.domains.runs.service.logfile import LogFile


def add_run(workbench, workspace, pipeline_id, minutes, **fields):
    """A run of a pipeline that began so many minutes ago and took three seconds, save for `fields`."""
    began = now() - timedelta(minutes=minutes)
    given = {
        "id": new_id(), "workspace_id": workspace.id, "created_at": began, "title": "daily", "submitted_by": "os:1",
        "rights_of": "os:1", "rights": {}, "parameters": {}, "options": {}, "status": "succeeded", "attempt": 1,
        "started_at": began, "finished_at": began + timedelta(seconds=3), "cells_total": 4, "cells_done": 4,
        "correlation_id": "0" * 32, "pipeline_id": pipeline_id,
    }  # fmt: skip
    run = Run(**(given | fields))
    with workbench.unit_of_work() as db:
        db.add(run)
    return run


@pytest.mark.usefixtures("any_database")
def test_the_latest_runs_of_each_pipeline_come_newest_first(workbench, caller, workspace):
    """No more of each than asked for, none of others, and no line for one that never ran."""
    one, two, never = (caller.call("pipelines.register", notebook=plain("1"), name=name).id for name in ("a", "b", "c"))
    ids = [add_run(workbench, workspace, one, minutes).id for minutes in (1, 2, 3)]
    failed = add_run(workbench, workspace, two, 5, status="failed", finished_at=None)
    add_run(workbench, workspace, None, 1)

    found = {
        item.pipeline_id: item.runs for item in caller.call("runs.latest", pipelines=[one, two, never], depth=2).items
    }

    assert {id_: [run.id for run in runs] for id_, runs in found.items()} == {one: ids[:2], two: [failed.id]}
    assert (found[one][0].seconds, found[two][0].seconds) == (3.0, None)


def test_a_runs_cells_are_what_its_notebook_says(workbench, caller, workspace):
    """Code cells that somebody wrote, numbered as the run counts them; one that the end interrupted has failed."""
    run = add_run(workbench, workspace, None, 1, status="crashed", cells_done=1)
    assert caller.call("runs.cells", id=str(run.id)).cells == []

    notebook = plain("\n\nx = 1", "while True: pass", "y = 2")
    notebook["cells"].insert(0, {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "# Title"})
    begun = now().isoformat()
    for cell, status in zip(notebook["cells"][1:], ("completed", "running", "pending"), strict=True):
        cell["metadata"]["papermill"] = {"status": status, "start_time": begun if status != "pending" else None}
    notebook["cells"][1]["metadata"]["papermill"]["duration"] = 0.5
    given = plain("# Parameters\nx = 2")["cells"][0] | {"metadata": {"tags": ["injected-parameters"]}}
    notebook["cells"].insert(2, given)
    folder = ledger.attempt_folder(workbench.settings, run.id, run.attempt)
    folder.mkdir(parents=True)
    (folder / "output.ipynb").write_text(json.dumps(notebook))

    cells = caller.call("runs.cells", id=str(run.id)).cells
    ran = [cell.ran for cell in caller.call("runs.outputs", id=str(run.id)).cells]

    assert [(cell.number, cell.first_line, cell.status, cell.seconds) for cell in cells] == [
        (1, "x = 1", "completed", 0.5), (2, "while True: pass", "failed", None), (3, "y = 2", "pending", None),
    ]  # fmt: skip
    assert ran == [True, True, False]


def test_a_run_tells_of_its_cells_before_its_notebook_is_saved(workbench, caller, workspace):
    """What is done and what runs is known by then; what the run passes over never counts as done."""
    notebook = plain("a = 1", "", "b = 1", "skipped = 1", "c = 1", "d = 1")
    notebook["cells"][3]["metadata"]["tags"] = ["skip-execution"]
    notebook["cells"][0]["metadata"]["papermill"] = {"status": "running", "start_time": now().isoformat()}

    def standing(status):
        current = {"number": 5, "first_line": "c = 1"}
        run = add_run(workbench, workspace, None, 1, status=status, cells_done=4, cells_total=6, current_cell=current)
        folder = ledger.attempt_folder(workbench.settings, run.id, run.attempt)
        folder.mkdir(parents=True)
        (folder / "output.ipynb").write_text(json.dumps(notebook))
        return [cell.status for cell in caller.call("runs.cells", id=str(run.id)).cells]

    assert standing("running") == ["completed", "pending", "completed", "pending", "running", "pending"]
    assert standing("crashed") == ["completed", "pending", "completed", "pending", "failed", "pending"]
    assert standing("succeeded") == ["failed", *["pending"] * 5]  # it has told all that there is


@pytest.mark.usefixtures("any_database")
def test_two_runs_are_compared(workbench, caller, workspace):
    """Parameters and metrics that differ, or that only one has; what is the same is not told."""
    one = add_run(workbench, workspace, None, 2, parameters={"month": 1, "carrier": "UA"})
    two = add_run(workbench, workspace, None, 1, parameters={"month": 2, "carrier": "UA", "late": None})
    with workbench.unit_of_work() as db:
        for run, metrics in ((one, {"mae": 0.5, "rows": 4.0}), (two, {"mae": 0.25, "rows": 4.0})):
            db.add_all(RunMetric(run_id=run.id, attempt=1, name=name, value=value) for name, value in metrics.items())

    diff = caller.call("runs.diff", id=str(two.id), other=str(one.id))

    parameters = sorted((each.name, each.before, each.after) for each in diff.parameters)  # PostgreSQL keeps no order
    assert parameters == [("late", None, None), ("month", 1, 2)]
    assert [(each.name, each.before, each.after) for each in diff.metrics] == [("mae", 0.5, 0.25)]
    assert (diff.tables, diff.cells, diff.other.id) == ([], [], one.id)


@pytest.mark.usefixtures("any_database")
def test_runs_are_compared_by_the_parameters_that_counted(workbench, caller, workspace):
    """A default that was left and the same value given are no difference; where a default differs, it is marked."""
    made = notebook("print(month)", parameters="month: int = 1\ncarrier: str = 'UA'")
    pipeline = caller.call("pipelines.register", notebook=made, name="daily").id
    runs = [
        add_run(workbench, workspace, pipeline, minutes, pipeline_version=1, parameters=given)
        for minutes, given in ((2, {"carrier": "UA"}), (1, {"month": 2}))
    ]

    diff = caller.call("runs.diff", id=str(runs[1].id), other=str(runs[0].id))

    assert [(one.name, one.before, one.after, one.defaults) for one in diff.parameters] == [("month", 1, 2, ["before"])]
    assert [caller.call("runs.show", id=str(run.id)).defaults for run in runs] == [{"month": 1}, {"carrier": "UA"}]


def test_defaults_are_told_to_who_sees_the_pipeline(workbench, caller, workspace):
    """A token for runs and their logs alone gets what was given to the run, and nothing that its pipeline declares."""
    made = notebook("print(month)", parameters="month: int = 1\ncarrier: str = 'UA'")
    pipeline = caller.call("pipelines.register", notebook=made, name="daily").id
    run = add_run(workbench, workspace, pipeline, 1, pipeline_version=1, parameters={"month": 2})

    def told(*scopes):
        holder = principal(workspace.id, Role.DEVELOPER, scopes=frozenset({"runs:read", "runs:logs", *scopes}))
        shown = caller_of(workbench, holder).call("runs.show", id=str(run.id))
        return shown.parameters, shown.defaults

    assert told() == ({"month": 2}, {})
    assert told("pipelines:read") == ({"month": 2}, {"carrier": "UA"})


def test_a_run_is_compared_with_runs_that_one_sees_only(caller, workbench, workspace):
    """The other one is looked up like any run."""
    run = add_run(workbench, workspace, None, 1)

    with pytest.raises(NotFound):
        caller.call("runs.diff", id=str(run.id), other=str(new_id()))


def test_who_may_not_edit_notebooks_sees_what_a_run_made_and_not_its_code(workbench, workspace):
    """In cells, outputs, log, failure and the executed notebook neither sources nor the tracebacks that quote them."""
    failed = {"name": "KeyError", "message": "'day'", "cell": 1, "traceback": "----> 1 recipe()"}
    run = add_run(workbench, workspace, None, 1, status="failed", error=failed)
    notebook = plain("recipe()")
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'day'", "traceback": ["----> 1 recipe()"]}
    notebook["cells"][0]["outputs"] = [error]
    folder = ledger.attempt_folder(workbench.settings, run.id, run.attempt)
    folder.mkdir(parents=True)
    (folder / "output.ipynb").write_text(json.dumps(notebook))
    with LogFile(folder / "log.jsonl") as log:
        log.write("half a line")
        log.write_traceback("----> 1 recipe()")
        log.write("KeyError: 'day'\n")
    asked = ("runs.show", "runs.cells", "runs.outputs", "runs.logs")

    def told(role):
        caller = caller_of(workbench, principal(workspace.id, role))
        replies = "".join(caller.call(name, id=str(run.id)).model_dump_json() for name in asked)
        content = caller.stream("runs.notebook", id=str(run.id)).content
        return replies + (content.read_text() if isinstance(content, Path) else content.decode())

    assert told(Role.DEVELOPER).count("recipe()") == 7
    for role in (Role.DESIGNER, Role.EXECUTOR):
        assert "recipe()" not in told(role)
        assert told(role).count("KeyError") == 4
        assert "half a line" in told(role)
