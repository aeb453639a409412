"""Pages speak the language of who looks."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.timeout(300)


def language(page):
    """The language that the document says it is in."""
    return page.evaluate("document.documentElement.lang")


def test_pages_speak_the_browsers_language_until_another_is_chosen(visitor):
    """Texts, numbers, dates and the tab; a choice counts in every browser, and at once."""
    someone = visitor(locale="de-DE").visits("tables", "Tabellen suchen")
    page = someone.page
    someone.sees("336.776")
    assert (page.title(), language(page)) == ("Tabellen · Workbench", "de")
    someone.visits("query", "Noch keine Abfrage")
    page.get_by_label("Eine SELECT-Anweisung").fill("SELECT 1.5 AS half")
    page.get_by_role("button", name="Ausführen", exact=True).click()
    someone.sees("1 bis 1 von 1")

    someone.visits("preferences", "Jetzt ist es")
    page.locator('select[name="ui.language"]').select_option("en")
    someone.sees("It is now")
    assert language(page) == "en"
    try:
        another = visitor(locale="de-DE").visits("tables", "336,776")
        assert (another.page.title(), language(another.page)) == ("Tables · Workbench", "en")
    finally:
        page.locator('select[name="ui.language"]').select_option("")
    someone.sees("Jetzt ist es")
    assert (someone.faults(), someone.sticks_out(), someone.complaints) == ([], [], [])
