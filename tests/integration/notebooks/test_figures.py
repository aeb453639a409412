"""What the demo tells of 2013 is true, and the same wherever it is told: dashboard, scorecard and figures of a run."""

from __future__ import annotations

import pandas as pd
import pytest

from .test_pipelines import first_run

LATE_AFTER = 15  # minutes, as the notebook has it


@pytest.fixture(scope="module")
def flights(world):
    """Every flight as the source has it, before any notebook."""
    return pd.read_parquet(world.home / "sources" / "files" / "flights")


def figures(flights):
    """What the flights come to: shares of those that departed, but cancelled ones of all."""
    departed = flights[flights["dep_time"].notna()]
    return {
        "flights": len(flights),
        "late": (departed["dep_delay"] > LATE_AFTER).mean(),
        "cancelled": flights["dep_time"].isna().mean(),
        "delay": departed["dep_delay"].mean(),
    }


def shown(world, **filters):
    """The cards of the dashboard, by id."""
    return {card.id: card for card in world.caller.call("dashboards.data", id="on_time", filters=filters).cards}


@pytest.mark.parametrize("carrier", [None, "YV", "OO"])  # of OO many flights were cancelled
def test_the_dashboard_tells_what_the_flights_come_to(world, flights, carrier):
    """Its numbers are those of the raw data, of all airlines and of one."""
    filters = {"carrier": {"any_of": [carrier]}} if carrier else {}
    mine = flights[flights["carrier"] == carrier] if carrier else flights

    cards = shown(world, **filters)

    expected = figures(mine)
    assert {name: cards[name].value for name in expected} == pytest.approx(expected)


def test_each_airline_has_one_share_of_late_flights(world, flights):
    """The bars and the scorecard beside them tell the same, that of the raw data."""
    truth = {carrier: figures(one) for carrier, one in flights.groupby("carrier")}

    bars = {row[0]: row[1] for row in shown(world)["airlines"].rows}
    scored = world.rows("SELECT carrier, 1 - on_time, dep_delay FROM carrier_scorecard")

    assert bars == pytest.approx({name: one["late"] for name, one in truth.items()})
    for carrier, late, delay in scored:
        assert (late, delay) == pytest.approx((truth[carrier]["late"], truth[carrier]["delay"]))


def test_the_figures_of_the_run_are_those_of_the_dashboard(world):
    """The live page shows what the notebook logged, and it is what the dashboard answers."""
    run = first_run(world, "daily_delays")

    assert run.metrics["late_share"] == pytest.approx(shown(world)["late"].value)
