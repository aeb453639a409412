"""The pages of saved queries say what is asked and with what rows, and to whom it is theirs to see."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.factories.pages import ADA, Answers, opened, text, whole
from tests.factories.query_pages import HOSTILE, PAGES, SAVED, VIEWER, rows, saved, version
from workbench.core.clock import now
from workbench.core.errors import NotFound, NotPermitted
from workbench.core.ids import new_id
from workbench.core.schemas import Page
from workbench.domains.queries import schemas as s
from workbench.domains.queries.view.queries import QueriesPage
from workbench.domains.queries.view.saved import SavedPage


def shown(person=None, acts=(), query=None, older=None, **fields):
    """A saved query's page, and what it asked; `older` is where its versions go on."""
    found = saved(**fields)
    caller = Answers(
        queries_show=found, queries_data=rows("carrier", "n", given=[["AA", 10], [HOSTILE, 5]]),
        queries_versions=Page[s.QueryVersionView](items=[version(2), version(1)], next=older), queries_restore=found,
        queries_publish=version(2), queries_report_problem=None,
    )  # fmt: skip
    more = {"person": person} if person else {}
    page = opened(SavedPage, caller, acts, pages=PAGES, page=SAVED, subject="busy", query=query or {}, **more)
    return page, caller.asked


def test_older_versions_of_a_query_are_on_further_pages():
    """They are asked for once, as the newest are."""
    page, asked = shown(acts=[("choose", [["older", "far"]]), ("choose", [["row", "0"]])], older="far")

    assert "Next page" in text(page.history.object)
    assert [given["cursor"] for name, given in asked if name == "queries.versions"] == [None, "far"]


def test_a_reader_gets_rows_with_values_of_her_own():
    """The form and the address say with which; of SQL, versions and publishing she sees nothing."""
    page, asked = shown(
        VIEWER, [("ask", [["v.least", "7"]])], sql=None, may_edit=False, tables=[], query={"v.least": "3"}
    )

    data = [fields["values"] for name, fields in asked if name == "queries.data"]
    assert data == [{"least": "3"}, {"least": "7"}]
    assert "1 to 2 of 2" in text(page.answer.object)
    assert "queries.versions" not in [name for name, _ in asked]
    for word in ("SQL", "Publish", "Archive", "Restore", "Edit"):
        assert word not in text(page.head.object) + text(page.history.object) + text(page.about.object)
    assert "<script" not in whole(page)


def test_its_owner_publishes_and_brings_back():
    """Audiences are named in a form; an earlier version comes back by a button."""
    fields = [["role.viewer", "on"], ["people", "ann@example.org, "], ["groups", ""], ["export", "on"]]
    page, asked = shown(acts=[("publish", fields), ("restore", [["version", "1"]])])

    audience = {"roles": ["viewer"], "people": ["ann@example.org"], "groups": [], "allow_export": True}
    assert ("queries.publish", {"id": "busy", "version": 2} | audience) in asked
    assert ("queries.restore", {"id": "busy", "version": 1}) in asked
    assert "saved-queries/busy/csv?" in page.head.object
    assert "Shown to nobody beyond those who see all of them" in text(page.about.object)


def test_it_says_as_of_when_its_rows_are_and_follows_its_tables():
    """Amber where late; rows are asked for again when a table has a new version, and its versions are not."""
    page, asked = shown(as_of=now() - timedelta(hours=3), run_id=new_id(), late=True)
    assert "data as of 3 h ago" in text(page.head.object)
    assert '<span class="late">' in page.head.object

    async def looks():
        await page.load()
        page.visit.caller.answers["queries.show"] = saved(stamp="2")
        await page.load()

    asyncio.run(looks())
    names = [name for name, _ in asked]
    assert (names.count("queries.data"), names.count("queries.versions")) == (2, 1)


def test_a_reader_reports_what_is_wrong_and_asks_for_what_she_does_not_see():
    """Both reach the owner; there is a form in either case."""
    page, asked = shown(VIEWER, [("report", [["text", "Too few."]])], may_edit=False)
    assert "Report a problem" in text(page.head.object)
    assert ("queries.report_problem", {"id": "busy", "text": "Too few."}) in asked

    caller = Answers(queries_show=NotFound("No such."), queries_request_access=None)
    acts = [("request", [["text", "Please."]])]
    absent = opened(SavedPage, caller, acts, pages=PAGES, page=SAVED, subject="busy", person=VIEWER)
    assert "You see no query here" in text(absent.about.object)
    assert ("queries.request_access", {"id": "busy", "message": "Please."}) in caller.asked


@pytest.mark.parametrize(("person", "may"), [(ADA, True), (VIEWER, False)])
def test_an_old_link_says_that_a_query_was_archived(person, may):
    """Who may bring it back does so there."""
    gone = NotFound("The query 'Busy' is archived.", fix="Its owner can.", code="query_archived")
    caller = Answers(queries_show=gone, queries_unarchive=None)
    acts = [("unarchive", [])] if may else []
    page = opened(SavedPage, caller, acts, pages=PAGES, page=SAVED, subject="busy", person=person)

    assert "is archived. Its owner can." in text(page.about.object)
    assert (("queries.unarchive", {"id": "busy"}) in caller.asked) is may


def test_a_query_that_cannot_be_asked_says_why():
    """Not published, or no longer answered."""
    page, asked = shown(VIEWER, may_ask=False, may_edit=False)
    assert "Not published yet" in text(page.answer.object)
    assert "queries.data" not in [name for name, _ in asked]

    caller = Answers(queries_show=saved(may_edit=False), queries_data=NotPermitted("No longer read.", fix="Ask."))
    lost = opened(SavedPage, caller, pages=PAGES, page=SAVED, subject="busy", query={})
    assert "No longer read. Ask." in text(lost.answer.object)


def test_the_list_says_what_is_published():
    """Each with its version; an empty one says what to do."""
    caller = Answers(queries_list=Page[s.QueryView](items=[saved(), saved(title=HOSTILE, published=None)]))
    page = opened(QueriesPage, caller, pages=PAGES, page=PAGES[1])

    assert "Busy carriers" in text(page.list.object)
    assert "v2" in text(page.list.object)
    assert "<script" not in whole(page)
    none = Answers(queries_list=Page[s.QueryView](items=[]))
    assert "No query is shared with you yet" in text(
        opened(QueriesPage, none, pages=PAGES, page=PAGES[1], person=VIEWER).list.object
    )


def test_what_was_put_away_is_brought_back():
    """The archived ones have a list of their own, with a way back and no page to lead to."""
    away = saved(name="~1", archived_at=now())
    caller = Answers(queries_list=Page[s.QueryView](items=[away]), queries_unarchive=away)
    page = opened(
        QueriesPage, caller, [("unarchive", [["id", str(away.id)]])], pages=PAGES, page=PAGES[1],
        query={"show": "archived"},
    )  # fmt: skip

    assert ("queries.list", {"q": None, "cursor": None, "archived": True}) in caller.asked
    assert ("queries.unarchive", {"id": str(away.id)}) in caller.asked
    assert "Bring back" in page.list.object
    assert "queries/" not in page.list.object
