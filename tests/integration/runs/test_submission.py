"""What a run needs to be queued, and what is held against it when it is."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from tests.factories.kernels import bash_kernel
from tests.factories.notebooks import notebook, plain
from tests.factories.people import caller_of, principal
from tests.factories.people_at_work import member
from workbench.core.clock import now
from workbench.core.errors import Conflict, NotFound, Throttled, TooLarge, WorkbenchError
from workbench.core.ids import new_id
from workbench.core.permissions import Role
from workbench.domains.access.models import Member, User
from workbench.domains.pipelines import service as pipelines
from workbench.domains.pipelines.models import PipelineVersion
from workbench.domains.runs.models import Run, RunNotebook, Status
from workbench.domains.runs.service import ledger, submission
from workbench.domains.store.models import Commit
from workbench.engines.limits import MIB
from workbench.foreground import follow
from workbench.home import local_caller


def finished(caller, run):
    """The run, driven to its end."""
    *_, last = follow(caller, run.id)
    return last


@pytest.fixture
def person(workbench):
    """Makes somebody who submits runs: her caller, by her name."""

    def made(name):
        who = member(workbench, name)
        return local_caller(workbench, "default", principal=lambda db: who(None, db))

    return made


def submit(caller):
    """A run that waits."""
    return caller.call("runs.start_notebook", notebook=plain("1"))


def taken(workbench, slots=1, *, ending=True):
    """Who submitted the runs that are taken next, into so many slots; each ends before the next is taken."""
    found = []
    for slot in range(slots):
        mine = ledger.claim(workbench, slot)
        ledger.begin(workbench, mine)
        with workbench.read() as db:
            found.append(db.get_one(Run, mine.run_id).submitted_by)
        if ending:
            ledger.fail(workbench, mine, Status.FAILED, None)
    return found


def test_who_submits_many_runs_takes_turns_with_others(any_database, workbench, person):
    """Whose run began longest ago is next, however many another submitted before; her own go oldest first."""
    ann, bob, cleo = person("ann"), person("bob"), person("cleo")
    first, *_ = [submit(ann) for _ in range(4)]
    submit(bob), submit(bob), submit(cleo)

    assert taken(workbench, 7) == ["ann", "bob", "cleo", "ann", "bob", "ann", "ann"]
    assert ann.call("runs.show", id=str(first.id)).started_at == min(
        run.started_at for run in ann.call("runs.list", mine=True).items
    )
    assert ledger.claim(workbench, 0) is None


def test_who_holds_fewer_slots_is_next(any_database, workbench, person):
    """Though hers began later than those of somebody who holds none any more."""
    ann, bob = person("ann"), person("bob")
    for one in (ann, ann, ann, bob, bob):
        submit(one)

    assert taken(workbench, 3, ending=False) == ["ann", "bob", "ann"]
    assert taken(workbench, 2, ending=False) == ["bob", "ann"]


def test_what_nobody_owns_waits_for_its_turn_as_well(any_database, workbench, workspace, person):
    """It is taken, as other runs are."""
    submit(person("ann"))
    submit(caller_of(workbench, principal(workspace.id, Role.DEVELOPER)))

    assert sorted(taken(workbench, 2)) == ["ann", "test:someone"]


def test_whose_turn_it_is_is_found_quickly(any_database, workbench, workspace, person):
    """Among thousands that wait, of one who is busy and of many, the only one of who came last and holds no slot."""
    busy = person("ann").context().principal.user_id
    people = [{"id": new_id(), "name": str(n), "folded": str(n), "display_name": str(n)} for n in range(2500)]
    given = {
        "workspace_id": workspace.id, "title": "many", "submitted_by": "ann", "rights_of": "ann", "rights": {},
        "parameters": {}, "options": {}, "correlation_id": "0" * 32, "status": Status.QUEUED,
    }  # fmt: skip
    began = now() - timedelta(days=1)
    with workbench.unit_of_work() as db:
        db.execute(insert(User), people)
        owners = [busy] * 5000 + [one["id"] for one in people]
        many = [given | {"id": new_id(), "created_at": began, "owner_id": owner} for owner in owners]
        ended = [
            given | {"id": new_id(), "owner_id": owner, "started_at": began, "status": Status.FAILED}
            for owner in {*owners}
        ]
        db.execute(insert(Run), [*many, *ended])
    late = submit(person("bob"))

    before = time.monotonic()
    mine = ledger.claim(workbench, 0)
    assert time.monotonic() - before < 2  # some 0.1 s on a machine that does nothing else, without statistics
    assert mine.run_id == late.id


def test_one_person_has_so_many_runs_waiting(any_database, workbench, person, settings):
    """More are refused, with a way out, by either door; nobody else is, and what begins makes room."""
    ann, bob = person("ann"), person("bob")
    run = submit(ann)
    ann.call("runs.cancel", id=str(run.id))
    workbench.settings = replace(settings, team=True, queued_runs=2)
    submit(ann), submit(ann)

    for name, fields in (("runs.start_notebook", {"notebook": plain("1")}), ("runs.retry", {"id": str(run.id)})):
        with pytest.raises(Throttled, match="2 runs of yours wait already") as refusal:
            ann.call(name, **fields)
        assert (refusal.value.code, refusal.value.retry_after) == ("too_many_queued", submission.QUEUE_SECONDS)
        assert "cancel" in refusal.value.fix
    assert submit(bob).status == "queued"
    assert taken(workbench) == ["ann"]
    assert submit(ann).status == "queued"


def test_runs_that_wait_are_counted_in_all_workspaces(any_database, workbench, caller, settings):
    """Who is a member of two has no more of them waiting."""
    caller.call("workspaces.create", name="other")
    ann = member(workbench, "ann")
    other = local_caller(workbench, "other").context().workspace.id
    with workbench.unit_of_work() as db:
        db.add(Member(workspace_id=other, user_id=ann.user_id, role=Role.DEVELOPER))
    workbench.settings = replace(settings, team=True, queued_runs=1)
    here, there = (local_caller(workbench, name, principal=lambda db: ann(None, db)) for name in ("default", "other"))
    submit(here)

    with pytest.raises(Throttled):
        submit(there)


def test_runs_that_are_submitted_at_once_are_all_counted(any_database, workbench, person, settings):
    """Of eight that come together as many wait as may."""
    workbench.settings = replace(settings, team=True, queued_runs=3)
    ann = person("ann")

    def tried(_):
        try:
            return submit(ann).status
        except WorkbenchError as error:
            return error.code

    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(tried, range(8)))
    assert answers == ["queued"] * 3 + ["too_many_queued"] * 5


def test_at_home_any_number_of_runs_waits(workbench, caller, settings):
    """There is nobody else to keep from anything."""
    workbench.settings = replace(settings, queued_runs=1)

    assert [submit(caller).status for _ in range(3)] == ["queued"] * 3


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
            with pytest.raises(NotFound, match="is not shared with you"):
                viewer.call(name, id="daily", version=number)
    assert executor.call("runs.start", id="daily", version=1).pipeline_version == 1


def test_what_was_withdrawn_lends_nobody_its_publishers_rights(workbench, workspace, caller):
    """The version published before it counts again, else none; a run that waits has no more than who submitted it."""
    for number in (1, 2):
        caller.call("pipelines.register", notebook=plain(str(number)), name="daily")
        caller.call("pipelines.publish", id="daily", writes=["daily"])
    executor = caller_of(workbench, principal(workspace.id, Role.EXECUTOR))
    waiting = executor.call("runs.start", id="daily")

    withdrawn = caller.call("pipelines.withdraw", id="daily", version=2)
    earlier = executor.call("runs.start", id="daily")
    caller.call("pipelines.withdraw", id="daily", version=1)
    draft = executor.call("runs.start", id="daily")

    assert (withdrawn.published_at, withdrawn.publisher, withdrawn.writes) == (None, None, ["daily"])
    assert [run.pipeline_version for run in (waiting, earlier, draft)] == [2, 1, 2]
    publisher = caller.context().principal.name
    assert [run.rights_of for run in (waiting, earlier, draft)] == [publisher, publisher, "test:someone"]
    with workbench.read() as db:
        stored = db.get_one(PipelineVersion, db.get_one(Run, waiting.id).version_id)
        assert pipelines.current_rights(replace(executor.context(), db=db), stored)[1].writes == ()
    with pytest.raises(Conflict, match="is not published"):
        caller.call("pipelines.withdraw", id="daily", version=1)
    assert caller.call("pipelines.publish", id="daily").writes == ["daily"]


def test_who_has_a_share_sees_what_is_published_now(workbench, workspace, caller):
    """Neither the parameters of a draft nor that there is one; who sees every pipeline sees its drafts, too."""
    declared = (notebook("print(month)", parameters=f"month: int = {number}") for number in (1, 2, 3))
    for number, one in enumerate(declared, 1):
        caller.call("pipelines.register", notebook=one, name="daily", message=f"say {number}")
        if number < 3:
            caller.call("pipelines.publish", id="daily")
    caller.call("shares.grant", object_type="pipeline", object="daily", right="view", role="viewer")
    viewer = caller_of(workbench, principal(workspace.id, Role.VIEWER))
    executor = caller_of(workbench, principal(workspace.id, Role.EXECUTOR))

    def seen(by):
        return [one.number for one in by.call("pipelines.versions", id="daily").items]

    assert (seen(viewer), seen(executor)) == ([2], [3, 2, 1])
    assert viewer.call("pipelines.show_version", id="daily", number=2).parameters["properties"]["month"]["default"] == 2
    for number in (1, 3):
        with pytest.raises(NotFound, match="is not shared with you"):
            viewer.call("pipelines.show_version", id="daily", number=number)
        assert executor.call("pipelines.show_version", id="daily", number=number).number == number


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


def test_what_waits_before_another_counts_as_under_way(any_database, workbench, person):
    """While somebody's first is being claimed, the next is that of somebody else, and then another of hers."""
    ann, bob = person("ann"), person("bob")
    runs = [submit(one) for one in (ann, ann, bob)]

    with workbench.read() as db:
        assert list(db.scalars(ledger.in_turn())) == [runs[0].id, runs[2].id, runs[1].id]
