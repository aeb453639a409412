"""The catalog, by its operations, on both databases."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from sqlalchemy import func, select

from tests.factories.notebooks import notebook, plain
from tests.factories.people import caller_of, principal
from workbench.core.caller import LocalCaller
from workbench.core.context import WorkspaceRef
from workbench.core.errors import Conflict, Invalid, NotFound, NotPermitted, StaleVersion, TooLarge
from workbench.core.permissions import Role
from workbench.core.workbench import Workbench
from workbench.domains.pipelines.models import Pipeline, PipelineVersion
from workbench.domains.pipelines.service import notebook_of, resolve
from workbench.home import local_caller

ADD = "a: int = 1  # The first\nb: int | None = None"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A notebook within the root."""
    path = tmp_path / "notebooks" / "add.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook("a + (b or 0)", parameters=ADD), path)
    return path


def rewrite(file: Path, *sources: str) -> None:
    """Give a notebook other cells."""
    nbformat.write(notebook(*sources, parameters=ADD), file)


@pytest.mark.usefixtures("any_database")
def test_a_notebook_becomes_a_pipeline(caller: LocalCaller, file: Path):
    """Registered from a path, it has the file's name, one version and a typed schema."""
    made = caller.call("pipelines.register", path="notebooks/add.ipynb", message="First")

    assert (made.name, made.current_version, made.number, made.created, made.etag) == ("add", 1, 1, True, 1)
    shown = caller.call("pipelines.show_version", id="add", number=1)
    assert (shown.message, shown.source, shown.kernel, shown.language) == (
        "First",
        "notebooks/add.ipynb",
        "python3",
        "python",
    )
    assert (shown.published_at, shown.reads, shown.writes) == (None, [], [])
    parameters = caller.call("pipelines.parameters", id="add").parameters
    assert [name for name, _ in sorted(parameters["properties"].items(), key=lambda item: item[1]["x-order"])] == [
        "a",
        "b",
    ]
    assert caller.call("pipelines.list").items[0].id == made.id


@pytest.mark.usefixtures("any_database")
def test_the_same_content_is_the_same_version(caller: LocalCaller, file: Path):
    """Registering again, even after the notebook was executed, changes nothing."""
    first = caller.call("pipelines.register", path=str(file))
    executed = json.loads(file.read_text())
    executed["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1\n"}]
    file.write_text(json.dumps(executed))

    again = caller.call("pipelines.register", path=str(file))

    assert (again.number, again.created, again.updated_at) == (1, False, first.updated_at)
    assert len(caller.call("pipelines.versions", id="add").items) == 1


@pytest.mark.usefixtures("any_database")
def test_versions_are_immutable_and_restorable(caller: LocalCaller, workbench: Workbench, file: Path):
    """A changed notebook is a new version; an old one comes back as a new one with its content."""
    caller.call("pipelines.register", path=str(file))
    rewrite(file, "a - 1")
    caller.call("pipelines.register", path=str(file), message="Subtract")

    restored = caller.call("pipelines.restore", id="add", version=1)

    assert (restored.number, restored.restores, restored.message) == (3, 1, "Version 1, restored by " + restored.author)
    listed = caller.call("pipelines.versions", id="add").items
    assert [(version.number, version.message) for version in listed] == [
        (3, "Version 1, restored by " + restored.author),
        (2, "Subtract"),
        (1, ""),
    ]
    assert listed[0].digest == listed[2].digest != listed[1].digest
    with workbench.read() as db:
        rows = db.scalars(select(PipelineVersion).order_by(PipelineVersion.number)).all()
        assert [notebook_of(row).cells[1].source for row in rows] == ["a + (b or 0)", "a - 1", "a + (b or 0)"]
    assert caller.call("pipelines.restore", id="add", version=3).number == 3


