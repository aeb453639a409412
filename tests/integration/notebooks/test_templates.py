"""Each template becomes a pipeline by its form alone, and the pipeline does what the template says."""

import pytest

from workbench.core.errors import AlreadyExists, Invalid
from workbench.demo.api import ensure

pytestmark = pytest.mark.timeout(300)

USED = [
    (
        "ingest_database",
        {"connector": "weather_db", "table": "weather", "target": "t_weather", "columns": ["origin", "time_hour"]},
        ["weather_db.weather"],
        "SELECT count(*) > 20000 FROM t_weather",
    ),
    (
        "ingest_api",
        {"connector": "reference_api", "resource": "airlines", "target": "t_airlines", "key": ["carrier"]},
        ["reference_api.airlines"],
        "SELECT count(*) = 16 FROM t_airlines",
    ),
    (
        "ingest_files",
        {"connector": "flights_files", "files": "flights", "target": "t_flights", "required": ["carrier"]},
        ["flights_files.flights"],
        "SELECT count(*) > 300000 FROM t_flights",
    ),
    (
        "join_and_aggregate",
        {"left": "flights", "right": "airlines", "on": ["carrier"], "group_by": ["name"], "measure": ["distance"],
         "aggregates": ["sum", "mean"], "target": "t_by_airline"},
        ["airlines", "flights"],
        "SELECT count(*) = 16 AND sum(distance_sum) = (SELECT sum(distance) FROM flights) FROM t_by_airline",
    ),
    (
        "quality_report",
        {"table": "airlines", "target": "t_report", "required": ["name"], "unique": ["carrier"], "rules": ["1 = 2"]},
        ["airlines"],
        'SELECT count(*) = 2 AND max(missing) = 0 AND min("distinct") > 10 FROM t_report',
    ),
    (
        "kpi_dashboard",
        {"table": "daily_delays", "date_column": "day", "measure": "flights", "target": "t_kpi"},
        ["daily_delays"],
        "SELECT count(*) = 365 AND sum(value) = 336776 FROM t_kpi",
    ),
]  # fmt: skip


SOON = ("join_and_aggregate", "kpi_dashboard")  # each takes a kernel's start; the others are for a thorough run
CASES = [pytest.param(*one, id=one[0], marks=[] if one[0] in SOON else [pytest.mark.thorough]) for one in USED]


@pytest.mark.parametrize(("template", "form", "reads", "proof"), CASES)
def test_a_form_makes_a_pipeline_that_runs(world, template, form, reads, proof):
    """Filled in, registered with what it reads and writes, run: the table holds what it should."""
    ensure(world.home)  # serves the practice API

    made = world.caller.call("templates.use", id=template, name=f"from_{template}", parameters=form)
    version = world.caller.call("pipelines.show_version", id=made.name, number=made.number)

    run = world.run(made.name)

    assert (made.created, version.reads, version.writes) == (True, reads, [form["target"]])
    assert (run.status, run.error) == ("succeeded", None)
    assert world.rows(proof) == [(True,)]


def test_a_form_is_checked_before_anything_is_made(world):
    """What is missing and what is unknown is named at once, and no pipeline is there afterwards."""
    with pytest.raises(Invalid) as refusal:
        world.caller.call("templates.use", id="quality_report", name="nothing", parameters={"tabel": "x"})

    assert {one["pointer"] for one in refusal.value.errors} == {
        "/parameters/tabel",
        "/parameters/table",
        "/parameters/target",
    }
    assert world.caller.call("pipelines.list", q="nothing").items == []


def test_a_template_never_changes_a_pipeline_that_is_there(world):
    """A name that is taken is refused."""
    form = {"table": "airlines", "target": "t_report"}

    with pytest.raises(AlreadyExists):
        world.caller.call("templates.use", id="quality_report", name="daily_delays", parameters=form)


def test_templates_are_found_by_what_they_do(world):
    """The list is searched by title and description."""
    found = world.caller.call("templates.list", q="missing").items

    assert [one.name for one in found] == ["quality_report"]
    assert "table" in world.caller.call("templates.show", id="quality_report").form["required"]
