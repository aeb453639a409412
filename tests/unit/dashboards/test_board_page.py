"""A dashboard's page says what its cards show, as of when, and to whom; names and values stay text."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from tests.factories.boards import BARS, card, document
from tests.factories.pages import ADA, NOON, Answers, opened, text
from workbench.core.errors import NotFound
from workbench.core.ids import new_id
from workbench.domains.access.schemas import ShareView, Told
from workbench.domains.dashboards import schemas as s
from workbench.domains.dashboards.view.asked import asked_for, filters
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
BOARD = PageSpec("d/{name}", "Dashboard", "dashboards", "m:f", "dashboards:view", above="dashboards", embeds=True)
PAGES = (
    BOARD,
    PageSpec("dashboards", "Dashboards", "dashboards", "m:f", "dashboards:view"),
    PageSpec("runs/{id}", "Run", "runs", "m:f", "runs:read"),
)
VIEWER = Person("vera", ["viewer"], {"dashboards:view": "S", "me:read": "O"}, ["default"])
RUN = new_id()


def shared(audience):
    """A share of the dashboard."""
    return ShareView(
        id=new_id(), audience=audience, object_type="dashboard", object_id=new_id(), user_id=None, role=None,
        group_id=None, right="view", granted_by="ada", created_at=NOON,
    )  # fmt: skip


def shown(*cards, **fields):
    """A dashboard of these cards."""
    given = {
        "id": new_id(), "name": "delays", "title": "Delays", "description": "", "owner_id": None, "current_version": 1,
        "published": 1, "created_at": NOON, "updated_at": NOON, "archived_at": None, "etag": 1, "page": "d/delays",
        "number": 1, "document": document(*cards), "stamp": "1", "audience": [], "may_edit": True,
        "may_share": True, "may_export": True,
    }  # fmt: skip
    return s.ShownDashboard(**(given | fields))


def filled(*cards, **fields):
    """What cards show, of one table that a run wrote two hours before noon."""
    at = NOON - timedelta(hours=2)
    origin = s.Origin(table="delays", version=3, run_id=RUN, author="ada", at=at)
    given = {"as_of": at, "origins": [origin]}
    return s.DashboardData(
        name="delays", number=1, at=NOON, as_of=at, run_id=RUN, late=fields.get("late", False),
        cards=[s.CardData(**(given | {"columns": [], "rows": []} | one)) for one in cards],
    )  # fmt: skip


def bars(*rows, **fields):
    """What the card of bars shows."""
    return {"id": "bar", "kind": "bar", "columns": ["name", "value"], "rows": list(rows), **fields}


def looked_at(acts=(), **answers):
    """The page once its answer was shown, and then `acts` were done; and what was asked."""
    from workbench.domains.dashboards.view.board import BoardPage

    given = {"dashboards_show": shown(), "dashboards_data": filled(bars(["AA", 14.0], ["UA", 5.0])),
             "shares_revoke": None}  # fmt: skip
    more = {name: answers.pop(name) for name in ("person", "query") if name in answers}
    caller = Answers(**(given | answers))
    return opened(BoardPage, caller, acts, page=BOARD, pages=PAGES, subject="delays", **more), caller.asked


def test_cards_say_what_they_show_and_what_it_was_made_of():
    """Bars with their numbers, the table and version behind them, the run as a link, and the way to take them out."""
    page, _ = looked_at()

    said = text(page.cards.object)
    assert "AA 14 UA 5" in said
    assert "delays v3 · run" in said
    assert f"/workbench/apps/default/runs/{RUN}" in page.cards.object
    assert "/workbench/api/v1/w/default/dashboards/delays/cards/bar/csv?" in page.cards.object
    assert text(page.head.object).startswith("Dashboards › Delays data as of 2 h ago from run")


def test_its_owner_sees_whom_it_is_shown_to_and_takes_it_back():
    """Roles, people and groups, each with a button; without the right to share only who they are."""
    share = shared("group <b>finance")
    page, asked = looked_at([("unshare", [["share", str(share.id)]])], dashboards_show=shown(audience=[share]))
    assert "Shown to group <b>finance ×" in unescape(text(page.head.object))
    assert "<b>finance" not in page.head.object
    assert ("shares.revoke", {"id": str(share.id)}) in asked

    page, _ = looked_at(dashboards_show=shown(audience=[share], may_share=False, published=None))
    assert "To be shown, once published, to group" in text(page.head.object)
    assert 'data-act="unshare"' not in page.head.object


def test_what_found_no_place_is_asked_again():
    """A card that was told that too many queries run is no answer to keep."""
    full = {"code": "throttled", "detail": "Too many queries are under way already.", "fix": "Try again."}
    page, asked = looked_at(dashboards_data=filled(bars(trouble=full)))
    asyncio.run(page.load())
    assert [name for name, _ in asked].count("dashboards.data") == 2


def test_what_is_late_is_said_with_a_sign():
    """The head and the card turn amber, with a word and a shape."""
    page, _ = looked_at(dashboards_data=filled(bars(["AA", 1.0], late=True), late=True))

    assert "status warning" in page.head.object
    assert '<span class="late">' in page.cards.object


def test_a_bar_narrows_the_others_and_is_in_the_address():
    """A press asks for that carrier alone; what is in force is shown with a way to take it away."""
    page, asked = looked_at(query={"is.carrier": "AA", "from.day": "2013-01-02", "runs": "x", "to.day": "soon"})

    assert asked[1][1]["filters"] == {"carrier": {"any_of": ["AA"]}, "day": {"least": "2013-01-02"}}
    assert 'data-name="is.carrier" data-value="" aria-pressed="true"' in page.cards.object
    assert 'data-name="is.carrier" data-value="UA" aria-pressed="false"' in page.cards.object
    assert "carrier is AA" in text(page.chips.object)


def test_who_may_export_prints_it_or_keeps_it_as_pdf():
    """Paper is offered to who holds the permission for PDF and PNG, and to nobody else."""
    may, not_ = ({"dashboards:view": "W", **more} for more in ({"dashboards:export": "S"}, {}))

    for held, offered in ((may, True), (not_, False)):
        page, _ = looked_at(person=Person("eve", ["viewer"], held, ["default"]))
        assert ('data-act="print"' in page.head.object) is offered
        assert ('data-act="picture"' in page.cards.object) is offered


def test_to_whom_it_is_shared_no_run_is_offered_that_she_may_not_open():
    """A Viewer reads as of when the data are; its run is not shared with her, and nothing leads to it."""
    vera = replace(VIEWER, permissions=VIEWER.permissions | {"runs:read": "S"})
    page, _ = looked_at(person=vera)

    assert text(page.head.object).startswith("Dashboards › Delays data as of 2 h ago Share")
    assert str(RUN)[:13] not in page.cards.object + page.head.object


def test_it_is_handed_on_as_a_link_and_as_a_frame():
    """Both are narrowed as the page is; a title in the snippet stays text, however it is called."""
    page, _ = looked_at(query={"is.carrier": "AA"}, dashboards_show=shown(title='"><script>x</script>'))
    link, frame = re.findall(r"<code>(.*?)</code>", page.head.object, re.DOTALL)

    assert unescape(link) == "/workbench/apps/default/d/delays?is.carrier=AA"
    assert unescape(unescape(frame)).startswith(
        '<iframe src="/workbench/apps/default/d/delays?is.carrier=AA&embed=1" title=""><script>'
    )
    assert "<script" not in unescape(frame)


def test_in_a_frame_there_is_no_shell_and_a_way_out():
    """No navigation, account or menu; what is chosen stays in the address with what asked for the frame."""
    page, _ = looked_at(query={"embed": "1", "is.carrier": "AA"})

    assert page.shell.sidebar == []
    assert page.shell.header == [page.presence]
    assert text(page.head.object) == "Delays data as of 2 h ago from run " + str(RUN)[:13] + " Open in the workbench"
    assert 'href="/workbench/apps/default/d/delays?is.carrier=AA"' in page.head.object


def test_data_are_asked_for_again_only_when_something_changed():
    """As long as no table has a new version, looking costs one cheap question."""
    page, asked = looked_at()

    async def looks():
        await page.load()
        page.visit.caller.answers["dashboards.show"] = shown(stamp="2")
        await page.load()

    asyncio.run(looks())
    assert [name for name, _ in asked].count("dashboards.data") == 2


def test_it_turns_late_while_somebody_looks():
    """No table has a new version, and so nothing is asked; the time that passes is told all the same."""
    page, asked = looked_at(dashboards_show=shown(document=document(late_after=1.5)))
    assert "late" not in page.cards.object + page.head.object

    page.show(asyncio.run(page.load()))
    assert "status warning" in page.head.object
    assert '<span class="late">' in page.cards.object
    assert [name for name, _ in asked].count("dashboards.data") == 1


def test_cards_that_were_written_over_each_other_lie_apart():
    """Those further down make room, on the page as in the editor, and everything of a card can be read."""
    at = [{"x": x, "y": y, "w": 6, "h": 4} for x, y in ((0, 0), (3, 2), (6, 0), (0, 3))]
    over = [BARS | {"id": f"bar{number}", "at": place} for number, place in enumerate(at)]
    page, _ = looked_at(
        dashboards_show=shown(*over), dashboards_data=filled(*(bars() | {"id": one["id"]} for one in over))
    )

    placed = re.findall(r'style="--x:(\d+);--y:(\d+);', page.cards.object)
    assert placed == [("0", "0"), ("6", "0"), ("3", "4"), ("0", "8")]


ARCHIVED = NotFound("The dashboard 'Delays' is archived.", fix="Its owner, ada, can: `x`.", code="dashboard_archived")


@pytest.mark.parametrize(("person", "may"), [(ADA, True), (VIEWER, False)])
def test_an_old_link_says_that_it_was_archived_and_who_brings_it_back(person, may):
    """Who may bring it back does so there; nobody is told that it may be somebody's draft."""
    page, asked = looked_at(
        [("unarchive", [])] if may else (), dashboards_show=ARCHIVED, dashboards_unarchive=shown(), person=person
    )

    assert text(page.head.object) == "Dashboards › Archived dashboard"
    assert "is archived. Its owner, ada, can: x ." in text(page.cards.object)
    assert ('data-act="unarchive"' in page.cards.object) is may
    assert (("dashboards.unarchive", {"id": "delays"}) in asked) is may


