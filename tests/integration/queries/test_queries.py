"""Saved queries: made, saved, restored, asked piece by piece, published, ended and taken out."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from tests.factories.boards import delays, member
from tests.factories.queries import SQL, document
from tests.factories.store import write
from workbench.core.context import RunScope
from workbench.core.errors import AlreadyExists, Conflict, Invalid, NotFound, NotPermitted, StaleVersion
from workbench.core.ids import new_id
from workbench.core.permissions import Role

MANY = "SELECT i, i % 7 AS rest FROM range(1000000) t(i)"


@pytest.fixture
def query(caller):
    """A saved query over a small table."""
    write(caller, "delays", delays())
    return caller.call("queries.create", document=document())


def rows(caller, name="busy_carriers", **fields):
    """The rows of a saved query."""
    return caller.stream("queries.rows", id=name, **fields).read_all().to_pylist()


@pytest.mark.usefixtures("any_database")
def test_a_query_is_saved_restored_and_put_away(caller, query):
    """Each change is a version; restoring makes a new one; an archived one answers nobody and can be brought back."""
    caller.call("queries.save", id="busy_carriers", document=document(title="Busy"), message="shorter")
    caller.call("queries.save", id="busy_carriers", document=document(title="Busy"))
    restored = caller.call("queries.restore", id="busy_carriers", version=1)

    assert (query.name, query.current_version, restored.current_version) == ("busy_carriers", 1, 3)
    found = caller.call("queries.versions", id="busy_carriers").items
    assert [(it.number, it.message, it.restores, it.tables) for it in found] == [
        (3, "Version 1, restored", 1, ["delays"]), (2, "shorter", None, ["delays"]), (1, "", None, ["delays"]),
    ]  # fmt: skip
    assert caller.call("queries.show_version", id="busy_carriers", number=2).document.title == "Busy"
    with pytest.raises(AlreadyExists, match="workbench queries save busy_carriers"):
        caller.call("queries.create", document=document())

    caller.call("queries.archive", id="busy_carriers")
    assert caller.call("queries.list").items == []
    with pytest.raises(NotFound, match="is archived") as away:
        rows(caller)
    assert "workbench queries unarchive busy_carriers" in away.value.fix
    with pytest.raises(Conflict, match="archived"):
        caller.call("queries.save", id="busy_carriers", document=document("SELECT 2"))
    caller.call("queries.unarchive", id="busy_carriers")
    assert [it.name for it in caller.call("queries.list", table="delays").items] == ["busy_carriers"]
    assert caller.call("queries.list", table="delay").items == []


def test_nobody_overwrites_what_another_saved(workbench, caller, query):
    """A version that was made of an older one than the newest is refused."""
    caller.call("queries.save", id="busy_carriers", document=document(title="Busy"))

    late = type(caller)(workbench, lambda _: replace(caller.context(), if_match=f'"{query.etag}"'))
    with pytest.raises(StaleVersion):
        late.call("queries.save", id="busy_carriers", document=document(title="Mine"))


@pytest.mark.usefixtures("query")
def test_a_query_is_asked_with_values(caller):
    """The default where nothing is given; a value of a parameter is bound, whatever it says."""
    assert [row["carrier"] for row in rows(caller)] == ["AA", "UA", "AA", None]
    assert rows(caller, values={"least": 5}) == [{"carrier": "AA", "flights": 10}, {"carrier": "UA", "flights": 5}]
    with pytest.raises(Invalid, match=r"\$least is no integer"):
        rows(caller, values={"least": "0 OR true"})
    caller.call("queries.create", document=document(
        "SELECT $who AS who", title="Who", parameters=[{"name": "who"}, ],
    ))  # fmt: skip
    assert rows(caller, "who", values={"who": "x' OR 1=1 --"}) == [{"who": "x' OR 1=1 --"}]
    assert caller.stream(
        "queries.run", sql="SELECT $a + 1 AS b", values={"a": 2, "unused": 1}
    ).read_all().to_pylist() == [{"b": 3}]


@pytest.mark.usefixtures("query")
def test_a_piece_says_how_much_there_is(caller):
    """Of a million rows a hundred come at a time, and on the last piece there is nothing more."""
    first = caller.call("queries.preview", document=document(MANY + " -- all;"))
    last = caller.call("queries.preview", document=document(f"{MANY};"), start=999_950, count=False)
    small = caller.call("queries.data", id="busy_carriers", limit=4)
    none = caller.call("queries.data", id="busy_carriers", start=50)

    assert (len(first.rows), first.more, first.total) == (100, True, 1_000_000)
    assert (last.more, last.total) == (False, 1_000_000)
    assert [row[0] for row in last.rows] == list(range(999_950, 1_000_000))
    assert (small.rows[0], small.total) == (["AA", 10], 4)
    assert (none.rows, none.more, none.total) == ([], False, 4)
    assert [(one.name, one.type) for one in small.columns] == [("carrier", "VARCHAR"), ("flights", "BIGINT")]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT\n  carier\nFROM delays", "LINE 2:   carier"),
        ("SELECT * FROM delay", "Did you mean delays?"),
        ("SELECT 1; SELECT 2", "There are 2 statements"),
        ("DELETE FROM delays", "not a SELECT"),
    ],
)
@pytest.mark.usefixtures("query")
def test_what_is_wrong_is_told_at_its_place(caller, sql, said):
    """DuckDB's line and the place in it, or the table that was meant."""
    with pytest.raises(Invalid) as refused:
        caller.call("queries.preview", document=document(sql))

    assert said in f"{refused.value.detail} {refused.value.fix} {refused.value.errors}".replace("\\n", "\n")


