"""Nobody loses unasked what she made on a page, however she leaves it; what opens over a page closes as menus do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.timeout(300)
LATE = "Late flights, by week"


def moved(page):
    """A card of a dashboard is moved."""
    page.get_by_role("button", name=f"{LATE}: move or resize").press("ArrowDown")
    page.get_by_text("not saved").wait_for()


def set_and_not_applied(page):
    """A card's number is another in its form, which nobody applied."""
    page.get_by_role("button", name=f"{LATE}: settings").click()
    page.get_by_role("combobox", name="Every").select_option("month")


def another_source(page):
    """A mapping is of another source."""
    page.get_by_text("Source and target", exact=True).click()
    page.get_by_role("combobox", name="Source", exact=True).fill("planes")
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_text("not saved").wait_for()


def searched(page):
    """A search holds a word, and loses no work."""
    page.get_by_role("searchbox", name="Search dashboards").fill("on time")
    page.get_by_role("link", name="Airports and hours").wait_for(state="hidden")


def half_a_form(page):
    """A template is filled in by half."""
    page.get_by_role("textbox", name="Name").first.fill("mine")


WORK = [
    pytest.param("edit/on_time", LATE, moved, True, id="dashboard"),
    pytest.param("edit/on_time", LATE, set_and_not_applied, True, id="card", marks=pytest.mark.thorough),
    pytest.param("mappings/ours", "Ours", another_source, True, id="mapping"),
    pytest.param("templates/kpi_dashboard", "Name", half_a_form, True, id="template", marks=pytest.mark.thorough),
    pytest.param("dashboards", "Airports and hours", searched, False, id="search", marks=pytest.mark.thorough),
]
LEAVES = {
    "link": lambda page: page.get_by_role("link", name="Monitoring").first.click(no_wait_after=True),
    "back": lambda page: page.evaluate("history.back()"),
    "close": lambda page: page.close(run_before_unload=True),
}


@pytest.fixture
def asking(visitor):
    """Somebody on a page, and what her browser asked when she wanted to leave; she stays."""

    def opened(path, text):
        someone = visitor()
        if path == "mappings/ours":
            make_mapping(someone)
        someone.visits("dashboards", "Airports and hours").visits(path, text)
        asked = []
        someone.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        return someone, asked

    return opened


def make_mapping(someone):
    """A mapping called ours, once."""
    someone.visits("mappings", "New mapping")
    if someone.page.get_by_role("link", name="Ours").count():
        return
    someone.page.get_by_label("Title").fill("Ours")
    someone.page.get_by_label("Source: a table").fill("airlines")
    someone.page.get_by_role("button", name="New mapping").click()
    someone.page.wait_for_url("**/mappings/ours")


@pytest.mark.parametrize(("path", "text", "works", "asks"), WORK)
def test_work_is_not_lost_unasked(asking, path, text, works, asks):
    """Whoever leaves by a link is asked, and stays where she says so, with what she made."""
    someone, asked = asking(path, text)
    works(someone.page)

    LEAVES["link"](someone.page)
    someone.page.wait_for_timeout(1500)

    assert asked == (["beforeunload"] if asks else [])
    assert someone.page.url.partition("?")[0].endswith(path if asks else "monitoring")


@pytest.mark.parametrize("way", ["back", "close"])
def test_a_draft_is_kept_by_every_way_out(asking, way):
    """Back and the tab's cross ask as a link does; once it is saved nobody is asked."""
    someone, asked = asking("edit/on_time", LATE)
    moved(someone.page)

    LEAVES[way](someone.page)
    someone.page.wait_for_timeout(1500)
    assert asked == ["beforeunload"]

    someone.page.get_by_role("button", name="Save version").click()
    someone.sees("Saved as a new version")
    LEAVES["link"](someone.page)
    someone.page.wait_for_url("**/monitoring")
    assert asked == ["beforeunload"]


@pytest.mark.thorough
def test_a_form_that_was_not_applied_is_dropped_only_if_one_says_so(asking):
    """Its Close asks where something was changed, and only there."""
    someone, asked = asking("edit/on_time", LATE)
    set_and_not_applied(someone.page)
    close = someone.page.get_by_role("button", name="Close", exact=True)
    close.click()
    expect(someone.page.get_by_role("combobox", name="Every")).to_have_value("month")
    assert asked == ["confirm"]

    someone.page.get_by_role("combobox", name="Every").select_option("week")
    close.click()
    close.wait_for(state="detached")
    assert asked == ["confirm"]


MENUS = [
    ("d/on_time", LATE, "Late flights, by airline: more", "Picture as PNG"),
    pytest.param("d/on_time", LATE, "Share", "Whoever opens", marks=pytest.mark.thorough),
    ("home", "Rows in the store", "in default: account", "Preferences"),
]


@pytest.mark.parametrize(("path", "text", "label", "inside"), MENUS)
def test_a_menu_closes_by_escape_and_by_a_press_elsewhere(visitor, path, text, label, inside):
    """Escape gives the focus back to what opened it; another menu's press closes the first."""
    page = visitor().visits(path, text).page
    menu = page.locator("summary").filter(has_text=label).or_(page.locator(f'summary[aria-label*="{label}"]')).first
    shown = page.locator("details[open]").get_by_text(inside).first
    menu.click()
    shown.wait_for()
    page.keyboard.press("Escape")
    shown.wait_for(state="hidden")
    expect(menu).to_be_focused()

    page.keyboard.press("Enter")
    shown.wait_for()
    page.mouse.click(700, 880)
    shown.wait_for(state="hidden")
