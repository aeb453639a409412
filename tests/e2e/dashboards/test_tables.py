"""Connectors, tables and SQL in a browser."""

from __future__ import annotations

import pytest


@pytest.mark.thorough
def test_one_gets_from_a_table_to_its_columns_and_to_a_question(visitor):
    """The list leads to the table, a tab to what its columns hold, and the button to SQL that answers."""
    someone = visitor().visits("tables", "carrier_scorecard")
    someone.page.get_by_role("link", name="carrier_scorecard").click()
    someone.sees("15 of 15 rows")
    someone.page.get_by_role("link", name="Columns", exact=True).click()
    someone.sees("distinct values are estimated")
    someone.page.wait_for_url("**/tables/carrier_scorecard?tab=columns")

    someone.page.get_by_role("link", name="Query", exact=True).last.click()
    someone.page.get_by_role("button", name="Run").click()

    someone.sees("1 to 15 of 15")


@pytest.mark.thorough
def test_a_question_is_asked_from_the_keyboard(visitor):
    """Ctrl and Enter ask; a mistake is told with what was meant, and the next question is answered."""
    someone = visitor().visits("query", "No question yet")
    box = someone.page.get_by_label("One SELECT statement")
    box.fill("SELECT count(*) FROM flihgts")
    box.press("Control+Enter")
    someone.page.get_by_role("alert").filter(has_text="flights").wait_for()

    box.fill("SELECT count(*) AS many FROM flights")
    box.press("Control+Enter")

    someone.sees("1 to 1 of 1")
    someone.page.wait_for_url("**/query?sql=SELECT+count*")
    box.fill("SELECT carrier, avg(dep_delay) AS delay, count(*) AS many FROM flights GROUP BY 1 ORDER BY 2")
    box.press("Control+Enter")
    someone.sees("1 to 16 of 16")
    assert someone.sticks_out() == []  # what one asked stands beside, in a line each


@pytest.mark.thorough
def test_a_connector_is_tried_and_shows_what_it_offers(visitor):
    """A test is answered in words, streams lie open with their columns, and rows are a press away."""
    someone = visitor().visits("connectors", "weather_db")
    someone.page.get_by_role("link", name="weather_db").click()
    someone.page.get_by_role("button", name="Test").click()
    someone.sees("It answers in")

    someone.page.locator("summary", has_text="weather").click()
    someone.page.get_by_role("button", name="Show rows").click()

    someone.sees("First rows of weather")
    someone.page.wait_for_url("**/connectors/weather_db?stream=weather")


@pytest.mark.thorough
def test_a_form_makes_a_pipeline(visitor):
    """From the card of a template by its form to the new pipeline's own page; what is missing is asked for.

    Choosing the table has its columns looked up; what is typed meanwhile stays, and so does the cursor.
    """
    someone = visitor().visits("templates", "Quality report")
    someone.page.get_by_role("link", name="Use Quality report").click()
    name, target = someone.page.get_by_label("Name of the pipeline"), someone.page.get_by_label("Target")
    name.fill("airlines")
    target.fill("airline_quality")
    someone.page.get_by_role("button", name="Make the pipeline").click()
    missing = someone.page.get_by_label("Table", exact=True)
    assert missing.evaluate("field => field.matches(':focus:invalid')")

    missing.select_option("airlines")
    name.fill("airline_quality")
    someone.page.get_by_role("checkbox", name="carrier").first.wait_for()
    assert (name.input_value(), target.input_value()) == ("airline_quality", "airline_quality")
    assert name.evaluate("field => field.matches(':focus')")
    someone.page.get_by_role("button", name="Make the pipeline").click()

    someone.page.wait_for_url("**/pipelines/airline_quality")
    someone.sees("Overview")


@pytest.mark.thorough
def test_one_reads_what_is_written_without_leaving(visitor):
    """From a page's help by the headings at the side to another document; Back returns, and a search finds the part."""
    someone = visitor().visits("connectors", "weather_db")
    someone.page.get_by_role("link", name="Help: Connectors").click()
    someone.sees("A connector is created once.")
    someone.page.get_by_role("navigation", name="On this page").get_by_role("link", name="PostgreSQL").press("Enter")
    someone.page.wait_for_url("**/docs/how-to.connect#postgresql")
    assert someone.page.get_by_role("heading", name="PostgreSQL").evaluate("part => part.matches(':focus')")
    someone.page.go_back()
    someone.page.wait_for_url("**/docs/how-to.connect")

    someone.page.keyboard.press("Control+k")
    someone.page.keyboard.type("keep the metadata")
    someone.page.get_by_role("option", name="Keep the metadata in PostgreSQL").wait_for()
    someone.page.keyboard.press("ArrowDown")
    someone.page.keyboard.press("Enter")

    someone.page.wait_for_url("**/docs/how-to.run-a-team-server#keep-the-metadata-in-postgresql")
    part = someone.page.get_by_role("heading", name="Keep the metadata in PostgreSQL")
    part.wait_for()
    someone.page.wait_for_function("part => part.getBoundingClientRect().top < 200", arg=part.element_handle())
    assert someone.complaints == []
