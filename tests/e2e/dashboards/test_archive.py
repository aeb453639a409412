"""What was put away on its page is found among the archived ones of its list, and brought back."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.timeout(300)
THINGS = [
    ("d/airports", "dashboards", "Archive", "Airports and hours"),
    pytest.param("mappings/put_away", "mappings", "Archive", "Put away", marks=pytest.mark.thorough),
    pytest.param("tables/planes", "tables", "Archive", "planes", marks=pytest.mark.thorough),
]


@pytest.mark.parametrize(("page", "listed", "act", "title"), THINGS)
def test_what_was_put_away_is_brought_back(visitor, page, listed, act, title):
    """It is asked first; then its list lacks it, the archived ones have it, and one press has it in use again."""
    someone = visitor()
    someone.page.on("dialog", lambda dialog: dialog.accept())
    if listed == "mappings":
        someone.visits("mappings", "New mapping")
        someone.page.get_by_label("Title").fill(title)
        someone.page.get_by_label("Source: a table").fill("airlines")
        someone.page.get_by_role("button", name="New mapping").click()
        someone.page.wait_for_url(f"**/{page}")
    someone.visits(page, title)
    someone.page.get_by_role("button", name=act, exact=True).click()
    someone.page.wait_for_url(f"**/{listed}")
    someone.page.locator("table").or_(someone.page.get_by_text("No mapping yet")).first.wait_for()
    assert someone.page.get_by_role("link", name=title, exact=True).count() == 0

    someone.page.get_by_role("combobox", name="Show").select_option("archived")
    someone.page.get_by_role("button", name=f"Bring back {title}").click()
    someone.sees("It is in use again.")
    assert someone.faults() == []
    someone.page.get_by_role("combobox", name="Show").select_option("")
    someone.page.get_by_role("link", name=title, exact=True).first.wait_for()
    assert someone.complaints == []