def test_what_was_published_with_less_is_published_anew_as_a_copy(caller: LocalCaller):
    """The refusal says how, and what it says works."""
    caller.call("pipelines.register", name="add", notebook=plain("1"))
    caller.call("pipelines.publish", id="add", reads=[], writes=[])
    with pytest.raises(Conflict, match="published without delays") as refused:
        caller.call("pipelines.publish", id="add", reads=["delays"], writes=[])
    assert "workbench pipelines restore add --version 1" in refused.value.fix

    assert caller.call("pipelines.restore", id="add", version=1).number == 2
    assert caller.call("pipelines.publish", id="add", reads=["delays"], writes=[]).reads == ["delays"]


def test_restoring_vouches_for_nothing(caller: LocalCaller, workbench: Workbench, workspace: WorkspaceRef, file: Path):
    """A version that somebody else restores is still its author's, by whose rights it acts."""
    developer = caller_of(workbench, principal(workspace.id, Role.DEVELOPER))
    developer.call("pipelines.register", path=str(file))
    rewrite(file, "a - 1")
    caller.call("pipelines.register", path=str(file))

    restored = caller.call("pipelines.restore", id="add", version=1)
    flight = caller.call("pipelines.preflight", id="add")

    assert restored.author == "test:someone"
    assert (flight.reads, flight.writes) == ([], [])  # that author is nobody whom the database knows


def test_pages_of_versions(caller: LocalCaller, file: Path):
    """Versions are listed by number, the newest first, page by page."""
    for number in range(5):
        rewrite(file, f"a + {number}")
        caller.call("pipelines.register", path=str(file))

    first = caller.call("pipelines.versions", id="add", limit=3)
    second = caller.call("pipelines.versions", id="add", limit=3, cursor=first.next)

    assert [version.number for version in first.items + second.items] == [5, 4, 3, 2, 1]
    assert second.next is None


@pytest.mark.usefixtures("any_database")
def test_archiving_loses_nothing(caller: LocalCaller, file: Path):
    """An archived pipeline keeps name and versions, takes nothing, and comes back."""
    caller.call("pipelines.register", path=str(file))
    caller.call("pipelines.archive", id="add")

    assert caller.call("pipelines.list").items == []
    assert [found.name for found in caller.call("pipelines.list", archived=True).items] == ["add"]
    for name, fields in [
        ("pipelines.register", {"path": str(file)}),
        ("pipelines.update", {"id": "add", "title": "x"}),
        ("pipelines.publish", {"id": "add"}),
        ("pipelines.restore", {"id": "add", "version": 1}),
    ]:
        with pytest.raises(Conflict, match="archived") as refusal:
            caller.call(name, **fields)
        assert "workbench pipelines unarchive add" in refusal.value.fix
    assert not caller.call("pipelines.preflight", id="add").accepted

    assert caller.call("pipelines.unarchive", id="add").archived_at is None
    assert caller.call("pipelines.register", path=str(file)).number == 1


def test_a_notebook_can_be_sent(caller: LocalCaller):
    """Without a file the notebook comes in the request, and needs a name or says one."""
    assert caller.call("pipelines.register", notebook=plain("1"), name="sent").name == "sent"
    with pytest.raises(Invalid, match="give either path or notebook"):
        caller.call("pipelines.register", name="nothing")
    with pytest.raises(Invalid, match="lower-case"):
        caller.call("pipelines.register", notebook=plain("1"), name="Not A Name")


def test_what_people_call_it_can_change(caller: LocalCaller, file: Path):
    """Title and description change without a new version; registering again leaves them."""
    caller.call("pipelines.register", path=str(file), title="Adding")
    changed = caller.call("pipelines.update", id="add", description="Adds.")
    again = caller.call("pipelines.register", path=str(file))

    assert (changed.title, changed.description, changed.current_version) == ("Adding", "Adds.", 1)
    assert (again.title, again.description) == ("Adding", "Adds.")


def test_a_stale_change_is_refused(workbench: Workbench, caller: LocalCaller, file: Path):
    """Who read an earlier state does not overwrite a later one."""
    seen = caller.call("pipelines.register", path=str(file)).etag
    caller.call("pipelines.update", id="add", title="One")
    holding_a_tag = local_caller(workbench, if_match=f'"{seen}-abc"')
    with pytest.raises(StaleVersion):
        holding_a_tag.call("pipelines.update", id="add", title="Two")


