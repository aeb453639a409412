"""The page of preferences keeps what is chosen, and nothing that cannot be."""

from __future__ import annotations

import pytest

from tests.factories.pages import ADA, Answers, opened, text, whole
from workbench.core.errors import Invalid, NotAuthenticated
from workbench.domains.access.schemas import PreferencesView
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

PAGE = PageSpec("preferences", "Preferences", "settings", "m:f", "preferences:own", "Workspace")
PAGES = (PAGE, PageSpec("runs", "Runs", "runs", "m:f", "runs:read", "Work"))
VIEWER = Person("vic", ["viewer"], {"preferences:own": "O"}, ["default"], timezone="Asia/Tokyo")
REFUSED = (
    ("ui.start", "runs"), ("ui.timezone", "Mars/Base"), ("starred.pipelines", "x"), ("ui.language", "tlh"),
    ("ui.start", "lab"),
)  # fmt: skip


def preferring(values=None, acts=(), person=ADA, **more):
    """The page, and what it asked to have kept."""
    from workbench.domains.access.view.preferences import Preferences

    view = PreferencesView(values=values or {})
    change = more.pop("me_change_password", None)
    caller = Answers(preferences_show=view, preferences_set=view, me_change_password=change)
    page = opened(Preferences, caller, acts, page=PAGE, pages=PAGES, person=person, **more)
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


def test_another_language_is_seen_at_once():
    """The page is opened anew, for all of it was drawn in the one before."""
    page, kept = preferring(acts=[("keep", [["ui.language", "de"]])])

    assert kept == [{"name": "ui.language", "value": "de"}]
    assert page.presence.goes.endswith("/preferences")
    assert '<option value="de">Deutsch</option>' in page.list.object
    assert '<option value="" selected>As the browser asks for it</option>' in page.list.object


def test_nothing_is_kept_that_cannot_be_chosen():
    """No page that one may not open, no zone that is none, and no preference of another name."""
    page, kept = preferring(acts=[("keep", [list(pair)]) for pair in REFUSED], person=VIEWER)

    assert kept == []
    assert "'lab' cannot be chosen." in text(page.said.object)
    assert "The workspace's: Asia/Tokyo" in text(page.list.object)


FILLED = [["current_password", "old words"], ["new_password", "new words"]]


def test_a_password_is_changed_where_people_sign_in():
    """The form is empty afterwards; on a server that asks nobody to sign in there is none."""
    before, _ = preferring(sign_out="/workbench/logout")
    page, _ = preferring(sign_out="/workbench/logout", acts=[("password", FILLED)])
    alone, _ = preferring()

    assert "all your other sessions ended" in text(page.said.object)
    assert before.password.object != page.password.object
    assert "new words" not in whole(page)
    assert alone.password.object == ""


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (NotAuthenticated("No.", code="sign_in_failed"), ["/current_password", "This is not your password."]),
        (Invalid("Weak.", errors=[{"pointer": "/new_password", "message": "It is short."}]),
         ["/new_password", "It is short."]),
    ],
)  # fmt: skip
def test_why_a_password_stays_is_told_at_its_field(refusal, told):
    """That the current one is another, or that the new one is weak."""
    page, _ = preferring(sign_out="/x", acts=[("password", FILLED)], me_change_password=refusal)

    assert page.presence.answered["faults"] == [told]


def test_a_session_that_has_ended_is_no_wrong_password():
    """It says to sign in again."""
    over = NotAuthenticated("You are not signed in any more.", fix="Sign in again.", code="session_over")
    page, _ = preferring(sign_out="/x", acts=[("password", FILLED)], me_change_password=over)

    assert "Sign in again." in text(page.said.object)
