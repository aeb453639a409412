"""What a dashboard's document, its readers and its publisher cannot get at."""

from __future__ import annotations

import csv
import io
import shlex
from dataclasses import replace

import pyarrow as pa
import pytest
from sqlalchemy import delete

from tests.factories.boards import BARS, FLIGHTS, asked, card, delays, document, member
from tests.factories.people import caller_of
from tests.factories.store import write
from workbench.core.errors import Invalid, NotFound, NotPermitted
from workbench.core.permissions import Role
from workbench.domains.access.models import Member, Share
from workbench.domains.access.service import add_workspace, notices
from workbench.domains.dashboards.schemas.documents import UNTOLD
from workbench.home import local_caller

HOSTILE = ['a" FROM flights --', "a'); DROP TABLE x; --", '"', "a) UNION SELECT 1 --", "${x}", "日本 <b>"]


@pytest.fixture
def published(workbench, caller, workspace):
    """A dashboard of olga's that viewers see."""
    write(caller, "delays", delays())
    who, olga = member(workbench, workspace.id, "olga", Role.DEVELOPER)
    olga.call("dashboards.create", document=document())
    olga.call("dashboards.publish", id="delays", roles=["viewer"])
    return who, olga


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_of_a_column_is_only_a_name(caller, name):
    """Whatever a column is called, it is asked for and narrowed as itself."""
    write(caller, "delays", pa.table({name: ["x", "y"], "flights": [1, 2]}))
    cards = [
        card("bar", by=name, value=FLIGHTS), card("table", columns=[name]), card("filter", column=name),
        card("kpi", value={"how": "distinct", "column": name}),
    ]  # fmt: skip

    shown = asked(caller, *cards)
    narrowed = asked(caller, cards[0], filters={name: {"any_of": ["y"]}})

    assert [one.trouble for one in shown] == [None] * 4
    assert (shown[0].rows, shown[3].value, narrowed[0].rows) == ([["y", 2.0], ["x", 1.0]], 2, [["y", 2.0]])


@pytest.mark.parametrize("value", [*HOSTILE, "a\nb"])
def test_a_value_of_a_filter_is_only_a_value(caller, value):
    """Whatever is chosen is compared, never run."""
    write(caller, "delays", pa.table({"carrier": [value, "other"], "flights": [1, 2]}))

    [shown] = asked(caller, BARS, filters={"carrier": {"any_of": [value]}})

    assert shown.rows == [[value, 1.0]]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM delays) AS source; DROP TABLE x; --",
        "SELECT * FROM read_parquet('/etc/passwd')",
        "COPY delays TO '/tmp/x'",
        "SELECT 1) AS source CROSS JOIN (SELECT * FROM read_text('/etc/passwd')",
        "ATTACH 'x.db'",
    ],
)
def test_a_saved_query_can_only_read_its_tables(caller, sql):
    """It must be one SELECT by itself, and its worker has nothing but the tables."""
    write(caller, "delays", delays())

    [shown] = asked(caller, card("table", columns=["a"], source={"sql": sql}))

    assert shown.trouble is not None
    assert "root:" not in shown.model_dump_json()


def test_a_table_of_another_workspace_is_not_there(workbench, caller):
    """By a card, by SQL and by its id it is as unknown as one that never was."""
    with workbench.unit_of_work() as db:
        add_workspace(db, "beyond", "Beyond", "UTC", caller.context().principal.user_id)
    beyond = local_caller(workbench, "beyond")
    write(beyond, "secrets", {"a": ["for nobody else"]})
    id_ = str(beyond.call("tables.show", name="secrets").id)

    shown = asked(
        caller,
        card("kpi", source={"table": "secrets"}), card("bar", by="a", source={"table": id_}),
        card("table", columns=["a"], source={"sql": "SELECT * FROM secrets"}),
    )  # fmt: skip

    assert [one.trouble is not None for one in shown] == [True] * 3
    assert "for nobody else" not in "".join(one.model_dump_json() for one in shown)


def test_who_sees_by_a_share_sees_what_is_published_only(workbench, caller, workspace, published):
    """No draft, no version, no document of another, and no table behind the dashboard."""
    _, olga = published
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    olga.call("dashboards.create", document=document(), name="draft")
    olga.call("shares.grant", object_type="dashboard", object="draft", right="view", role="viewer")

    assert viewer.call("dashboards.data", id="delays").cards[0].trouble is None
    for name, fields in [("dashboards.show", {}), ("dashboards.data", {}), ("dashboards.data", {"version": 1})]:
        with pytest.raises(NotFound):
            viewer.call(name, id="draft", **fields)
    with pytest.raises(NotFound):
        viewer.call("tables.show", name="delays")
    with pytest.raises(NotPermitted):
        viewer.call("dashboards.preview", document=document())


