"""What a saved query, its values, its readers and its publisher cannot get at."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete

from tests.factories.boards import delays, member
from tests.factories.queries import document
from tests.factories.store import write
from workbench.core.errors import Invalid, NotFound, NotPermitted, Throttled, WorkbenchError
from workbench.core.permissions import Role
from workbench.domains.access.models import Member
from workbench.domains.access.service import add_workspace
from workbench.domains.runs.service.acting import DATA
from workbench.domains.store.drivers.workers import MOST_EACH
from workbench.home import local_caller, open_home


def rows(caller, name="busy_carriers", **fields):
    """The rows of a saved query."""
    return caller.stream("queries.rows", id=name, **fields).read_all().to_pylist()


@pytest.fixture
def published(workbench, caller, workspace):
    """A query of olga's that viewers see."""
    write(caller, "delays", delays())
    who, olga = member(workbench, workspace.id, "olga", Role.DEVELOPER)
    olga.call("queries.create", document=document())
    olga.call("queries.publish", id="busy_carriers", roles=["viewer"])
    return who, olga


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "SELECT * FROM read_text($file)",
        "SELECT * FROM read_csv('http://127.0.0.1:1/x')", "SELECT getenv('HOME')", "SELECT * FROM glob('/etc/*')",
        "SELECT 1) AS a CROSS JOIN (SELECT * FROM read_text('/etc/passwd')",
        "FROM query('COPY (SELECT 1) TO ''/tmp/x''')", "SELECT * FROM sqlite_scan('x.db', 'y')",
    ],
)  # fmt: skip
@pytest.mark.parametrize("start", [0, 1])
def test_a_query_reads_no_file_and_no_network(caller, sql, start):
    """The first piece as it was written, and another with our SELECT around it."""
    file = [{"name": "file", "default": "/etc/passwd"}] if "$file" in sql else []

    with pytest.raises(WorkbenchError) as refused:
        caller.call("queries.preview", document=document(sql, parameters=file), start=start)
    assert "root:" not in str(refused.value.problem())


@pytest.mark.parametrize(
    "sql", ["ATTACH 'x.db'", "COPY delays TO '/tmp/x'", "INSTALL httpfs", "SELECT 1; DROP TABLE x", "SET threads = 1"]
)
def test_only_one_select_is_saved(caller, sql):
    """What is anything else is refused before it is kept."""
    with pytest.raises(Invalid):
        caller.call("queries.create", document=document(sql))
    assert caller.call("queries.list").items == []


@pytest.mark.parametrize("value", ["'; DROP TABLE x --", "$1", "\\", "a\nb", "{{7*7}}", "<b>", "日本"])
def test_a_value_is_only_a_value(caller, value):
    """It comes back as it was given."""
    asked = document("SELECT $who AS who", parameters=[{"name": "who"}])

    assert caller.call("queries.preview", document=asked, values={"who": value}).rows == [[value]]


def test_a_reader_asks_nothing_but_what_was_published(workbench, workspace, published):
    """No draft, no other version, no other SQL, no table behind it, no parameter that it does not have."""
    _, olga = published
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    olga.call("queries.save", id="busy_carriers", document=document("SELECT * FROM delays"))
    olga.call("queries.create", document=document(), name="draft")
    olga.call("shares.grant", object_type="query", object="draft", right="view", role="viewer")

    assert rows(viewer)[0] == {"carrier": "AA", "flights": 10}
    for name, fields in [("draft", {}), ("busy_carriers", {"version": 2})]:
        with pytest.raises(NotFound):
            rows(viewer, name, **fields)
    with pytest.raises(Invalid, match="no parameter 'sql'"):
        rows(viewer, values={"sql": "SELECT * FROM delays"})
    for name, fields in [
        ("queries.preview", {"document": document()}), ("queries.run", {"sql": "SELECT 1"}),
        ("queries.versions", {"id": "busy_carriers"}), ("queries.export", {"id": "busy_carriers"}),
    ]:  # fmt: skip
        with pytest.raises((NotPermitted, NotFound)):
            viewer.stream(name, **fields)
    assert [it.name for it in viewer.call("queries.list").items] == ["busy_carriers"]
    assert viewer.call("queries.list", table="delays").items == []