def test_who_may_not_see_it_can_ask_for_it():
    """Nothing tells whether there is such a dashboard; the form reaches its owner."""
    missing = NotFound("There is no dashboard 'delays' here.")
    page, asked = looked_at(
        [("request", [["text", "please"]])], dashboards_show=missing, dashboards_request_access=Told(detail="x")
    )

    assert "You see no dashboard here" in text(page.cards.object)
    assert ("dashboards.request_access", {"id": "delays", "message": "please"}) in asked
    assert "its owner was asked" in text(page.said.object)


def test_a_problem_is_reported():
    """What a reader writes goes to the owner."""
    page, asked = looked_at([("report", [["text", "upside down"]])], dashboards_report_problem=Told(detail="x"))

    assert ("dashboards.report_problem", {"id": "delays", "text": "upside down"}) in asked
    assert "was told" in text(page.said.object)


def test_a_viewer_is_offered_what_she_may():
    """No link to runs that she may not see, no data to take out, no edit."""
    page, _ = looked_at(person=VIEWER, dashboards_show=shown(may_edit=False, may_export=False))

    assert "csv?" not in page.cards.object
    assert "/runs/" not in page.cards.object + page.head.object
    assert "Edit" not in text(page.head.object)


@pytest.mark.parametrize(
    ("one", "data"),
    [
        (BARS | {"title": HOSTILE, "by": HOSTILE}, bars([HOSTILE, 1.0])),
        (card("text", text=f"{HOSTILE}\n\n{HOSTILE}"), {"id": "text", "kind": "text", "origins": []}),
        (
            card("table", columns=[HOSTILE], title=HOSTILE),
            {"id": "table", "kind": "table", "columns": [HOSTILE], "rows": [[HOSTILE]]},
        ),
        (
            card("filter", column=HOSTILE),
            {"id": "filter", "kind": "filter", "columns": ["name", "value"], "rows": [[HOSTILE, 1]]},
        ),
        (
            card("heat_map", across=HOSTILE, down=HOSTILE),
            {"id": "heat_map", "kind": "heat_map", "columns": ["a", "d", "v"], "rows": [[HOSTILE, HOSTILE, 1.0]]},
        ),
        (
            card("time_series", over="day", split=HOSTILE, title=HOSTILE),
            {"id": "time_series", "kind": "time_series", "columns": ["p", "s", "v"],
             "rows": [["2013-01-01", HOSTILE, 1.0], ["2013-01-02", HOSTILE, 2.0]]},
        ),
        (card("kpi", title=HOSTILE, note=HOSTILE), {"id": "kpi", "kind": "kpi", "value": HOSTILE}),
        (
            BARS,
            bars(trouble={"code": "x", "detail": HOSTILE, "fix": HOSTILE}),
        ),
    ],
)  # fmt: skip
def test_names_and_values_are_never_markup(one, data):
    """Whatever a title, a column, a value or an error says, it is shown as it is."""
    page, _ = looked_at(
        dashboards_show=shown(one, title=HOSTILE), dashboards_data=filled(data), query={f"is.{HOSTILE}": HOSTILE}
    )

    for pane in (page.head, page.cards, page.chips):
        assert "<script>" not in pane.object
        assert "<img" not in pane.object
    assert "alert" in page.cards.object


def test_an_address_asks_for_at_most_what_is_a_filter():
    """Other words of the address are left alone, and a filter without a column is none."""
    query = {"is.a": "1", "is.": "x", "q": "y", "to.b": "", **{f"is.c{n}": "v" for n in range(99)}}

    assert len(asked_for(query)) == 40
    assert filters({"is.a": "1", "to.b": "", "from.c": "nan", "to.d": "4.5"}) == {
        "a": {"any_of": ["1"]}, "d": {"most": 4.5},
    }  # fmt: skip
