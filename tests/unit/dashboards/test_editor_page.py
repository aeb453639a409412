"""The page on which a dashboard is made: what its cards can be made of, and what it was."""

from __future__ import annotations

import re
from types import SimpleNamespace

from tests.factories.boards import BARS
from tests.factories.pages import NOON, Answers, opened, text
from tests.unit.dashboards.test_board_page import PAGES, bars, filled, shown
from workbench.core.naming import MANY
from workbench.core.schemas import Page
from workbench.domains.dashboards import schemas as s
from workbench.ui.pages import PageSpec

EDIT = PageSpec("dashboards/{name}", "Edit", "dashboards", "m:f", "dashboards:write", above="dashboards")
DELAYS = {"name": "delays", "columns": [SimpleNamespace(name="flights", type="BIGINT")]}


def version(number):
    """A version of the dashboard."""
    return s.BoardVersionView(
        dashboard="delays", number=number, author="ada", message="", created_at=NOON, restores=None, tables=[],
        published_at=None, publisher=None, allow_export=False,
    )  # fmt: skip


def edited(acts=(), tables=(), **answers):
    """The page once its answer was shown, and then `acts` were done; and what was asked."""
    from workbench.domains.dashboards.view.editor import EditorPage

    given = {
        "dashboards_show": shown(), "dashboards_show_version": SimpleNamespace(document=shown().document),
        "dashboards_preview": filled(), "tables_list": Page(items=[SimpleNamespace(**one) for one in tables]),
        "tables_show": SimpleNamespace(**DELAYS), "queries_list": Page(items=[]),
        "dashboards_versions": Page(items=[version(1)]),
    }  # fmt: skip
    caller = Answers(**(given | answers))
    return opened(EditorPage, caller, acts, page=EDIT, pages=(EDIT, *PAGES), subject="delays"), caller.asked


def test_older_versions_are_on_further_pages():
    """The first page leads to the next, which is asked for where it was left off."""
    page, asked = edited(
        [("choose", [["cursor", "older"]])], dashboards_versions=Page(items=[version(2)], next="older")
    )

    assert "Next page" in text(page.history.object)
    assert [given["cursor"] for name, given in asked if name == "dashboards.versions"] == [None, "older"]


def test_a_source_is_chosen_from_a_list_or_typed_where_there_may_be_more():
    """A table that was not listed makes a card by its columns, as those that were."""
    few, _ = edited(tables=[DELAYS])
    assert '<select name="source"><option value="delays">delays</option></select>' in few.tools.object

    more = [{"name": f"t{number}", "columns": []} for number in range(MANY)]
    page, asked = edited([("add", [["kind", "kpi"], ["source", "delays"]])], tables=more)
    assert '<input name="source"' in page.tools.object
    assert ("tables.show", {"name": "delays"}) in asked
    assert page.draft.now.cards[-1].source.table == "delays"
    assert page.said.object == ""


def test_what_takes_a_form_away_asks_first():
    """What opens another card's settings, or those of a new one, asks where the open ones were not applied."""
    over = [BARS | {"id": name, "title": name} for name in ("one", "two")]
    page, _ = edited(
        [("edit", [["card", "one"]])], tables=[DELAYS],
        dashboards_show_version=SimpleNamespace(document=shown(*over).document),
        dashboards_preview=filled(bars() | {"id": "one"}, bars() | {"id": "two"}),
    )  # fmt: skip

    asks = {
        act: "data-replaces" in rest
        for act, rest in re.findall(r'data-act="edit"[^>]*data-value="(\w+)"([^>]*)>', page.cards.object)
    }
    assert asks == {"one": False, "two": True}
    assert 'data-act="add" data-confirm=' in page.tools.object


def test_a_dashboard_is_called_and_late_as_its_form_says():
    """It is a step of the draft like any other, and nothing is saved by it."""
    page, asked = edited([("describe", [["title", "Renamed"], ["late_after", "5"]])])

    assert (page.draft.now.title, page.draft.now.late_after, page.draft.unsaved) == ("Renamed", 5, True)
    assert "Renamed ▲ not saved" in text(page.head.object)
    assert "dashboards.save" not in dict(asked)
