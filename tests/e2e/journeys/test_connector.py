"""A connector to PostgreSQL is set up with a mistake, says what is wrong, is mended, and shows its tables."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

pytestmark = pytest.mark.timeout(300)


def test_a_connector_is_configured_fails_and_is_mended(visitor, postgresql_url):
    """The form of its type is filled in; a test tells the cause and what helps; mended, it shows streams and rows."""
    address = sa.make_url(postgresql_url)
    engine = sa.create_engine(address)
    with engine.begin() as session:
        session.execute(sa.text("CREATE TABLE customers AS SELECT 1 AS id, 'Ann' AS name"))
    engine.dispose()
    someone = visitor().visits("connect?type=postgresql", "Database")
    page = someone.page
    page.get_by_label("Name", exact=True).fill("crm")
    page.get_by_label("Host").fill(address.host or "127.0.0.1")
    page.get_by_label("Port").fill(str(address.port or 5432))
    page.get_by_label("User").fill(address.username or "postgres")
    page.get_by_label("Database").fill("no_such_database")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/connectors/crm")
    page.get_by_role("button", name="Test").click()
    someone.sees("It does not answer")
    someone.sees("no_such_database")
    someone.sees("What helps:")

    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Database").fill(address.database or "")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/connectors/crm")
    page.get_by_role("button", name="Test").click()
    someone.sees("It answers in")
    page.locator("summary", has_text="customers").click()
    page.get_by_role("button", name="Show rows").click()
    someone.sees("First rows of customers")
    someone.sees("Ann")
    assert someone.complaints == []
