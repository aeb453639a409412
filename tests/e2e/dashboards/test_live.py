"""The first minute: a visitor changes the month, the real notebook runs, the chart moves and says where it is from."""

import re

import pytest


@pytest.mark.thorough
def test_a_visitor_changes_the_month_and_the_chart_moves(visitor):
    """Cells tick, the numbers become those of March; a number shows its cell, its table's version and its run."""
    someone = visitor()
    someone.page.goto(someone.server.signed_in)
    someone.sees("data as of")
    whole_year = someone.page.get_by_title("Rows: what is behind it")
    assert whole_year.inner_text() == "5,432"

    someone.page.get_by_label("Month").fill("3")

    someone.page.get_by_role("progressbar", name="Cells").and_(
        someone.page.locator("[aria-valuenow='2'], [aria-valuenow='3'], [aria-valuenow='4'], [aria-valuenow='5']")
    ).wait_for()
    someone.page.get_by_title("Rows: what is behind it").get_by_text("452").wait_for(timeout=120_000)
    assert someone.page.get_by_label("Month").input_value() == "3"

    someone.page.get_by_title("Rows: what is behind it").click()
    someone.sees('wb.log_metric("rows", len(daily))')
    someone.page.get_by_role("link", name=re.compile(r"^v\d+$")).last.click()
    someone.page.wait_for_url("**/tables/daily_delays?version=*")
    assert someone.complaints == []


@pytest.mark.thorough
def test_an_admin_sees_a_dashboard_as_an_executive_and_comes_back(visitor):
    """The menu of the account leads there, a bar says so on each page, and one click ends it."""
    someone = visitor().visits("d/on_time", "Late flights, by airline")
    someone.page.get_by_label("account").click()
    someone.page.get_by_role("link", name="Executive", exact=True).click()
    someone.sees("You see this as an Executive would.")
    someone.sees("Late flights, by airline")
    assert "Connectors" not in someone.text()
    someone.page.get_by_role("link", name="Runs", exact=True).click()
    someone.sees("No run is shared with you yet")
    assert (someone.faults(), someone.sticks_out()) == ([], [])

    someone.page.get_by_role("link", name="Back to yourself").first.click()

    someone.page.wait_for_url("**/default/runs")
    someone.sees("Carrier scorecard")
    assert someone.complaints == []
