"""Navigation shows each person what is hers, and where she is."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.factories.pages import ADA, visit
from workbench.ui.navigation import account, crumbs, navigation, role_bar, search_box
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

HOME = PageSpec("home", "Home", "home", "m:f", order=0)
RUNS = PageSpec("runs", "Runs", "runs", "m:f", "runs:read", "Work")
RUN = PageSpec("runs/{id}", "Run", "runs", "m:f", "runs:read", "Work")
AUDIT = PageSpec("audit", "Audit", "settings", "m:f", "audit:read", "Workspace")
SEARCH = PageSpec("search", "Search", "settings", "m:f", group=None)
ALL = (HOME, RUNS, RUN, AUDIT, SEARCH)
HOSTILE = '"><script>alert(1)</script>'


def said(markup):
    """What a person reads in some HTML."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", str(markup)))).strip()


def test_pages_stand_in_their_groups_and_one_of_many_does_not():
    """The menu has the pages that stand for themselves; a group has a name that its list is read with."""
    drawn = navigation(visit(None, page=HOME, pages=ALL))

    assert said(drawn) == "Home Work Runs Workspace Audit JupyterLab"
    assert '<p class="group" id="wb-menu-work">Work</p><ul aria-labelledby="wb-menu-work">' in drawn


def test_who_may_not_open_a_page_sees_no_link_to_it():
    """The menu is the registry, narrowed to what one holds; so is the way to JupyterLab."""
    viewer = Person("vic", ["viewer"], {"runs:read": "S", "me:read": "O"}, ["default"])

    assert said(navigation(visit(None, page=HOME, pages=ALL, person=viewer))) == "Home Work Runs"


def test_a_page_about_one_thing_says_where_it_is_from():
    """The way back is a link, the thing is the heading, and the menu marks the page above."""
    here = visit(None, page=RUN, pages=ALL, subject="7")

    assert '<a href="/workbench/apps/default/runs">Runs</a>' in crumbs(here, "daily")
    assert "<h1>daily</h1>" in crumbs(here, "daily")
    assert 'href="/workbench/apps/default/runs" aria-current="page"' in navigation(here)


def test_a_page_that_is_in_no_menu_says_where_it_is_from():
    """As a form that a list leads to; it has its own title where it says nothing else."""
    form = PageSpec("start", "New run", "runs", "m:f", "runs:read", None, above="runs")
    drawn = crumbs(visit(None, page=form, pages=(*ALL, form)))

    assert said(drawn) == "Runs › New run"
    assert said(crumbs(visit(None, page=RUNS, pages=ALL))) == "Runs"


def test_the_search_box_is_there_where_its_page_is():
    """Nothing leads to a page that does not exist, and on the page itself there is a box already."""
    assert search_box(visit(None, pages=(HOME,))) == ""
    drawn = search_box(visit(None, pages=ALL))
    assert 'action="/workbench/apps/default/search"' in drawn
    assert 'data-suggest="/workbench/api/v1/w/default/search/suggest" data-pages="/workbench/apps/default/"' in drawn
    assert search_box(visit(None, pages=ALL, page=SEARCH)) == ""


def test_the_account_says_who_one_is_and_where_else_one_may_go():
    """Name, address, role, the other workspaces, and the way out where there is one."""
    person = Person("Ada Lovelace", ["developer", "viewer"], {}, ["default", "sales & co"], "ada@example.org")
    drawn = account(visit(None, person=person, sign_out="/workbench/logout"))

    who = "AL Ada Lovelace ada@example.org Developer, Viewer in default"
    assert said(drawn) == f"{who} Other workspaces sales & co Sign out"
    assert 'href="/workbench/apps/sales%20%26%20co/home"' in drawn
    assert "Sign out" not in account(visit(None, person=person))


@pytest.mark.parametrize("part", [navigation, account, search_box, lambda at: crumbs(at, at.subject)])
def test_names_are_names(part):
    """Whatever a person, a workspace or a thing is called, it is no markup."""
    person = Person(HOSTILE, [HOSTILE], ADA.permissions, [HOSTILE, "default"], HOSTILE)
    drawn = part(visit(None, person=person, workspace=HOSTILE, subject=HOSTILE, pages=ALL, page=RUN))

    assert "<script" not in drawn


def test_a_link_quotes_what_it_is_about():
    """A name with a slash or a question mark leads to the thing of that name."""
    assert visit(None).link("tables", "a/b?c", tab="x y") == "/workbench/apps/default/tables/a%2Fb%3Fc?tab=x+y"


def test_an_admin_may_see_the_page_as_others_would():
    """Each other role is a link to the same page, or to the dashboards where the role sees only what is shared."""
    boards = PageSpec("dashboards", "Dashboards", "dashboards", "m:f", "dashboards:view")
    here = visit(None, page=RUN, pages=(*ALL, boards), subject="7", query={"tab": "log"})

    assert "View as Developer Designer Executor Viewer Executive" in said(account(here))
    assert 'href="/workbench/apps/default~executor/runs/7?tab=log"' in account(here)
    assert 'href="/workbench/apps/default~executive/dashboards"' in account(here)
    assert "View as" not in account(visit(None, person=Person("vic", ["developer"], {}, ["default"])))


def test_whoever_sees_as_another_is_told_and_can_go_back():
    """The bar names the role, links stay within it, nothing leads out of it but the way back to the same page."""
    seen = visit(None, page=RUN, pages=ALL, subject="7", workspace="default~executor", query={"tab": "log"})

    assert said(role_bar(seen)).startswith("You see this as an Executor would.")
    assert 'href="/workbench/apps/default/runs/7?tab=log"' in role_bar(seen)
    assert 'href="/workbench/apps/default~executor/runs"' in navigation(seen)
    assert "JupyterLab" not in navigation(seen)
    assert "View as" not in account(seen)
    assert role_bar(visit(None)) == ""