def test_a_right_that_the_publisher_lost_is_lost_to_the_query(workbench, caller, workspace, published):
    """It is read with the rights she holds now; readers hear that it stopped, without the names behind it."""
    who, _ = published
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    assert rows(viewer)

    with workbench.unit_of_work() as db:
        db.execute(delete(Member).where(Member.user_id == who.user_id))

    for someone in (viewer, caller):
        with pytest.raises(NotPermitted) as refused:
            rows(someone)
        assert (refused.value.code, "delays" in str(refused.value.problem())) == ("publisher_lost_right", False)


def test_what_breaks_is_not_told_to_who_sees_it_by_a_share(workbench, caller, workspace):
    """DuckDB's sentence holds names and values; the owner hears it, a reader hears that it is broken."""
    write(caller, "delays", delays())
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    caller.call("queries.create", document=document("SELECT CAST(carrier AS INTEGER) AS n FROM delays"))
    caller.call("queries.publish", id="busy_carriers", roles=["viewer"])

    with pytest.raises(Invalid, match="AA"):
        rows(caller)
    for ask in (rows, lambda who: who.call("queries.data", id="busy_carriers")):
        with pytest.raises(Invalid) as refused:
            ask(viewer)
        assert refused.value.code == "query_broken"
        assert "AA" not in str(refused.value.problem())


def test_what_breaks_late_is_not_told_either(workbench, caller, workspace):
    """The first rows may be on their way before DuckDB meets the value that it complains of."""
    write(caller, "delays", delays())
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    late = "CASE WHEN i = 299999 THEN carrier ELSE '1' END"
    sql = f"SELECT CAST({late} AS INTEGER) AS n FROM range(300000) t(i) CROSS JOIN delays"
    caller.call("queries.create", document=document(sql))
    caller.call("queries.publish", id="busy_carriers", roles=["viewer"], allow_export=True)

    with pytest.raises(Invalid, match="AA"):
        rows(caller)
    with pytest.raises(Invalid) as refused:
        rows(viewer)
    assert refused.value.code == "query_broken"
    with pytest.raises(Invalid) as refused:
        list(viewer.stream("queries.export", id="busy_carriers").content)
    assert refused.value.code == "query_broken"


def test_who_may_not_run_sql_gets_no_draft(workbench, workspace, published):
    """An executor sees all saved queries, and the rows of what was published; publishing needs the right to ask."""
    _, olga = published
    _, executor = member(workbench, workspace.id, "eve", Role.EXECUTOR)
    olga.call("queries.create", document=document("SELECT 42 AS answer"), name="draft")

    assert not executor.call("queries.show", id="draft").may_ask
    with pytest.raises(NotPermitted) as refused:
        rows(executor, "draft")
    assert refused.value.code == "query_not_published"
    assert rows(executor)


def test_the_stamp_tells_a_reader_neither_how_many_tables_nor_how_often_written(
    workbench, caller, workspace, published
):
    """It is another one with each version, and none from which a version's number can be worked out."""
    _, vera = member(workbench, workspace.id, "vera", Role.VIEWER)
    first = vera.call("queries.show", id="busy_carriers")
    write(caller, "delays", delays())
    then = vera.call("queries.show", id="busy_carriers")

    assert (first.tables, len(first.stamp), len(then.stamp), first.stamp == then.stamp) == ([], 24, 24, False)