def test_a_version_can_be_downloaded(caller: LocalCaller, file: Path):
    """The notebook of a version comes back as a file that runs, without outputs."""
    caller.call("pipelines.register", path=str(file))

    sent = caller.call("pipelines.notebook", id="add", number=1)

    assert (sent.media_type, sent.filename) == ("application/x-ipynb+json", "add-1.ipynb")
    found = nbformat.reads(sent.content.decode(), as_version=4)
    nbformat.validate(found)
    assert [cell.source for cell in found.cells] == [ADD, "a + (b or 0)"]


def test_what_is_not_there(caller: LocalCaller, file: Path):
    """Pipelines and versions that do not exist are named in the answer."""
    caller.call("pipelines.register", path=str(file))
    for name, fields in [
        ("pipelines.show", {"id": "none"}),
        ("pipelines.show_version", {"id": "add", "number": 9}),
        ("pipelines.restore", {"id": "add", "version": 9}),
        ("pipelines.parameters", {"id": "add", "version": 9}),
        ("pipelines.register", {"path": "notebooks/none.ipynb"}),
    ]:
        with pytest.raises(NotFound):
            caller.call(name, **fields)


def test_refusals_leave_nothing(caller: LocalCaller, workbench: Workbench, tmp_path: Path):
    """A notebook that is refused leaves no pipeline behind."""
    two = notebook("a = 1", "b = 2")
    for cell in two.cells:
        cell.metadata["tags"] = ["parameters"]
    huge = tmp_path / "huge.ipynb"
    with huge.open("wb") as made:
        made.truncate(50 * 1024 * 1024)

    with pytest.raises(Invalid, match="tagged"):
        caller.call("pipelines.register", notebook=json.loads(nbformat.writes(two)), name="two")
    with pytest.raises(TooLarge):
        caller.call("pipelines.register", path="huge.ipynb")
    with pytest.raises(Invalid, match="outside"):
        caller.call("pipelines.register", path="../elsewhere.ipynb")
    with pytest.raises(Invalid, match="braces"):
        caller.call("pipelines.register", path="a{b}.ipynb")
    with workbench.read() as db:
        assert db.scalar(select(func.count()).select_from(Pipeline)) == 0


@pytest.mark.usefixtures("any_database")
def test_registering_at_once_numbers_every_version(caller: LocalCaller, tmp_path: Path):
    """Many registrations of one name at the same time make one pipeline with a gapless history."""
    errors: list[Exception] = []

    def one(number: int) -> None:
        try:
            caller.call("pipelines.register", notebook=plain(f"{number}"), name="busy")
        except Conflict as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = [version.number for version in caller.call("pipelines.versions", id="busy").items]
    assert numbers == list(range(8 - len(errors), 0, -1))
    assert len(errors) < 8


def test_preflight_says_what_would_be_refused(caller: LocalCaller, file: Path):
    """Parameters, kernel and rights are told before anything starts."""
    caller.call("pipelines.register", path=str(file))

    good = caller.call("pipelines.preflight", id="add", texts={"a": "3", "b": "null"})
    bad = caller.call("pipelines.preflight", id="add", parameters={"a": "x", "c": 1})

    assert (good.accepted, good.parameters, good.reads, good.writes) == (True, {"a": 3, "b": None}, ["*"], ["*"])
    assert [(one.code, [error["pointer"] for error in one.errors]) for one in bad.refusals] == [
        ("bad_parameters", ["/parameters/a", "/parameters/c"])
    ]


def test_preflight_names_a_missing_kernel(caller: LocalCaller):
    """A kernel that is not installed here is found out before a run."""
    nb = plain("1 + 1")
    nb["metadata"] = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}
    caller.call("pipelines.register", notebook=nb, name="in_r")

    (refusal,) = caller.call("pipelines.preflight", id="in_r").refusals

    assert refusal.code == "no_kernel"
    assert "'ir' is not installed" in refusal.detail


