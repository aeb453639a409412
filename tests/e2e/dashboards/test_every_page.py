"""Every page there is, as everybody needs it: nothing that axe finds, nothing that sticks out, no complaint."""

from __future__ import annotations

import pytest

from jupyter_ext.pages.registry import registered
from tests.e2e.dashboards.test_runs import opens_run

PLACES = [
    ("tables", "daily_delays"), ("tables/flights", "50 of 336,776 rows"),
    ("tables/daily_delays?tab=lineage", "flights"), ("tables/flights?tab=columns", "distinct values are estimated"),
    ("query", "No question yet"), ("queries", "No saved query yet"), ("mappings", "No mapping yet"),
    ("connectors", "weather_db"),
    ("connect?type=postgresql", "Database"),
    ("connectors/weather_db?stream=weather", "wind_speed"),
    ("templates", "Quality report"), ("templates/quality_report", "Name of the pipeline"), ("activity", "What you did"),
    ("members", "People"), ("members?tab=groups", "New group"), ("sessions", "No sessions"),
    ("audit?operation=runs.*", "Export"), ("docs", "Get something done"),
    ("docs/how-to.connect", "What there is"), ("docs/reference.permissions", "everybody"),
    ("docs/how-to.use-the-sidebar", "On this page"), ("docs/how-to.nothing", "has no page"),
    ("d/on_time?embed=1", "Open in the workbench"),
    ("pipelines", "carrier_scorecard"), ("runs", "Carrier scorecard"), ("live/daily_delays", "data as of"),
    ("monitoring", "Durations by pipeline"), ("search?q=carrier", "carrier_scorecard"),
    ("app/daily_delays", "This notebook serves nothing yet"),
    ("preferences", "Preferences in default"), ("settings", "queued_runs"), ("maintenance", "Audit trail"),
    ("performance", "Slow operations"), ("dashboards", "Airports and hours"),
]  # fmt: skip
# Pages that need something made or pressed before they are worth a look, and where that is done.
ELSEWHERE = {
    "home": "test_home", "d/{name}": "test_boards", "edit/{name}": "test_editing", "mappings/{name}": "test_mapping",
    "queries/{name}": "test_queries", "pipelines/{name}": "test_runs",
}  # fmt: skip
LOOKS = pytest.mark.parametrize(("dark", "phone"), [(False, False), (True, True)])


def stem(path: str) -> str:
    """The address of a page without what it is about and what is asked."""
    first, slash, _ = path.partition("?")[0].partition("/")
    return first + slash


def test_no_page_is_left_out():
    """Whoever adds a page adds it here, or says which test looks at it."""
    seen = {stem(path) for path, _ in PLACES} | {stem(path) for path in ELSEWHERE} | {"runs/"}

    assert [page.path for page in registered() if stem(page.path) not in seen] == []


@pytest.mark.thorough
@LOOKS
@pytest.mark.parametrize(("path", "text"), PLACES)
def test_it_is_for_everybody(visitor, path, text, dark, phone):
    """Light at a desk and dark on a phone it breaks nothing of WCAG 2.1 A and AA; axe has no exceptions here."""
    someone = visitor(dark=dark, phone=phone).visits(path, text)

    assert (someone.faults(), someone.sticks_out(), someone.complaints) == ([], [], [])


@pytest.mark.thorough
@LOOKS
def test_a_run_is_for_everybody(visitor, dark, phone):
    """Its page is reached by the list of runs."""
    someone = opens_run(visitor(dark=dark, phone=phone))

    assert (someone.faults(), someone.sticks_out(), someone.complaints) == ([], [], [])
