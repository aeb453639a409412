"""Dashboards that people make: saved, shown, restored, published, and told about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.factories.boards import BARS, FLIGHTS, card, delays, document, member
from tests.factories.store import write
from workbench.core import events
from workbench.core.clock import now
from workbench.core.errors import AlreadyExists, Conflict, Invalid, NotFound, StaleVersion
from workbench.core.permissions import Role
from workbench.domains.access.models import User
from workbench.domains.access.service.links import outbox
from workbench.domains.dashboards.service import documents


@pytest.fixture
def board(caller):
    """A dashboard over a small table."""
    write(caller, "delays", delays())
    return caller.call("dashboards.create", document=document(late_after=1))


@pytest.fixture
def mails(workbench, monkeypatch):
    """The mails that would have been sent."""
    found = []
    monkeypatch.setattr(outbox(workbench), "post", lambda _, mail: found.append(mail))
    return found


@pytest.mark.usefixtures("any_database")
def test_a_dashboard_is_made_saved_and_restored(caller, board):
    """Each change is a version; restoring makes a new one of old content; what is the same adds none."""
    changed = document(BARS | {"title": "Other"}, title="Delays now")
    caller.call("dashboards.save", id="delays", document=changed, message="renamed")
    caller.call("dashboards.save", id="delays", document=changed)
    restored = caller.call("dashboards.restore", id="delays", version=1)

    assert (board.name, board.current_version, board.page) == ("delays", 1, "d/delays")
    assert (restored.title, restored.current_version) == ("Delays", 3)
    found = caller.call("dashboards.versions", id="delays").items
    assert [(one.number, one.message, one.restores, one.tables) for one in found] == [
        (3, "Version 1, restored", 1, ["delays"]), (2, "renamed", None, ["delays"]), (1, "", None, ["delays"]),
    ]  # fmt: skip
    assert caller.call("dashboards.show_version", id="delays", number=2).document.title == "Delays now"


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        (BARS, ["carrier,sum_flights", "AA,14", "UA,5", ",2"]),
        (card("kpi", over="day", value=FLIGHTS), ["day,sum_flights", "2013-01-01,15", "2013-01-02,6", ",21"]),
        (card("kpi", id="mean", value={"how": "mean", "column": "late"}), ["mean_late", "1.5"]),
        (
            card("time_series", over="day", split="carrier", value={"how": "sum", "column": "late", "per": "flights"}),
            ["day,carrier,sum_late_per_flights", "2013-01-01,AA,0.1", "2013-01-01,UA,0.4", "2013-01-02,AA,0.25"],
        ),
        (
            card("heat_map", across={"column": "day", "part": "month"}, down="carrier"),
            ["day_month,carrier,count", "1,AA,2", "1,UA,1", "1,,1"],
        ),
        (card("filter", column="carrier"), ["carrier,count", "AA,2", "UA,1", ",1"]),
        (card("table", columns=["carrier", "delay"], sort="delay", limit=1), ["carrier,delay", "AA,1.0"]),
    ],
    ids=lambda asked: asked["id"] if isinstance(asked, dict) else "",
)
def test_a_file_is_headed_as_its_columns_are_called(caller, asked, lines):
    """By what rows were grouped and what was counted; numbers that are whole are written so."""
    write(caller, "delays", delays())
    caller.call("dashboards.create", document=document(asked))

    sent = caller.stream("dashboards.export", id="delays", card=asked["id"])

    assert b"".join(sent.content).decode().splitlines() == lines


@pytest.mark.usefixtures("any_database")
def test_the_list_has_what_is_built_in_and_what_was_made(caller, board):
    """Home stands first; a search finds by title; what was archived is only listed when asked for."""
    assert [one.id for one in caller.call("dashboards.list").items] == ["home", "delays"]
    assert [one.page for one in caller.call("dashboards.list", q="elay").items] == ["d/delays"]

    caller.call("dashboards.archive", id="delays")
    assert [one.id for one in caller.call("dashboards.list").items] == ["home"]
    assert [one.id for one in caller.call("dashboards.list", archived=True).items] == ["delays"]
    with pytest.raises(NotFound, match="'Delays' is archived") as away:
        caller.call("dashboards.data", id="delays")
    assert (away.value.code, "workbench dashboards unarchive delays" in away.value.fix) == ("dashboard_archived", True)
    with pytest.raises(Conflict, match="is archived"):
        caller.call("dashboards.save", id="delays", document=document(title="x"))

    caller.call("dashboards.unarchive", id="delays")
    assert caller.call("dashboards.show", id="delays").document.title == "Delays"


def test_who_saves_over_a_change_of_another_is_told(workbench, caller, board):
    """A save that looked at an older state is refused, also where the other saved while this one was tried."""
    seen = caller.context()
    caller.call("dashboards.save", id="delays", document=document(title="first"))

    late = type(caller)(workbench, lambda _: replace(seen, if_match='"1"'))
    with pytest.raises(StaleVersion):
        late.call("dashboards.save", id="delays", document=document(title="second"))


def test_a_name_is_made_of_the_title_and_taken_once(caller, board):
    """Titles give names; a second dashboard of a name is refused, and so is one that means a page."""
    assert caller.call("dashboards.create", document=document(title="1. On-Time!")).name == "_1_on_time"
    with pytest.raises(AlreadyExists, match="dashboard 'delays'"):
        caller.call("dashboards.create", document=document())
    with pytest.raises(Invalid, match="can be called"):
        caller.call("dashboards.create", document=document(), name="home")


def test_a_document_that_cannot_be_shown_is_not_saved(caller, board):
    """Every card is tried, and each that fails is named with what there is instead."""
    wrong = [
        card("bar", by="carier"),
        card("time_series", over="carrier"),
        card("kpi", source={"table": "no_such"}),
        card("table", source={"sql": "SELECT 1; DROP TABLE x"}, columns=["a"]),
    ]
    with pytest.raises(Invalid) as refused:
        caller.call("dashboards.create", document=document(*wrong), name="wrong")

    assert [error["pointer"] for error in refused.value.errors] == [f"/document/cards/{n}" for n in range(4)]
    assert "There are day, carrier, flights, late, delay" in refused.value.errors[0]["message"]
    assert "wrong" not in {one.id for one in caller.call("dashboards.list").items}


def test_a_document_comes_back_as_text(caller, board):
    """What is downloaded can be saved again, and is the same."""
    text = caller.stream("dashboards.document", id="delays", number=1).content.decode()

    assert documents.parse(text) == caller.call("dashboards.show", id="delays").document
    assert caller.call("dashboards.save", id="delays", document=text).current_version == 1


@pytest.mark.usefixtures("any_database")
def test_an_audience_sees_what_is_published_until_it_is_not(workbench, caller, workspace, board):
    """A version is shown to a role, drafts are not; later drafts change nothing; unpublishing ends it."""
    _, viewer = member(workbench, workspace.id, "vera", Role.VIEWER)
    caller.call("dashboards.publish", id="delays", roles=["viewer"])
    caller.call("dashboards.publish", id="delays", roles=["viewer"])
    caller.call("dashboards.save", id="delays", document=document(title="Draft"))

    assert [one.id for one in viewer.call("dashboards.list").items] == ["home", "delays"]
    seen = viewer.call("dashboards.show", id="delays")
    assert (seen.number, seen.document.title, seen.may_edit, seen.may_export) == (1, "Delays", False, False)
    assert viewer.call("dashboards.data", id="delays").cards[0].rows == [["AA", 14.0], ["UA", 5.0], [None, 2.0]]
    with pytest.raises(NotFound):
        viewer.call("dashboards.data", id="delays", version=2)

    caller.call("dashboards.unpublish", id="delays")
    assert [one.id for one in viewer.call("dashboards.list").items] == ["home"]
    with pytest.raises(NotFound):
        viewer.call("dashboards.show", id="delays")


def test_data_say_what_they_were_made_of(caller, board):
    """Each card names the version and the moment; what is older than the document allows is late."""
    before = caller.call("dashboards.data", id="delays")
    write(caller, "delays", delays(), mode="append")
    after = caller.call("dashboards.data", id="delays")
    pinned = document(BARS | {"source": {"table": "delays", "version": 1}}, late_after=1e-9)
    old = caller.call("dashboards.preview", document=pinned)
    late = caller.call("dashboards.preview", document=document(late_after=1e-9))

    assert [(one.table, one.version) for one in before.cards[0].origins] == [("delays", 1)]
    assert [(one.table, one.version) for one in after.cards[0].origins] == [("delays", 2)]
    assert (before.cards[0].rows[0], after.cards[0].rows[0]) == (["AA", 14.0], ["AA", 28.0])
    assert after.as_of == after.cards[0].as_of == caller.call("tables.versions", name="delays").items[0].created_at
    assert (before.late, old.late, late.late) == (False, False, True)
    assert old.cards[0].rows[0] == ["AA", 14.0]


def test_the_owner_hears_of_problems_and_wishes(workbench, caller, workspace, mails):
    """An event and a mail reach the owner; pressing the button again sends no second mail."""
    write(caller, "delays", delays())
    _, olga = member(workbench, workspace.id, "olga@example.org", Role.DEVELOPER)
    olga.call("dashboards.create", document=document(title="Delays\u2028now"), name="delays")
    _, vera = member(workbench, workspace.id, "vera@example.org", Role.VIEWER)

    for _ in range(2):
        vera.call("dashboards.request_access", id="delays", message="for the board meeting")
    olga.call("dashboards.publish", id="delays", people=["vera@example.org"])
    vera.call("dashboards.report_problem", id="delays", text="The bars are upside down.", card="bar")

    assert [(mail.to, mail.subject) for mail in mails] == [
        ("olga@example.org", "user:vera@example.org asks to see the dashboard “Delays now”."),
        ("olga@example.org", "user:vera@example.org reports a problem with the dashboard “Delays now”, card bar."),
    ]
    assert "for the board meeting" in mails[0].text
    assert "workbench dashboards publish delays --people vera@example.org" in mails[0].text
    assert "upside down" in mails[1].text
    with workbench.read() as db:
        told = [(event.name, event.data.get("by")) for event in events.since(db, 0) if "dashboard" in event.name]
    assert told[1:] == [
        ("dashboard.access_requested", "user:vera@example.org"), ("dashboard.published", None),
        ("dashboard.problem_reported", "user:vera@example.org"),
    ]  # fmt: skip


def test_the_owner_of_a_query_hears_of_problems_and_wishes(workbench, workspace, mails):
    """As of a dashboard, with the command that grants it; who sees no such query may not report one."""
    _, olga = member(workbench, workspace.id, "olga@example.org", Role.DEVELOPER)
    olga.call("queries.create", document={"title": "Busy", "sql": "SELECT 1 AS a"})
    _, vera = member(workbench, workspace.id, "vera@example.org", Role.VIEWER)

    assert vera.call("queries.request_access", id="busy") == vera.call("queries.request_access", id="none")
    with pytest.raises(NotFound):
        vera.call("queries.report_problem", id="busy", text="What is it?")
    olga.call("queries.publish", id="busy", people=["vera@example.org"])
    vera.call("queries.report_problem", id="busy", text="It is 2.")

    assert [mail.subject for mail in mails] == [
        "user:vera@example.org asks to see the query “Busy”.",
        "user:vera@example.org reports a problem with the query “Busy”.",
    ]
    assert "workbench queries publish busy --people vera@example.org" in mails[0].text
    assert "workbench/apps/default/queries/busy" in mails[1].text


def test_admins_hear_of_a_dashboard_whose_owner_is_gone(workbench, caller, workspace, mails):
    """Also who is an admin by a group alone; who is none does not."""
    owner, olga = member(workbench, workspace.id, "olga@example.org", Role.DEVELOPER)
    olga.call("dashboards.create", document=document(card("text", text="Soon.")))
    with workbench.unit_of_work() as db:
        db.get_one(User, owner.user_id).disabled_at = now()
    for name, role in ("ada", Role.ADMIN), ("grace", Role.VIEWER), ("vera", Role.VIEWER):
        _, vera = member(workbench, workspace.id, f"{name}@example.org", role)
    caller.call("groups.create", name="keepers")
    caller.call("groups.assign_role", id="keepers", role="admin")
    caller.call("groups.add_member", id="keepers", user="grace@example.org")

    vera.call("dashboards.request_access", id="delays", message="")

    assert [mail.to for mail in mails] == ["ada@example.org", "grace@example.org"]


def test_a_saved_query_fills_a_card(caller, board):
    """One SELECT over several tables, asked again when one of them changes, and filtered like a table."""
    write(caller, "names", {"carrier": ["AA", "UA"], "name": ["American", "United"]})
    sql = "WITH d AS (SELECT * FROM delays) SELECT name, carrier, flights FROM d JOIN names USING (carrier) -- all;"
    bars = card("bar", by="name", value=FLIGHTS, source={"sql": sql})
    caller.call("dashboards.save", id="delays", document=document(bars))

    first = caller.call("dashboards.data", id="delays")
    write(caller, "names", {"carrier": ["AA"], "name": ["Other"]}, mode="replace")
    second = caller.call("dashboards.data", id="delays")
    chosen = caller.call("dashboards.data", id="delays", filters={"carrier": {"any_of": ["UA"]}})

    assert first.cards[0].rows == [["American", 14.0], ["United", 5.0]]
    assert second.cards[0].rows == [["Other", 14.0]]
    assert chosen.cards[0].rows == []
    assert {(one.table, one.version) for one in second.cards[0].origins} == {("delays", 1), ("names", 2)}
    assert caller.call("dashboards.versions", id="delays").items[0].tables == ["delays", "names"]
