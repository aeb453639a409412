"""What a person likes counts where it can be, and nothing else that is kept under its name."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from workbench.ui.formats import ZONE, local, when
from workbench.ui.likings import Likings
from workbench.ui.visit import Person

VIENNA = ZoneInfo("Europe/Vienna")


def test_what_was_chosen_counts():
    """A theme, a time zone and a page to start at."""
    kept = {"ui.theme": "dark", "ui.timezone": "Europe/Vienna", "ui.start": "runs", "starred": ["x"]}

    assert Likings.of(kept) == Likings(dark=True, zone=VIENNA, start="runs")


def test_what_cannot_be_counts_as_not_said():
    """Another theme, a path for a zone, and values that are no text."""
    made_up = {"ui.theme": "<b>", "ui.timezone": "../../etc/passwd", "ui.start": None}

    assert Likings.of(made_up) == Likings()
    assert Likings.of({"ui.theme": ["dark"], "ui.timezone": {"a": 1}}) == Likings()


def test_times_are_in_ones_own_zone_else_in_the_workspaces():
    """A person without one has the workspace's, and where that is none, UTC."""
    zones = [
        Person("ada", likings=Likings(zone=VIENNA), timezone="Asia/Tokyo").zone,
        Person("ada", timezone="Asia/Tokyo").zone,
        Person("ada", timezone="Nowhere/Else").zone,
    ]

    assert zones == [VIENNA, ZoneInfo("Asia/Tokyo"), UTC]


def test_a_page_shows_times_in_the_zone_that_is_set():
    """Noon of Greenwich is one o'clock in Vienna in winter."""
    noon, before = datetime(2026, 1, 5, 12, tzinfo=UTC), ZONE.set(VIENNA)
    try:
        assert f"{local(noon):%H:%M}" == "13:00"
        assert 'title="Mon 05 Jan 2026, 13:00:00 CET"' in when(noon)
    finally:
        ZONE.reset(before)
