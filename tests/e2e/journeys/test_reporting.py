"""From a question in SQL to a published report: asked, drawn, saved, put on a dashboard, published, taken out."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.timeout(300)
BY_CARRIER = "SELECT carrier, sum(flights) AS flights FROM daily_delays GROUP BY carrier ORDER BY flights DESC"


def test_a_question_becomes_a_published_report(visitor, tmp_path):
    """A saved query is what a card counts; the report is published, and its data and its pages can be taken out."""
    someone = visitor().visits("query", "No question yet")
    page = someone.page
    box = page.get_by_label("One SELECT statement")
    box.fill(BY_CARRIER)
    box.press("Control+Enter")
    someone.sees("1 to 16 of 16")
    page.get_by_text("Save", exact=True).click()
    page.get_by_label("Title").fill("Flights by carrier")
    page.get_by_role("button", name="Save as new").click()
    someone.sees("Saved. Publish it")

    someone.visits("dashboards", "Airports and hours")
    page.get_by_placeholder("Title of a new one").fill("Traffic")
    page.get_by_role("button", name="New dashboard").click()
    someone.sees("No cards yet")
    page.get_by_role("combobox", name="Card").select_option("bar")
    page.get_by_role("combobox", name="over", exact=True).select_option(label="Flights by carrier (saved query)")
    page.get_by_role("button", name="Add card").click()
    page.get_by_role("textbox", name="Title").fill("Who flies most")
    page.get_by_role("combobox", name="Number").select_option("sum")
    page.get_by_role("combobox", name="of", exact=True).select_option("flights")
    page.get_by_role("button", name="Apply").click()
    someone.sees("58,665")  # of United
    page.get_by_role("button", name="Save version").click()
    someone.sees("Saved as a new version")
    page.get_by_text("Publish", exact=True).click()
    page.get_by_label("Executive", exact=True).check()
    page.get_by_role("button", name="Publish the newest saved version").click()
    someone.sees("It is published.")

    page.get_by_role("link", name="View", exact=True).click()
    someone.sees("Who flies most")
    someone.sees("data as of")
    page.get_by_label("Who flies most: more").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Data as CSV").filter(visible=True).click()
    taken.value.save_as(tmp_path / "taken.csv")
    assert "UA,58665" in (tmp_path / "taken.csv").read_text()
    assert page.pdf().startswith(b"%PDF")
    assert someone.complaints == []