def test_what_takes_long_is_ended_by_who_asked(workbench, caller, workspace):
    """A ticket ends its question at once, and no other person's."""
    slow = document("SELECT count(*) AS n FROM range(100000000000) a(i) WHERE i % 3 = 1")
    told, ticket = [], "ticket-of-mine"

    def ask():
        try:
            caller.call("queries.preview", document=slow, ticket=ticket)
        except Conflict as error:
            told.append(error.code)

    _, another = member(workbench, workspace.id, "dora", Role.DESIGNER)
    thread = threading.Thread(target=ask)
    thread.start()
    while thread.is_alive() and not caller.call("queries.cancel", ticket=ticket).ended:
        time.sleep(0.02)
        assert not another.call("queries.cancel", ticket=ticket).ended
    thread.join(30)

    assert told == ["query_cancelled"]
    assert not caller.call("queries.cancel", ticket=ticket).ended


@pytest.mark.usefixtures("query")
def test_who_it_is_published_to_gets_its_rows(workbench, caller, workspace):
    """By the publisher's rights, with values of her own, as CSV where allowed; of the SQL she hears nothing."""
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    assert viewer.call("queries.list").items == []
    caller.call("queries.publish", id="busy_carriers", roles=["viewer"], allow_export=True)

    shown = viewer.call("queries.show", id="busy_carriers")
    assert (shown.sql, shown.tables, shown.may_ask, shown.may_edit, shown.may_export) == (None, [], True, False, True)
    assert rows(viewer, values={"least": 10}) == [{"carrier": "AA", "flights": 10}]
    sheet = viewer.stream("queries.export", id="busy_carriers", values={"least": 5})
    assert b"".join(sheet.content).decode().splitlines() == ["carrier,flights", "AA,10", "UA,5"]

    caller.call("queries.unpublish", id="busy_carriers")
    with pytest.raises(NotFound):
        rows(viewer)


@pytest.mark.usefixtures("any_database", "query")
def test_it_says_how_its_tables_stand_and_whom_it_is_shown_to(workbench, caller, workspace):
    """Readers hear as of when the oldest table is, and late where the document says so; its owner whom it is for."""
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    caller.call("queries.save", id="busy_carriers", document=document(late_after=0.0001))
    caller.call("queries.publish", id="busy_carriers", roles=["viewer"], people=["vera"])

    first = viewer.call("queries.show", id="busy_carriers")
    write(caller, "delays", delays())
    then = viewer.call("queries.show", id="busy_carriers")
    assert (first.stamp != then.stamp, first.as_of < then.as_of, first.late) == (True, True, True)
    assert (first.audience, first.may_share) == ([], False)

    its = caller.call("queries.show", id="busy_carriers")
    assert ([one.audience for one in its.audience], its.may_share) == (["every viewer", "vera"], True)
    caller.call("shares.revoke", id=str(its.audience[0].id))
    assert [one.audience for one in caller.call("queries.show", id="busy_carriers").audience] == ["vera"]


def test_an_answer_is_taken_out_with_its_formulas_defused(caller):
    """Every row, as a spreadsheet may open it; the parameters are those that are given along."""
    asked = {"sql": "SELECT $who AS who", "parameters": [{"name": "who"}], "values": {"who": "=1+1"}}

    sheet = caller.stream("queries.csv", **asked)

    assert b"".join(sheet.content).decode().splitlines() == ["who", "'=1+1"]


@pytest.mark.usefixtures("query")
def test_within_a_run_a_saved_query_reads_what_the_run_may(workbench, caller, tmp_path):
    """Its publisher's rights do not widen what the run's pipeline declared."""
    caller.call("queries.publish", id="busy_carriers")
    scope = RunScope(new_id(), 1, new_id(), tmp_path, "lease", reads=("other",), writes=())
    run = type(caller)(workbench, lambda _: replace(caller.context(), run=scope))

    with pytest.raises(NotPermitted) as refused:
        rows(run)
    assert refused.value.code == "publisher_lost_right"


def test_a_document_comes_back_as_text(caller, query):
    """The document of a version comes back as text, and is the same query again."""
    text = caller.stream("queries.document", id="busy_carriers", number=1).content.decode()

    assert f"sql: {SQL}\n" in text
    assert caller.call("queries.save", id="busy_carriers", document=text).current_version == 1
