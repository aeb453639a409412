"""What a run needs to be queued, and what is held against it when it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factories.kernels import bash_kernel
from tests.factories.notebooks import plain
from tests.factories.people import caller_of, principal
from workbench.core.errors import Conflict, NotFound, TooLarge
from workbench.core.permissions import Role
from workbench.domains.pipelines import service as pipelines
from workbench.domains.runs.models import Run, RunNotebook
from workbench.domains.runs.service import ledger, submission
from workbench.domains.store.models import Commit
from workbench.engines.limits import MIB
from workbench.foreground import follow


def finished(caller, run):
    """The run, driven to its end."""
    *_, last = follow(caller, run.id)
    return last


def test_an_archived_pipeline_is_neither_started_nor_retried(caller):
    """Until it is brought back, both are refused, with the way to do so."""
    caller.call("pipelines.register", notebook=plain("1"), name="old")
    run = caller.call("runs.start", id="old")
    caller.call("runs.cancel", id=str(run.id))
    caller.call("pipelines.archive", id="old")

    for name, key in [("runs.start", "old"), ("runs.retry", str(run.id))]:
        with pytest.raises(Conflict, match="archived") as refusal:
            caller.call(name, id=key)
        assert "workbench pipelines unarchive old" in refusal.value.fix
    caller.call("pipelines.unarchive", id="old")
    assert caller.call("runs.retry", id=str(run.id)).status == "queued"


def test_the_setting_bounds_a_notebook_when_it_is_submitted(workbench, caller, settings):
    """A larger one is refused and queues nothing; what is within it can be loaded, however large that is."""
    workbench.settings = replace(settings, notebook_bytes=1000)
    with pytest.raises(TooLarge):
        caller.call("runs.start_notebook", notebook=plain("x" * 1000))
    assert caller.call("runs.list").items == []
    workbench.settings = replace(settings, notebook_bytes=30 * MIB)
    source = f"x = {'é' * (12 * MIB)!r}"

    run = caller.call("runs.start_notebook", notebook=plain(source))

    with workbench.read() as db:
        assert submission.notebook_of(db, db.get_one(Run, run.id)).cells[0].source == source


@pytest.mark.timeout(400)
def test_a_notebook_that_cannot_be_loaded_fails_its_run_at_once(workbench, caller):
    """With the cause, instead of a process that is lost again and again."""
    run = caller.call("runs.start_notebook", notebook=plain("1"))
    with workbench.unit_of_work() as db:
        db.query(RunNotebook).one().content = pipelines.pack({"no": "notebook"})

    run = finished(caller, run)

    assert (run.status, run.error.name, run.attempt) == ("failed", "notebook_invalid", 1)


@pytest.mark.timeout(400)
def test_a_notebook_in_another_language_runs_as_it_is(workbench, caller, tmp_path, monkeypatch):
    """Its kernel's name says what it is in; its parameters are translated, whatever Python would make of them."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    notebook = plain("echo got $type", parameters="if true; then type=none; fi")
    notebook["metadata"] = {"kernelspec": {"name": bash_kernel(tmp_path)}}

    run = finished(caller, caller.call("runs.start_notebook", notebook=notebook, texts={"type": "a $b"}))

    assert (run.status, run.error) == ("succeeded", None)
    assert "got a $b" in [line.text for line in caller.call("runs.logs", id=str(run.id)).lines]


def test_what_a_run_makes_belongs_to_whose_rights_it_has(workbench, workspace, caller):
    """The publisher's tables are made, not those of who may only start the run."""
    publisher = caller.context().principal
    caller.call("pipelines.register", notebook=plain("1"), name="daily")
    caller.call("pipelines.publish", id="daily", writes=["daily"])
    executor = caller_of(workbench, principal(workspace.id, Role.EXECUTOR))

    run = executor.call("runs.start", id="daily")
    claim = ledger.claim(workbench, slot=0)

    assert (run.submitted_by, run.rights_of) == ("test:someone", publisher.name)
    with workbench.read() as db:
        commit = db.get_one(Commit, db.get_one(Run, claim.run_id).commit_id)
        assert (commit.owner_id, commit.author) == (publisher.user_id, publisher.name)


def test_who_has_a_share_runs_what_is_published_now(workbench, workspace, caller):
    """An earlier version reads with its publisher's rights what was perhaps taken out since, and a draft is a draft."""
    for number in (1, 2):
        caller.call("pipelines.register", notebook=plain(str(number)), name="daily")
        caller.call("pipelines.publish", id="daily")
    caller.call("pipelines.register", notebook=plain("3"), name="daily")
    caller.call("shares.grant", object_type="pipeline", object="daily", right="run", role="viewer")
    viewer = caller_of(workbench, principal(workspace.id, Role.VIEWER))
    executor = caller_of(workbench, principal(workspace.id, Role.EXECUTOR))

    assert viewer.call("runs.start", id="daily").pipeline_version == 2
    assert viewer.call("runs.start", id="daily", version=2).pipeline_version == 2
    for number in (1, 3):
        for name in ("runs.start", "pipelines.preflight", "pipelines.parameters"):
            with pytest.raises(NotFound, match="not the one to run"):
                viewer.call(name, id="daily", version=number)
    assert executor.call("runs.start", id="daily", version=1).pipeline_version == 1


def test_who_has_a_share_learns_no_names_of_what_is_read(workbench, workspace, caller):
    """Connectors and tables that she may not see are not told as what a version reads and writes."""
    caller.call("pipelines.register", notebook=plain("1"), name="daily")
    caller.call("pipelines.publish", id="daily", reads=["salaries"], writes=["daily"])
    caller.call("shares.grant", object_type="pipeline", object="daily", right="run", role="viewer")

    told = {}
    for role in (Role.VIEWER, Role.EXECUTOR):
        asking = caller_of(workbench, principal(workspace.id, role))
        shown = asking.call("pipelines.preflight", id="daily"), *asking.call("pipelines.versions", id="daily").items
        told[role] = [
            (one.reads, one.writes) for one in (*shown, asking.call("pipelines.show_version", id="daily", number=1))
        ]

    assert told == {Role.VIEWER: [([], [])] * 3, Role.EXECUTOR: [(["salaries"], ["daily"])] * 3}