def test_sql_is_its_authors(workbench, caller, workspace, published):
    """A reader by a share sees what a card's SELECT answers and not how it reads, as she does of a saved query."""
    _, olga = published
    written = "SELECT carrier, flights FROM delays WHERE carrier <> 'unspoken'"
    source = {"sql": written}
    _, vera = member(workbench, workspace.id, "vera", Role.VIEWER)
    olga.call("dashboards.save", id="delays", document=document(card("table", columns=["carrier"], source=source)))
    olga.call("dashboards.publish", id="delays", roles=["viewer"])

    seen = vera.call("dashboards.show", id="delays")

    assert seen.document.cards[0].source.sql == UNTOLD
    assert "unspoken" not in seen.model_dump_json()
    shown = vera.call("dashboards.data", id="delays")
    assert shown.cards[0].trouble is None
    assert "unspoken" not in shown.model_dump_json()
    assert olga.call("dashboards.show", id="delays").document.cards[0].source.sql == written


def test_what_was_archived_is_told_to_those_who_saw_it(workbench, caller, workspace, published):
    """Its audience hears whose it is; of a draft nobody hears more than of what never was."""
    _, olga = published
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    olga.call("dashboards.create", document=document(), name="draft")
    olga.call("shares.grant", object_type="dashboard", object="draft", right="view", role="viewer")
    for name in ("delays", "draft"):
        olga.call("dashboards.archive", id=name)

    refusals = []
    for name in ("delays", "draft", "nothing"):
        with pytest.raises(NotFound) as refused:
            viewer.call("dashboards.show", id=name)
        refusals.append(refused.value)
    assert [one.code for one in refusals] == ["dashboard_archived", *["dashboard_not_found"] * 2]
    assert "olga" in refusals[0].fix
    assert "olga" not in refusals[1].fix + refusals[1].detail


def test_a_right_that_the_publisher_lost_is_lost_to_her_dashboard(workbench, caller, workspace, published):
    """It reads with the rights she holds now; readers hear that it stopped, without the names behind it."""
    who, _ = published
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    assert viewer.call("dashboards.data", id="delays").cards[0].rows

    with workbench.unit_of_work() as db:
        db.execute(delete(Member).where(Member.user_id == who.user_id))

    [shown] = viewer.call("dashboards.data", id="delays").cards
    assert (shown.trouble.code, shown.rows) == ("publisher_lost_right", [])
    assert "delays" not in shown.trouble.model_dump_json()
    with pytest.raises(NotFound):
        caller.stream("dashboards.export", id="delays", card="bar")


def test_what_breaks_is_not_told_to_who_sees_it_by_a_share(workbench, caller, workspace):
    """DuckDB's sentence holds names and values; its owner hears it, a reader hears that the card is broken."""
    write(caller, "delays", pa.table({"carrier": ["1"], "flights": [1]}))
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    sql = "SELECT CAST(carrier AS INTEGER) AS n FROM delays"
    caller.call("dashboards.create", document=document(card("table", columns=["n"], source={"sql": sql})))
    caller.call("dashboards.publish", id="delays", roles=["viewer"], allow_export=True)
    write(caller, "delays", pa.table({"carrier": ["secret"], "flights": [1]}))

    assert "secret" in caller.call("dashboards.data", id="delays").cards[0].trouble.detail
    [shown] = viewer.call("dashboards.data", id="delays").cards
    assert (shown.trouble.code, "secret" in shown.model_dump_json()) == ("query_broken", False)
    with pytest.raises(Invalid) as refused:
        viewer.stream("dashboards.export", id="delays", card="table")
    assert (refused.value.code, "secret" in str(refused.value.problem())) == ("query_broken", False)