def test_what_one_asked_is_of_ones_own_workspace_and_no_search_finds_anothers(workbench, caller, published):
    """Neither filters nor ids reach beyond the caller's own statements, and a run has no way to them."""
    _, olga = published
    for who in (olga, caller):
        who.call("queries.preview", document=document("SELECT 1 AS mine"), keep=True)
    (hers,) = olga.call("queries.history", q="mine").items
    with workbench.unit_of_work() as db:
        add_workspace(db, "beyond", "Beyond", "UTC", caller.context().principal.user_id)
    beyond = local_caller(workbench, "beyond")

    assert caller.call("queries.history", ids=[hers.id]).items == []
    assert (beyond.call("queries.history").items, beyond.call("queries.forget").forgotten) == ([], 0)
    assert caller.call("queries.forget").forgotten == 1
    assert [one.id for one in olga.call("queries.history").items] == [hers.id]
    assert DATA.isdisjoint({"queries.history", "queries.forget", "queries.preview"})


def test_a_table_of_another_workspace_is_not_there(workbench, caller):
    """A query of the same name reads its own workspace's tables only."""
    with workbench.unit_of_work() as db:
        add_workspace(db, "beyond", "Beyond", "UTC", caller.context().principal.user_id)
    beyond = local_caller(workbench, "beyond")
    write(beyond, "secrets", {"a": ["for nobody else"]})
    beyond.call("queries.create", document=document("SELECT * FROM secrets"), name="theirs")
    caller.call("queries.create", document=document("SELECT * FROM secrets"), name="mine")

    assert rows(beyond, "theirs") == [{"a": "for nobody else"}]
    with pytest.raises(Invalid, match="no table secrets"):
        rows(caller, "mine")
    with pytest.raises(NotFound):
        rows(caller, "theirs")


def test_a_query_is_lent_no_table_that_its_publisher_was_not_asked_for(workbench, caller, workspace):
    """What was no table that the saver might read when it was saved stays none, whoever publishes it later."""
    write(caller, "delays", delays())
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    caller.call("queries.create", document=document("SELECT who, pay FROM salaries"))
    write(caller, "salaries", {"who": ["ceo"], "pay": [900]})
    caller.call("queries.publish", id="busy_carriers", roles=["viewer"])

    for ask in (rows, lambda who: who.call("queries.data", id="busy_carriers")):
        with pytest.raises(Invalid) as refused:
            ask(viewer)
        assert refused.value.code == "query_broken"
    with pytest.raises(Invalid, match="salaries"):
        rows(caller)


def test_what_a_draft_is_called_is_not_told(workbench, workspace, published):
    """Readers know a query by what was published; the draft's words come with it."""
    _, olga = published
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    olga.call("queries.save", id="busy_carriers", document=document(title="Secret plan"))

    assert [it.title for it in viewer.call("queries.list").items] == [document()["title"]]
    assert viewer.call("queries.list", q="Secret").items == []
    olga.call("queries.publish", id="busy_carriers")
    assert [it.title for it in viewer.call("queries.list").items] == ["Secret plan"]


@pytest.mark.parametrize("date", ["'infinity'::DATE", "'290000-01-01'::DATE", "'infinity'::TIMESTAMP"])
def test_a_date_that_python_does_not_have_is_told(caller, date):
    """No page and no CSV ends in a fault."""
    write(caller, "delays", delays())
    with pytest.raises(Invalid, match="beyond the years"):
        caller.call("queries.preview", document=document(f"SELECT {date} AS day"))


def test_who_takes_no_rows_keeps_nobody_from_answers(settings):
    """A reader holds so many places of a team's server, with her own rights or the publisher's; others are answered."""
    team = open_home(replace(settings, team=True))
    asker = local_caller(team)
    _, viewer = member(team, asker.context().workspace_id, "vera", Role.VIEWER)
    asker.call("queries.create", document=document("SELECT * FROM range(100000000)"))
    asker.call("queries.publish", id="busy_carriers", roles=["viewer"])
    held = [viewer.stream("queries.rows", id="busy_carriers") for _ in range(MOST_EACH)]

    with pytest.raises(Throttled, match=f"You have {MOST_EACH} queries under way"):
        viewer.call("queries.data", id="busy_carriers")
    assert asker.call("queries.preview", document=document("SELECT 1 AS a")).rows == [[1]]
    del held
    assert len(viewer.call("queries.data", id="busy_carriers", limit=3).rows) == 3
    team.close()
