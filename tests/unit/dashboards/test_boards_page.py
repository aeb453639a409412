"""The page of what people look at lists dashboards and apps, each as far as the reader may open them."""

from __future__ import annotations

from typing import Any

from tests.factories.pages import ADA, NOON, Answers, opened, text, whole
from workbench.core.ids import new_id
from workbench.core.schemas import Page
from workbench.domains.apps.schemas import AppItem
from workbench.domains.dashboards.schemas import DashboardItem
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

HOSTILE = '<script>alert("x")</script>'
PAGE = PageSpec("dashboards", "Dashboards", "dashboards", "m:f", "dashboards:view")
APP = PageSpec("app/{name}", "App", "dashboards", "m:f", "pipelines:read", above="dashboards")
DOCS = PageSpec("docs", "Docs", "docs", "m:f", "docs:read")
VIEWER = Person("vera", ["viewer"], {"pipelines:read": "S", "dashboards:view": "S", "docs:read": "W"}, ["default"])


def app(**fields: Any) -> AppItem:
    """A published app."""
    given = {
        "id": new_id(), "name": "daily", "title": "Delays", "description": "By month", "page": "app/daily",
        "number": 3, "author": "ada", "since": NOON, "published": True,
    }  # fmt: skip
    return AppItem(**(given | fields))


def board(**fields: Any) -> DashboardItem:
    """A published dashboard."""
    given = {"id": "on_time", "title": "On time", "description": "", "page": "d/on_time", "published": 1}
    return DashboardItem(**(given | {"updated_at": NOON} | fields))


def page(shown: Any = (), following: str | None = None, acts: Any = (), person: Person = ADA, **query: str) -> Any:
    """The page, and what it asked; there is one dashboard."""
    from workbench.domains.dashboards.view.boards import BoardsPage

    caller = Answers(
        dashboards_list=Page(items=[board()], next=None), apps_list=Page(items=list(shown), next=following)
    )
    pages = (PAGE, APP, DOCS)
    return opened(BoardsPage, caller, acts, page=PAGE, pages=pages, query=query, person=person), caller.asked


def test_apps_stand_below_the_dashboards_with_their_pages():
    """Each has a link, what it is about, and whether others see it."""
    made, asked = page([app(), app(name="mine", title="Mine", page="app/mine", published=False)])

    said = text(made.list.object)
    assert "On time ● published" in said
    assert "Apps App Shown to an audience Changed Delays By month ● published" in said
    assert "Mine By month ◇ not published" in said
    assert 'href="/workbench/apps/default/app/daily"' in made.list.object
    assert asked == [
        ("dashboards.list", {"q": None, "cursor": None, "archived": False}),
        ("apps.list", {"q": None, "cursor": None}),
    ]


def test_each_list_has_its_own_pages_and_another_word_begins_both_anew():
    """The next page of apps leaves the dashboards; what is searched for is looked for from the start."""
    made, asked = page([app()], "next", [("choose", [["name", "apps"], ["value", "next"]])], apps="at")

    assert asked[1] == ("apps.list", {"q": None, "cursor": "at"})
    assert made.list.object.count("First page") == 1

    made.choose(q="delay")
    assert made.chosen == {"q": "delay", "show": "", "cursor": "", "apps": ""}


def test_where_there_is_no_app_the_page_says_how_one_comes_to_be():
    """Who edits notebooks hears how to make one, a Viewer who can share one, and who searched what to do."""
    assert "mark what a cell makes with Panel as .servable()" in text(page()[0].list.object)
    assert "docs/how-to.serve-an-app" in page()[0].list.object
    assert "Whoever publishes a notebook as an app can share it with you." in text(page(person=VIEWER)[0].list.object)
    assert "No app of that name" in text(page(q="x")[0].list.object)


def test_who_may_see_no_pipelines_hears_nothing_of_apps():
    """Neither the list nor its empty state is there, and nothing is asked."""
    nobody = Person("eve", [], {"dashboards:view": "S"}, ["default"])
    made, asked = page([app()], person=nobody)

    assert "Apps" not in text(made.list.object)
    assert [name for name, _ in asked] == ["dashboards.list"]


def test_names_of_apps_are_no_markup():
    """A title and a description are text."""
    assert "<script" not in whole(page([app(title=HOSTILE, description=HOSTILE)])[0])
