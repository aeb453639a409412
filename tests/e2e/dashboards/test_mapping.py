"""A mapping is made in the browser with nothing but a keyboard: suggested, written, tried, saved."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.timeout(300), pytest.mark.thorough]


def press(found):
    """Press something as the keyboard does."""
    found.focus()
    found.press("Enter")


def column(page, name, kind):
    """Add a target column."""
    page.get_by_role("textbox", name="Target column").fill(name)
    page.get_by_role("combobox", name="of type").fill(kind)
    press(page.get_by_role("button", name="Add column"))
    page.get_by_role("heading", name=f"Column {name}").wait_for()


def test_a_mapping_is_made_by_keyboard(visitor):
    """From a title to a version: a suggestion is taken, an expression is written, what does not fit is told at once."""
    someone = visitor().visits("mappings", "No mapping yet")
    page = someone.page
    page.get_by_label("Title").fill("Airlines <b>for us</b>")
    page.get_by_label("Source: a table").fill("airlines")
    press(page.get_by_role("button", name="New mapping"))
    page.wait_for_url("**/mappings/airlines_b_for_us_b")
    someone.sees("No target columns yet")

    column(page, "Carrier", "VARCHAR")
    press(page.get_by_role("button", name="Accept carrier for Carrier"))
    page.get_by_text("carrier → Carrier: mapped").wait_for(state="attached")
    column(page, "letters", "INTEGER")
    press(page.get_by_role("button", name="Expression"))
    page.get_by_label("One value in SQL").fill("name")
    press(page.get_by_role("button", name="Apply"))
    someone.sees("values are no INTEGER, such as")
    page.get_by_label("One value in SQL").fill("length(name) - 4")
    page.get_by_label("One value in SQL").press("Control+Enter")
    page.get_by_text("name → letters: mapped").wait_for(state="attached")
    page.get_by_placeholder("What changed").fill("two columns")
    press(page.get_by_role("button", name="Save version"))

    someone.sees("Saved as a new version")
    someone.sees("Every target column is made, and fits.")
    assert "Airlines <b>for us</b>" in someone.text()
    assert (someone.faults(), someone.sticks_out(), someone.complaints) == ([], [], [])
    small = visitor(dark=True, phone=True).visits("mappings/airlines_b_for_us_b?column=letters", "Mapped rows")
    assert (small.faults(), small.sticks_out()) == ([], [])
