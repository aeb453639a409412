"""The search page shows what is found, kind by kind, and says so when nothing is."""

from __future__ import annotations

from datetime import timedelta

from tests.factories.pages import Answers, opened, text, whole
from workbench.core.clock import now
from workbench.domains.search.schemas import Found, Hit, Kind
from workbench.ui.pages import PageSpec

PAGE = PageSpec("search", "Search", "search", "m:f", "search:use")
HOSTILE = '<script>alert("x")</script>'


def hit(kind=Kind.PIPELINES, **fields):
    """A pipeline that was found."""
    given = {"kind": kind, "title": "Daily delays", "detail": "All of them", "page": "pipelines/daily", "rank": 4}
    return Hit(**(given | fields))


def searched(*hits, more=(), acts=(), **query):
    """The page, and what it asked."""
    from workbench.domains.search.view.page import Search

    caller = Answers(search_find=Found(items=list(hits), more=list(more)))
    return opened(Search, caller, acts, page=PAGE, pages=(PAGE,), query=query), caller.asked


def test_what_is_found_stands_by_kind_with_its_page():
    """Each kind has a card, each thing a link; where there is more, a button asks for the kind alone."""
    ran = hit(Kind.RUNS, detail="failed, by ada", at=now() - timedelta(minutes=5, seconds=5), page="runs/1")
    page, asked = searched(hit(), ran, more=[Kind.PIPELINES], q="daily", acts=[("choose", [["kind", "pipelines"]])])

    said = text(page.found.object)
    assert "Pipelines the first 100 Name What it is Daily delays All of them" in said
    assert "Daily delays failed, by ada, 5 min ago" in said
    assert 'href="/workbench/apps/default/pipelines/daily"' in page.found.object
    assert asked == [
        ("search.find", {"q": "daily", "kind": None, "limit": 8}),
        ("search.find", {"q": "daily", "kind": "pipelines", "limit": 100}),
    ]


def test_nothing_is_asked_before_somebody_asks_and_nothing_found_says_so():
    """An empty box explains what can be found; a word that nothing has is told apart from it."""
    page, asked = searched(q="  ", kind="<b>")
    missing, _ = searched(q="x")

    assert asked == []
    assert "What are you looking for?" in text(page.found.object)
    assert "Nothing of that name" in text(missing.found.object)


def test_names_that_are_found_stay_names():
    """No title, detail or query becomes markup."""
    page, _ = searched(hit(Kind.MEMBERS, title=HOSTILE, detail=HOSTILE), q=HOSTILE)

    assert "<script" not in whole(page)
