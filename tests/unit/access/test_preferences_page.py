"""The page of preferences keeps what is chosen, and nothing that cannot be."""

from __future__ import annotations

from tests.factories.pages import ADA, Answers, opened, text, whole
from workbench.domains.access.schemas import PreferencesView
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

PAGE = PageSpec("preferences", "Preferences", "settings", "m:f", "preferences:own", "Workspace")
PAGES = (PAGE, PageSpec("runs", "Runs", "runs", "m:f", "runs:read", "Work"))
VIEWER = Person("vic", ["viewer"], {"preferences:own": "O"}, ["default"], timezone="Asia/Tokyo")
REFUSED = (("ui.start", "runs"), ("ui.timezone", "Mars/Base"), ("starred.pipelines", "x"), ("ui.start", "lab"))


def preferring(values=None, acts=(), person=ADA):
    """The page, and what it asked to have kept."""
    from workbench.domains.access.view.preferences import Preferences

    view = PreferencesView(values=values or {})
    caller = Answers(preferences_show=view, preferences_set=view)
    page = opened(Preferences, caller, acts, page=PAGE, pages=PAGES, person=person)
    return page, [fields for name, fields in caller.asked if name == "preferences.set"]


def test_what_was_chosen_is_shown():
    """Each list stands at what counts, and the time there is told."""
    page, _ = preferring({"ui.theme": "dark", "ui.timezone": "Europe/Vienna", "ui.start": "<script>"})

    drawn = page.list.object
    assert '<option value="dark" selected>Dark</option>' in drawn
    assert '<option value="Europe/Vienna" selected>Europe/Vienna</option>' in drawn
    assert '<option value="" selected>As usual for my role</option>' in drawn
    assert "CE" in text(drawn).rpartition("It is now")[2]
    assert "<script" not in whole(page)


def test_what_one_chooses_is_kept_at_once():
    """A theme shows itself, and the first of a list forgets what was chosen before."""
    acts = [("keep", [["ui.theme", "dark"]]), ("keep", [["ui.timezone", ""]])]
    page, kept = preferring(acts=acts)

    assert kept == [{"name": "ui.theme", "value": "dark"}, {"name": "ui.timezone", "value": None}]
    assert page.presence.dark
    assert "That is kept." in text(page.said.object)


def test_nothing_is_kept_that_cannot_be_chosen():
    """No page that one may not open, no zone that is none, and no preference of another name."""
    page, kept = preferring(acts=[("keep", [list(pair)]) for pair in REFUSED], person=VIEWER)

    assert kept == []
    assert "'lab' cannot be chosen." in text(page.said.object)
    assert "The workspace's: Asia/Tokyo" in text(page.list.object)
