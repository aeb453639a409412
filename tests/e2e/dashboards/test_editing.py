"""A dashboard is made in the browser without code: cards added, moved by button and pointer, set, saved, published."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.runner.visitors import DESK, PHONE

pytestmark = pytest.mark.timeout(600)


def at(page, x, y):
    """Wait until a card stands there."""
    page.locator(f'section.card[style*="--x:{x};--y:{y}"]').wait_for()


def moved_by_button_and_pointer(page, card):
    """Move a card one column to the right, then two rows down along with the pointer, and take that back."""
    card.get_by_role("button", name="settings").click()
    page.get_by_role("button", name="move right").click()
    at(page, 1, 0)
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Apply").wait_for(state="hidden")
    page.wait_for_timeout(500)  # the cards have the whole width again
    grip = card.locator(".grip").bounding_box()
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, grip["y"] + 117, steps=4)
    page.mouse.up()
    at(page, 1, 2)
    page.get_by_role("button", name="Undo").click()
    at(page, 1, 0)


def below_all(page):
    """The first row of the grid that no card reaches; other tests of the same server move them."""
    boxes = page.locator('section.card[style*="--y:"]').evaluate_all(
        "cards => cards.map(card => ['--y', '--h'].map(name => Number(card.style.getPropertyValue(name))))"
    )
    assert len(boxes) > 5
    return int(max(y + height for y, height in boxes))


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


def test_a_new_card_is_in_sight_with_its_settings(visitor):
    """It takes the first free place, marked, and the focus is in its form; closed, the focus is at what opens it."""
    someone = visitor().visits("edit/on_time", "Late flights, by airline")
    page = someone.page
    below = below_all(page)
    page.get_by_role("combobox", name="over", exact=True).select_option("daily_delays")
    page.get_by_role("button", name="Add card").click()
    title = page.get_by_role("textbox", name="Title")
    expect(title).to_be_focused()

    card = page.locator("section.card:has(.handles.chosen)")
    expect(card).to_have_attribute("style", f"--x:0;--y:{below};--w:3;--h:3")
    expect(card).to_be_in_viewport(ratio=1)
    expect(title).to_be_in_viewport()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(card).to_have_count(0)
    expect(page.get_by_role("button", name="Number: settings")).to_be_focused()


@pytest.mark.thorough
def test_the_arrows_move_and_resize_a_card(visitor):
    """Its grip keeps the focus, so that a key can be pressed again; what is in the way makes room."""
    someone = visitor().visits("edit/on_time", "Late flights, by airline")
    page = someone.page
    grip = page.get_by_role("button", name="Cancelled: move or resize")
    card = page.get_by_role("region", name="Cancelled")
    grip.focus()
    for key, place in (
        ("ArrowLeft", "--x:5;--y:1;--w:3;--h:3"), ("ArrowDown", "--x:5;--y:2;--w:3;--h:3"),
        ("Shift+ArrowRight", "--x:5;--y:2;--w:4;--h:3"),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(card).to_have_attribute("style", place)
        expect(grip).to_be_focused()

    expect(page.get_by_role("region", name="Late", exact=True)).not_to_have_attribute(
        "style", "--x:3;--y:1;--w:3;--h:3"
    )
    assert someone.complaints == []
