"""A dashboard is made in the browser without code: cards added, moved by button and pointer, set, saved, published."""

from __future__ import annotations

import pytest

from tests.e2e.dashboards.conftest import DESK, PHONE

pytestmark = pytest.mark.timeout(600)


def moved_by_button_and_pointer(page, card):
    """Move a card one column to the right, then two rows down along with the pointer, and take that back."""
    card.hover()
    card.get_by_role("button", name="move right").click()
    page.locator('section.card[style*="--x:1;--y:0"]').wait_for()
    card.hover()
    grip = card.locator(".grip").bounding_box()
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, grip["y"] + 117, steps=4)
    page.mouse.up()
    page.locator('section.card[style*="--x:1;--y:2"]').wait_for()
    page.get_by_role("button", name="Undo").click()
    page.locator('section.card[style*="--x:1;--y:0"]').wait_for()


@pytest.mark.thorough
def test_a_dashboard_is_made_saved_restored_and_published(visitor):
    """From a title to a page that others see; every step can be taken back, and names stay text."""
    someone = visitor().visits("dashboards", "Airports and hours")
    page = someone.page
    page.get_by_placeholder("Title of a new one").fill("Made here <b>by hand</b>")
    page.get_by_role("button", name="New dashboard").click()
    someone.sees("No cards yet")

    page.get_by_role("combobox", name="Card").select_option("bar")
    page.get_by_role("combobox", name="over", exact=True).select_option("daily_delays")
    page.get_by_role("button", name="Add card").click()
    page.get_by_role("textbox", name="Title").fill("Flights by airline")
    page.get_by_role("combobox", name="Number").select_option("sum")
    page.get_by_role("combobox", name="of", exact=True).select_option("flights")
    page.get_by_role("button", name="Apply").click()
    someone.sees("58,665")  # of United
    page.get_by_role("button", name="Close", exact=True).click()

    moved_by_button_and_pointer(page, page.get_by_role("region", name="Flights by airline"))
    page.get_by_placeholder("What changed").fill("the first card")
    page.get_by_role("button", name="Save version").click()
    someone.sees("Saved as a new version")
    someone.sees("the first card")
    page.get_by_text("Publish", exact=True).click()
    page.get_by_label("Viewer", exact=True).check()
    page.get_by_role("button", name="Publish the newest saved version").click()
    someone.sees("It is published.")
    assert someone.faults() == []

    page.get_by_role("link", name="View").click()
    someone.sees("58,665")
    assert "Made here <b>by hand</b>" in someone.text()
    assert someone.complaints == []


@pytest.mark.thorough
@pytest.mark.parametrize(("scheme", "size"), [("dark", DESK), ("light", PHONE)])
def test_the_editor_is_whole_for_everybody(visitor, scheme, size):
    """Nothing breaks WCAG 2.1 A and AA and nothing sticks out, with a card's form open."""
    someone = visitor(color_scheme=scheme, viewport=size).visits("edit/on_time", "Late flights, by airline")
    card = someone.page.get_by_role("region", name="Late flights, by airline")
    card.get_by_role("button", name="Late flights, by airline: settings").focus()
    someone.page.keyboard.press("Enter")
    someone.page.get_by_role("button", name="Apply").wait_for()

    assert someone.faults() == []
    assert someone.sticks_out() == []
    assert someone.complaints == []