def test_nobody_publishes_what_she_may_not_read(workbench, caller, workspace):
    """A published dashboard would lend rights that its publisher does not have."""
    write(caller, "delays", delays())
    sql = document(card("table", columns=["carrier"], source={"sql": "SELECT * FROM delays"}))
    caller.call("dashboards.create", document=sql)
    board = caller.call("dashboards.show", id="delays")
    _, designer = member(workbench, workspace.id, "dora", Role.DESIGNER)
    narrow = caller.context().principal
    scopes = frozenset({"dashboards:publish", "dashboards:view", "tables:read"})
    without_sql = caller_of(workbench, replace(narrow, scopes=scopes))
    without_tables = caller_of(workbench, replace(narrow, scopes=scopes - {"tables:read"} | {"queries:run"}))

    with pytest.raises(NotPermitted, match="asking SQL"):
        without_sql.call("dashboards.publish", id=str(board.id))
    with pytest.raises(NotPermitted, match="reading delays"):
        without_tables.call("dashboards.publish", id=str(board.id))
    assert designer.call("dashboards.publish", id="delays").publisher == "user:dora"


def test_data_leave_only_where_the_publisher_allowed_it(workbench, caller, workspace, published):
    """A viewer's export is refused until it is published so; an executive has none; formulas are defused."""
    _, olga = published
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    _, executive = member(workbench, workspace.id, "eva", Role.EXECUTIVE)
    hostile = pa.table({"day": [None], "carrier": ["=cmd()"], "flights": [1], "late": [0], "delay": [1.0]})
    write(caller, "delays", hostile.cast(delays().schema), mode="append")

    with pytest.raises(NotPermitted, match="did not allow"):
        viewer.stream("dashboards.export", id="delays", card="bar")
    olga.call("dashboards.publish", id="delays", roles=["executive"], allow_export=True)
    with pytest.raises(NotPermitted):
        executive.stream("dashboards.export", id="delays", card="bar")

    narrowed = {"carrier": {"any_of": ["AA", "=cmd()"]}}
    sent = viewer.stream("dashboards.export", id="delays", card="bar", filters=narrowed)
    rows = list(csv.reader(io.StringIO(b"".join(sent.content).decode())))
    assert rows[0] == ["carrier", "sum_flights"]
    assert [name for name, _ in rows[1:]] == ["AA", "'=cmd()"]


def test_filters_tell_nothing_of_columns_that_were_not_published(workbench, caller, workspace, published):
    """Who reads with the publisher's rights cannot sound out, by counting, what no card shows."""
    _, olga = published
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    olga.call("dashboards.publish", id="delays", allow_export=True)
    hidden = {"delay": {"least": 5.0}}

    assert viewer.call("dashboards.data", id="delays", filters={"carrier": {"any_of": ["AA"]}}).cards[0].rows
    with pytest.raises(Invalid, match="shows no column 'delay'"):
        viewer.call("dashboards.data", id="delays", filters=hidden)
    with pytest.raises(Invalid, match="shows no column 'delay'"):
        viewer.stream("dashboards.export", id="delays", card="bar", filters=hidden)
    assert olga.call("dashboards.preview", document=document(), filters=hidden).cards[0].trouble is None


def test_an_address_is_no_command(workbench, caller, workspace, published, monkeypatch):
    """The line that an owner is mailed to paste into a shell runs nothing that the asker's address says."""
    _, asker = member(workbench, workspace.id, "a|id|`id`@example.org", Role.VIEWER)
    mails: list[str] = []
    monkeypatch.setattr(notices, "_addresses", lambda *_: ["olga@example.org"])
    monkeypatch.setattr(notices, "post", lambda *said: mails.extend(map(str, said)))

    asker.call("dashboards.request_access", id="delays")

    [line] = [said for said in mails if said.startswith("To let her see it")]
    assert shlex.split(line)[-1] == "a|id|`id`@example.org"
    assert line.endswith("--people 'a|id|`id`@example.org'")


def test_asking_for_access_tells_nothing(workbench, caller, workspace, published):
    """Whether there is such a dashboard is not to be heard from the answer."""
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    caller.call("dashboards.create", document=document(), name="hidden")

    answers = {viewer.call("dashboards.request_access", id=name).detail for name in ("hidden", "nothing", "delays")}

    assert len(answers) == 1
    with workbench.read() as db:
        assert db.query(Share).filter(Share.object_type == "dashboard").count() == 1


def test_a_document_of_repeated_parts_is_refused_before_it_grows(caller):
    """A kilobyte that stands for gigabytes is not expanded."""
    doubled = "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(40))
    bomb = f"title: x\na0: &a0 [x, x]\n{doubled}cards: *a40\n"

    with pytest.raises(Invalid, match="alias"):
        caller.call("dashboards.preview", document=bomb)
