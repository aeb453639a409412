"""Dashboards in a real browser: read, narrowed, taken out, asked for; in both themes and on a phone."""

from __future__ import annotations

import pytest

from tests.runner.visitors import DESK, PHONE

pytestmark = pytest.mark.timeout(600)
FIRST = "Late flights, by airline"


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "text"), [("on_time", FIRST), ("airports", "Busiest destinations")])
@pytest.mark.parametrize(("scheme", "size"), [("dark", DESK), ("light", PHONE)])
def test_a_dashboard_is_whole_for_everybody(visitor, name, text, scheme, size):
    """Nothing breaks WCAG 2.1 A and AA, nothing sticks out, and nothing is fetched from elsewhere."""
    someone = visitor(color_scheme=scheme, viewport=size).visits(f"d/{name}", text)

    assert someone.faults() == []
    assert someone.sticks_out() == []
    assert someone.complaints == []
    assert len(someone.hosts - {""}) == 1


def test_a_bar_narrows_all_cards_and_the_link_shows_the_same(visitor):
    """A press of a bar asks for that airline alone; the address says so, and a chip takes it away."""
    someone = visitor().visits("d/on_time", FIRST)
    assert "336,776" in someone.text()
    someone.page.get_by_role("button", name="AA 15").click()
    someone.sees("32,729")
    someone.page.wait_for_url("**/d/on_time?is.carrier=AA")

    another = visitor().visits("d/on_time?is.carrier=AA", FIRST)
    another.sees("32,729")
    another.page.get_by_role("group", name="Filters in force").get_by_role("button").click()
    another.sees("336,776")
    assert someone.complaints + another.complaints == []


@pytest.mark.thorough
def test_a_card_is_taken_out(visitor, tmp_path):
    """Its data as CSV, narrowed as on the page, and its picture as PNG."""
    someone = visitor().visits("d/on_time?is.carrier=AA", FIRST)
    someone.page.get_by_label(f"{FIRST}: more").click()
    with someone.page.expect_download() as table:
        someone.page.get_by_role("link", name="Data as CSV").filter(visible=True).click()
    with someone.page.expect_download() as picture:
        someone.page.get_by_role("button", name="Picture as PNG").filter(visible=True).click()

    table.value.save_as(tmp_path / "data.csv")
    picture.value.save_as(tmp_path / "picture.png")
    assert (tmp_path / "data.csv").read_text().splitlines()[0] == "carrier,sum_late_per_departed"
    assert (tmp_path / "data.csv").read_text().splitlines()[1].startswith("AA,0.1")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert len((tmp_path / "picture.png").read_bytes()) > 5000


@pytest.mark.thorough
def test_a_picture_shows_what_one_would_scroll_to(visitor, tmp_path):
    """A card whose rows do not fit is as high in its picture as they are, twice as fine as on the page."""
    page = visitor().visits("d/on_time", FIRST).page
    card = page.get_by_role("region", name="Airlines, the most punctual first")
    card.locator("details.more summary").click()
    with page.expect_download() as picture:
        card.get_by_role("button", name="Picture as PNG").click()

    picture.value.save_as(tmp_path / "picture.png")
    high = int.from_bytes((tmp_path / "picture.png").read_bytes()[20:24], "big")
    hidden = card.locator(".body").evaluate("body => body.scrollHeight - body.clientHeight")
    assert hidden > 10
    assert high == int(2 * (card.bounding_box()["height"] + hidden))


@pytest.mark.thorough
def test_a_number_leads_to_the_run_behind_it(visitor):
    """A click on a number opens the run that wrote its table."""
    someone = visitor().visits("d/on_time", FIRST)
    someone.page.get_by_role("link", name="336,776").click()
    someone.sees("Daily delays")
    assert "/runs/" in someone.page.url


@pytest.mark.thorough
def test_who_finds_nothing_can_ask(visitor):
    """An address without a dashboard offers to ask, and says that it was done."""
    someone = visitor().visits("d/nothing", "You see no dashboard here")
    someone.page.get_by_role("button", name="Send").click()
    someone.sees("its owner was asked")


@pytest.mark.thorough
def test_dashboards_are_found_in_the_list(visitor):
    """The list searches as one types and leads to the page."""
    someone = visitor().visits("dashboards", "Airports and hours")
    someone.page.get_by_role("searchbox", name="Search dashboards").press_sequentially("on time")
    someone.page.get_by_role("link", name="Airports and hours").wait_for(state="hidden")
    someone.page.get_by_role("link", name="On time from New York").click()
    someone.sees(FIRST)
    assert someone.faults() == []
