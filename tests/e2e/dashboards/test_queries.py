"""A query is written, completed, asked, drawn and saved in the browser, and is there on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.timeout(300), pytest.mark.thorough]


def written_with_suggestions(page, box):
    """Write a statement: Enter and Tab take what is marked, Escape closes, and an alias of one letter is let be."""
    box.focus()
    page.keyboard.type("FROM carrier_scorecard AS c SELECT c.fli")
    assert page.get_by_role("option").all_inner_texts() == ["flights\ncolumn"]
    page.get_by_role("heading", name="SQL", exact=True).click()
    assert page.get_by_role("option").count() == 0
    box.fill("")
    page.keyboard.type("SELECT c.flights FROM carrier_sc")
    page.keyboard.press("Escape")
    assert page.get_by_role("option").count() == 0
    box.fill("")
    page.keyboard.type("SELECT carrier, fligh")
    page.keyboard.press("Enter")
    page.keyboard.type(" FROM carrier_sc")
    page.keyboard.press("Tab")
    page.keyboard.type(" AS c")
    page.keyboard.press("Enter")
    assert box.input_value() == "SELECT carrier, flights FROM carrier_scorecard AS c\n"


def test_a_query_is_written_drawn_and_saved(visitor):
    """By the keyboard: a name is completed, Ctrl + Enter asks, what is wrong has its line, and a save has a page."""
    someone = visitor().visits("query", "No question yet")
    page = someone.page
    box = page.get_by_label("One SELECT statement")
    written_with_suggestions(page, box)
    page.keyboard.press("Control+Enter")
    someone.sees("1 to 15 of 15")
    page.locator("select[name=kind]").select_option("bar")
    page.locator("select[name=y]").select_option("flights")
    page.get_by_role("button", name="Draw", exact=True).click()
    someone.sees("flights by carrier")
    page.get_by_text("Save", exact=True).click()
    page.get_by_label("Title").fill("Flights <b>by carrier</b>")
    page.get_by_role("button", name="Save as new").click()
    page.wait_for_url("**/query?q=flights_b_by_carrier_b")
    someone.sees("Saved. Publish it")
    box.fill("SELECT\n  carier FROM flights")
    box.press("Control+Enter")
    someone.sees("LINE 2:")
    assert (someone.faults(), someone.sticks_out(), someone.complaints) == ([], [], [])

    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.keyboard.type(" -- not run")
    someone.visits("queries", "Flights <b>by carrier</b>")
    assert asked == ["beforeunload"]

    small = visitor(dark=True, phone=True).visits("queries/flights_b_by_carrier_b", "1 to 15 of 15")
    small.sees("flights by carrier")
    assert "Flights <b>by carrier</b>" in small.text()
    assert (small.faults(), small.sticks_out(), small.complaints) == ([], [], [])


def test_an_earlier_statement_takes_the_place_of_one_that_was_not_run_only_if_one_says_so(visitor):
    """What was run is replaced unasked, for it is in the list itself; twice brings back twice."""
    someone = visitor().visits("query", "No question yet")
    page, asked = someone.page, []
    answers = [False, True]
    page.on("dialog", lambda one: (asked.append(one.message), one.accept() if answers.pop(0) else one.dismiss()))
    box = page.get_by_label("One SELECT statement")
    for number in (1, 2):
        box.fill(f"SELECT {number} AS one")
        box.press("Control+Enter")
        page.get_by_role("button", name=f"SELECT {number} AS one").wait_for()
    earlier = page.get_by_role("button", name="SELECT 1 AS one")

    earlier.click()
    expect(box).to_have_value("SELECT 1 AS one")
    assert asked == []

    box.fill("SELECT 3")
    earlier.click()
    expect(box).to_have_value("SELECT 3")
    earlier.click()
    expect(box).to_have_value("SELECT 1 AS one")
    assert [message.partition(",")[0] for message in asked] == ["What you wrote was not run yet"] * 2
