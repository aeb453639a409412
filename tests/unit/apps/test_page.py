"""The page of an app says what is shown, whose, and how old its data are; it frames what it does not trust."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.factories.pages import ADA, Answers, opened, text
from workbench.core.clock import now
from workbench.core.errors import NotFound
from workbench.core.ids import new_id
from workbench.domains.access.schemas import Told
from workbench.domains.apps.schemas import AppTable, AppView
from workbench.ui.likings import Likings
from workbench.ui.pages import PageSpec

HOSTILE = '<script>alert("x")</script>'
PAGE = PageSpec("app/{name}", "App", "dashboards", "m:f", "pipelines:read", "Work", above="pipelines")
PAGES = (
    PAGE, PageSpec("pipelines", "Pipelines", "pipelines", "m:f"), PageSpec("tables/{name}", "Table", "t", "m:f"),
    PageSpec("runs/{id}", "Run", "runs", "m:f"),
)  # fmt: skip
RUN = new_id()


def view(**fields: Any) -> AppView:
    """A published app that reads one table, written five minutes ago."""
    ago = now() - timedelta(minutes=5, seconds=5)
    given = {
        "pipeline": "daily", "pipeline_id": new_id(), "title": "Delays", "description": "", "number": 3,
        "version_id": new_id(), "servable": True, "author": "ada", "since": ago, "published": True,
        "reads": [AppTable(name="delays", version=2, as_of=ago)], "withheld": 0, "as_of": ago, "run_id": RUN,
    }  # fmt: skip
    return AppView(**(given | fields))


def page(shown: AppView | Exception, acts: Any = (), **answers: Any) -> Any:
    """The page of an app."""
    return looked_at(shown, acts, **answers)[0]


def looked_at(shown: AppView | Exception, acts: Any = (), **answers: Any) -> tuple[Any, list[Any]]:
    """The page of an app, and what it asked."""
    from workbench.domains.apps.view.app import AppPage

    caller = Answers(apps_show=shown, **answers)
    return opened(AppPage, caller, acts, page=PAGE, pages=PAGES, subject="daily"), caller.asked


def test_it_says_whose_it_is_and_how_old_its_data_are():
    """Version, author, publication, tables; and frames the app as of no origin."""
    made = page(view())

    assert text(made.about.object) == "version 3 by ada · published 5 min ago · reads delays"
    assert f"data as of 5 min ago from run {str(RUN)[:13]}" in text(made.head.object)
    assert f'href="/workbench/apps/default/runs/{RUN}"' in made.head.object
    assert 'sandbox="allow-scripts allow-forms"' in made.frame.object
    assert 'src="/workbench/apps/default/app/daily/open"' in made.frame.object


def test_what_is_drawn_anew_does_not_disturb_the_app_until_somebody_restarts_it():
    """The frame is the same as before; after Restart it asks for a new process."""
    made = page(view(), [("restart", [])])

    assert 'src="/workbench/apps/default/app/daily/open?again=1"' in made.frame.object


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"published": False}, "registered 5 min ago , ▲ not published: only those who edit notebooks see it"),
        ({"reads": [], "as_of": None}, "reads no tables"),
        ({"withheld": 1}, "▲ one table that it would read is not open to both you and ada"),
        ({"withheld": 2}, "▲ 2 tables that it would read are not open to both you and ada"),
    ],
)
def test_what_is_out_of_the_ordinary_is_told(fields, said):
    """In words, and never by colour alone."""
    assert said in text(page(view(**fields)).about.object)


def test_data_that_are_late_are_told_by_a_sign():
    """In words and amber where they are, and without where they are not."""
    assert ["▲ data as of" in text(page(view(late=late)).head.object) for late in (True, False)] == [True, False]


def test_a_table_that_is_withheld_is_told_once():
    """An app that would read one does not read none."""
    assert "reads no tables" not in text(page(view(reads=[], as_of=None, withheld=1)).about.object)


def test_who_may_not_see_it_can_ask_for_it():
    """Nothing tells whether there is such an app; the form reaches its owner."""
    asks = [("request", [["text", "please"]])]
    made, asked = looked_at(NotFound("There is none."), asks, pipelines_request_access=Told(detail="x"))

    assert ("You see no app here" in text(made.about.object), "iframe" in str(made.frame.object)) == (True, False)
    assert ("pipelines.request_access", {"id": "daily", "page": "app", "message": "please"}) in asked
    assert "its owner was asked" in text(made.said.object)


def test_a_problem_is_reported_and_tables_that_are_withheld_are_asked_for():
    """What a reader writes goes to the owner; access is offered where some of it is missing, and only there."""
    acts = [("report", [["text", "upside down"]])]
    made, asked = looked_at(view(withheld=1), acts, pipelines_report_problem=Told(detail="x"))

    assert ("pipelines.report_problem", {"id": "daily", "page": "app", "text": "upside down"}) in asked
    assert "was told" in text(made.said.object)
    offered = ["Request access" in text(one.head.object) for one in (made, page(view()))]
    assert offered == [True, False]


def test_a_notebook_that_serves_nothing_frames_nothing():
    """It says what to write instead."""
    made = page(view(servable=False))

    assert "iframe" not in made.frame.object
    assert ".servable()" in text(made.frame.object)


def test_names_are_no_markup():
    """A title, an author and a table's name are text wherever they stand."""
    shown = view(title=HOSTILE, author=HOSTILE, reads=[AppTable(name=HOSTILE, version=1, as_of=now())])
    made = page(shown)

    assert not any("<script>" in pane.object for pane in (made.head, made.about, made.frame))


def liking(dark: bool | None) -> str:
    """The frame of an app that somebody opens who likes pages dark, light, or as her browser does."""
    from workbench.domains.apps.view.app import AppPage

    person = replace(ADA, likings=Likings(dark=dark))
    given = {"page": PAGE, "pages": PAGES, "subject": "daily", "person": person, "dark": bool(dark)}
    asked = opened(AppPage, Answers(apps_show=view()), **given)
    return str(asked.frame.object)


@pytest.mark.parametrize(("dark", "asked"), [(True, "/open?dark=1"), (False, "/open?dark=0"), (None, "/open")])
def test_the_app_is_as_dark_as_its_viewer_likes(dark, asked):
    """Whoever said nothing gets what her browser likes, which its request says and no page knows before it is drawn."""
    assert f'src="/workbench/apps/default/app/daily{asked}"' in liking(dark)


def test_the_app_speaks_as_its_viewer_likes():
    """Who chose no language has the one that her browser asks for with the frame."""
    from workbench.domains.apps.view.app import AppPage

    person = replace(ADA, likings=Likings(language="de"))
    asked = opened(AppPage, Answers(apps_show=view()), page=PAGE, pages=PAGES, subject="daily", person=person)

    assert 'src="/workbench/apps/default/app/daily/open?language=de"' in asked.frame.object


@pytest.mark.parametrize(
    ("asked", "cookie", "dark"),
    [("?dark=1", "light.wide", True), ("?dark=0", "dark.wide", False), ("", "dark.narrow", True), ("", "", False)],
)
def test_an_app_opens_in_the_colours_of_the_page_around_it(asked, cookie, dark):
    """What is asked for counts, else what this browser last showed."""
    from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

    from jupyter_ext.served.handlers import AppOpen

    handler = object.__new__(AppOpen)
    headers = HTTPHeaders({"Host": "here", "Cookie": f"workbench-window={cookie}" if cookie else ""})
    line = RequestStartLine("GET", f"/open{asked}", "HTTP/1.1")
    handler.request = HTTPServerRequest(start_line=line, headers=headers)

    assert handler._is_dark() is dark
