"""A sandboxed run has the rights of its publisher, or of author and caller, as they are at each read and write."""

from __future__ import annotations

import pyarrow as pa
import pytest
from sqlalchemy import delete

from tests.factories.notebooks import plain
from tests.factories.people_at_work import member
from workbench.core.clock import now
from workbench.core.errors import NotFound, NotPermitted
from workbench.core.permissions import Role
from workbench.domains.access.models import Member, User
from workbench.domains.connectors.models import Connector
from workbench.domains.runs.service import ledger
from workbench.domains.runs.service.acting import RunCaller
from workbench.home import local_caller

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def people(team):
    """Makes a member of `default`, and answers her caller and her id."""

    def make(name, role):
        session = member(team, name, role)
        return local_caller(team, "default", principal=lambda db: session(team, db)), session.user_id

    return make


@pytest.fixture
def tables(owner):
    """Two tables of the workspace."""
    for name in ("sales", "salaries"):
        owner.stream("tables.stage", pa.table({"n": [1]}).to_reader(), name=name, mode="replace")


@pytest.fixture
def attempt(team):
    """The caller that a sandbox of a run would have outside."""
    claims = []

    def claim(run):
        claims.append(ledger.claim(team, slot=0, only=run.id))
        return RunCaller(team, claims[-1])

    yield claim
    for one in claims:
        ledger.fail(team, one, "cancelled", None)


def demote(team, user_id):
    """Take all roles from somebody."""
    with team.unit_of_work() as db:
        db.execute(delete(Member).where(Member.user_id == user_id))


def rows(caller, name):
    """What a run reads of a table."""
    return caller.stream("tables.read", name=name).read_all().num_rows


def write(caller, name):
    """Have a run write a table."""
    return caller.stream("tables.stage", pa.table({"n": [1]}).to_reader(), name=name, mode="append")


def published(author, name, **declared):
    """A pipeline whose version is published."""
    author.call("pipelines.register", notebook=plain("1"), name=name)
    author.call("pipelines.publish", id=name, **declared)


def test_a_published_version_reads_what_it_declares_and_no_more(people, tables, attempt):
    """Whoever starts it, it reads and writes in its publisher's name, and nothing that it did not declare."""
    ann, _ = people("ann", Role.DEVELOPER)
    published(ann, "declared", reads=["sales", "out"], writes=["out"])
    executor, _ = people("eve", Role.EXECUTOR)
    run = attempt(executor.call("runs.start", id="declared"))

    assert rows(run, "sales") == 1
    assert write(run, "out").staged
    assert rows(run, "out") == 1
    for refused in (lambda: rows(run, "salaries"), lambda: write(run, "sales")):
        with pytest.raises(NotPermitted) as error:
            refused()
        assert error.value.code == "not_declared"
    with pytest.raises(Exception, match="salaries"):
        run.stream("queries.run", sql="SELECT * FROM salaries").read_all()


@pytest.mark.parametrize("how", ["role", "disabled"])
def test_what_a_publisher_loses_the_next_read_lacks(team, people, tables, attempt, how):
    """The first read works; after she lost her role, or was disabled, the next read and write are refused."""
    ann, ann_id = people("ann", Role.DEVELOPER)
    published(ann, f"revoked_{how}", reads=["sales"], writes=["out"])
    run = attempt(ann.call("runs.start", id=f"revoked_{how}"))
    assert rows(run, "sales") == 1

    if how == "role":
        demote(team, ann_id)
    else:
        with team.unit_of_work() as db:
            db.get_one(User, ann_id).disabled_at = now()

    for refused in (lambda: rows(run, "sales"), lambda: write(run, "out")):
        with pytest.raises(NotPermitted):
            refused()


def test_a_connector_that_a_publisher_loses_is_not_read_again(team, people, attempt):
    """A connector is read with its publisher's right to it, and the next read is refused when she has none."""
    (folder,) = team.settings.files_roots
    folder.mkdir(exist_ok=True)
    (folder / "orders.csv").write_text("id\n1\n2\n")
    ann, ann_id = people("ann", Role.DEVELOPER)
    with team.unit_of_work() as db:
        workspace = db.query(Member).filter_by(user_id=ann_id).one().workspace_id
        db.add(
            Connector(workspace_id=workspace, name="crm", type="files", config={"path": str(folder)}, owner_id=ann_id)
        )
    published(ann, "orders", reads=["crm.*"], writes=[])
    run = attempt(ann.call("runs.start", id="orders"))

    def read():
        return run.stream("connectors.read_data", id="crm", stream="orders").read_all().num_rows

    assert read() == 2
    demote(team, ann_id)
    with pytest.raises(NotPermitted):
        read()


def test_an_unpublished_version_lends_nobody_rights(team, people, tables, attempt):
    """A draft run by an Admin reads what its author may read too, and stops when she may not any more."""
    ann, ann_id = people("ann", Role.DEVELOPER)
    ann.call("pipelines.register", notebook=plain("1"), name="draft")
    admin, _ = people("root", Role.ADMIN)
    run = attempt(admin.call("runs.start", id="draft"))
    assert rows(run, "sales") == 1

    demote(team, ann_id)
    with pytest.raises(NotPermitted):
        rows(run, "sales")


def test_a_notebook_in_no_catalog_acts_as_who_runs_it(team, people, tables, attempt):
    """It reads as its caller, and stops when she has no part in the workspace any more."""
    ann, ann_id = people("ann", Role.DEVELOPER)
    run = attempt(ann.call("runs.start_notebook", notebook=plain("1")))
    assert rows(run, "salaries") == 1

    demote(team, ann_id)
    with pytest.raises((NotPermitted, NotFound)):
        rows(run, "salaries")


def test_a_run_records_results_whoever_started_it(people, attempt):
    """A Viewer's run of what was published to her notes its metrics, though she may start and see little else."""
    ann, _ = people("ann", Role.DEVELOPER)
    published(ann, "shown", reads=[], writes=[])
    viewer, viewer_id = people("vic", Role.VIEWER)
    ann.call("shares.grant", object_type="pipeline", object="shown", user=str(viewer_id), right="run")
    started = viewer.call("runs.start", id="shown")
    run = attempt(started)

    run.call("runs.log_metric", id=str(started.id), name="n", value=1.0)

    assert run.call("runs.show", id=str(started.id)).metrics == {"n": 1.0}


def test_a_run_cannot_be_told_to_use_folders_of_the_server(people):
    """Neither where to run nor where to copy the output is a person's to say in a team home."""
    ann, _ = people("ann", Role.DEVELOPER)

    for place in ({"output": "/etc/cron.d/x"}, {"cwd": "/etc"}):
        with pytest.raises(NotPermitted) as error:
            ann.call("runs.start_notebook", notebook=plain("1"), **place)
        assert error.value.code == "places_not_yours"