def test_publishing_declares_reads_and_writes(caller: LocalCaller):
    """What a version may use is what its notebook says, unless it is given; it then runs with just that."""
    nb = plain("1")
    nb["metadata"] = {**nb["metadata"], "workbench": {"schema": 1, "reads": ["flights", "crm.*"], "writes": ["daily"]}}
    caller.call("pipelines.register", notebook=nb, name="daily")

    published = caller.call("pipelines.publish", id="daily")
    flight = caller.call("pipelines.preflight", id="daily")
    narrower = caller.call("pipelines.publish", id="daily", reads=["flights"], writes=[])

    assert (published.reads, published.writes, published.publisher) == (
        ["crm.*", "flights"],
        ["daily"],
        published.author,
    )
    assert (flight.reads, flight.writes) == (["crm.*", "flights"], ["daily"])
    assert (narrower.reads, narrower.writes) == (["flights"], [])
    with pytest.raises(Invalid, match="no tables or connectors"):
        caller.call("pipelines.publish", id="daily", reads=["a b"])


def test_nobody_publishes_what_she_may_not_do(workbench: Workbench, workspace: WorkspaceRef, caller: LocalCaller):
    """A Designer, who cannot write through connectors or to others' tables, is refused with the list."""
    caller.call("pipelines.register", notebook=plain("1"), name="mine")
    owner_id = caller.context().principal.user_id
    designer = caller_of(workbench, replace(principal(workspace.id, Role.DESIGNER), user_id=owner_id))

    with pytest.raises(NotPermitted) as refusal:
        designer.call("pipelines.publish", id="mine", reads=["t", "crm.x"], writes=["new", "crm.x", "n*"])

    assert refusal.value.code == "publisher_lacks_rights"
    assert "writing crm.x" in refusal.value.detail
    assert "writing n*" in refusal.value.detail
    assert "reading" not in refusal.value.detail


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.DEVELOPER, True), (Role.DESIGNER, False), (Role.EXECUTOR, False), (Role.VIEWER, False)],
)
def test_registering_is_writing_code(workbench: Workbench, workspace: WorkspaceRef, role: Role, may: bool):
    """Only who may edit notebooks may put one into the catalog."""
    someone = caller_of(workbench, principal(workspace.id, role))
    if may:
        assert someone.call("pipelines.register", notebook=plain("1"), name="x").created
    else:
        with pytest.raises(NotPermitted):
            someone.call("pipelines.register", notebook=plain("1"), name="x")


def test_a_viewer_knows_of_nothing_that_was_not_shared(
    workbench: Workbench, workspace: WorkspaceRef, caller: LocalCaller
):
    """A pipeline that a Viewer may not see looks like one that is not there."""
    caller.call("pipelines.register", notebook=plain("1"), name="hidden")
    viewer = caller_of(workbench, principal(workspace.id, Role.VIEWER))

    assert viewer.call("pipelines.list").items == []
    with pytest.raises(NotFound):
        viewer.call("pipelines.show", id="hidden")


def test_runs_find_pipelines_by_name_or_id(caller: LocalCaller, workbench: Workbench, file: Path):
    """`resolve` answers pipeline and version for the runs domain."""
    made = caller.call("pipelines.register", path=str(file))
    rewrite(file, "a * 2")
    caller.call("pipelines.register", path=str(file))
    ctx = caller.context()
    from workbench.core.permissions import PERMISSIONS

    ctx.permission = PERMISSIONS["runs:start"]
    with workbench.read() as db:
        ctx.db = db
        assert [resolve(ctx, key)[1].number for key in ("add", str(made.id))] == [2, 2]
        assert resolve(ctx, "add", 1)[1].number == 1


def test_the_catalog_is_told_of(caller: LocalCaller, workbench: Workbench, file: Path):
    """New versions and archiving are events that those may hear who may see the pipeline."""
    from workbench.core import events

    made = caller.call("pipelines.register", path=str(file))
    caller.call("pipelines.register", path=str(file))
    caller.call("pipelines.archive", id="add")

    with workbench.read() as db:
        told = [(event.name, event.permission, event.data["name"]) for event in events.since(db, 0, object_id=made.id)]
    assert told == [
        ("pipeline.registered", "pipelines:read", "add"),
        ("pipeline.archived", "pipelines:read", "add"),
    ]
