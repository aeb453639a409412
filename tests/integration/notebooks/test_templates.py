"""Each template becomes a pipeline by its form alone, and the pipeline does what the template says."""

import json

import pytest
from sqlalchemy import update

from workbench.core.errors import AlreadyExists, Conflict, Invalid
from workbench.demo.api import ensure
from workbench.domains.pipelines.models import PipelineVersion

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


REPORT = {"table": "airlines", "target": "t_report"}
JOIN = {"left": "daily_delays", "right": "airlines", "on": ["carrier"], "group_by": ["carrier"], "target": "t_join"}
UNFIT = {
    "a table that is not there": ("quality_report", REPORT | {"table": "airplanes"}, {"table": "no table"}),
    "a name that no table has": ("quality_report", REPORT | {"target": "My Report"}, {"target": "no name of a table"}),
    "a column that it has not": ("quality_report", REPORT | {"unique": ["id"]}, {"unique": "id; there are"}),
    "a rule that cannot be read": ("quality_report", REPORT | {"rules": ["name >"]}, {"rules": "'name >'"}),
    "a rule of another type": ("quality_report", REPORT | {"rules": ["name > 3"]}, {"rules": "'name > 3'"}),
    "a column of one table to join by": ("join_and_aggregate", JOIN | {"on": ["name"]}, {"on": "not in all"}),
    "nothing to join by": ("join_and_aggregate", JOIN | {"on": []}, {"on": "names no column by which"}),
    "a measure of texts": ("join_and_aggregate", JOIN | {"measure": ["name"]}, {"measure": "holds no numbers: name"}),
    "a condition on what is not there": ("join_and_aggregate", JOIN | {"where": "moth = 3"}, {"where": "moth"}),
    "a day that is none": (
        "kpi_dashboard", {"table": "daily_delays", "date_column": "carrier", "measure": "flights", "target": "t"},
        {"date_column": "holds no days or times"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("template", "form", "told"), UNFIT.values(), ids=UNFIT)
def test_what_cannot_work_is_told_at_its_field(world, template, form, told):
    """Each is refused before a pipeline is made of it, and the others are not blamed."""
    with pytest.raises(Invalid) as refusal:
        world.caller.call("templates.use", id=template, name="unfit", parameters=form)

    found = {one["pointer"].removeprefix("/parameters/"): one["message"] for one in refusal.value.errors}
    assert found.keys() == told.keys()
    assert all(part in found[name] for name, part in told.items())
    assert world.caller.call("pipelines.list", q="unfit").items == []


def test_what_was_filled_in_stays_with_the_pipeline_and_is_filled_in_anew(world):
    """A version says what was filled in; other values become the next version, under the title that it has by then."""
    call, form = world.caller.call, REPORT | {"unique": ["carrier"], "rules": ["name <> 'x'"]}
    call("templates.use", id="quality_report", name="again", parameters=form)
    first = call("pipelines.show_version", id="again", number=1)
    call("pipelines.update", id="again", title="Ours")

    made = call("templates.use", id="quality_report", name="again", parameters=REPORT, replaces=True)
    second = call("pipelines.show_version", id="again", number=2)

    assert (first.template.name, first.template.values, first.template.changed) == ("quality_report", form, False)
    assert (made.number, made.created, made.title) == (2, True, "Ours")
    assert (second.template.values, second.template.changed) == (REPORT, False)


def test_a_version_is_looked_into_once_for_its_template(world):
    """Pages of a pipeline ask at each look; what a digest says is known by then, and the notebook is not read again."""
    call = world.caller.call
    call("templates.use", id="quality_report", name="kept", parameters=REPORT)
    first = call("pipelines.show_version", id="kept", number=1)
    with world.caller.workbench.unit_of_work() as db:
        db.execute(update(PipelineVersion).where(PipelineVersion.digest == first.digest).values(content=b"unread"))

    assert call("pipelines.show_version", id="kept", number=1) == first


def test_what_somebody_wrote_since_is_not_filled_in_over(world):
    """A notebook that is not what the template makes of its values is not replaced, nor is one of another template."""
    call = world.caller.call
    call("templates.use", id="quality_report", name="edited", parameters=REPORT)
    notebook = json.loads(call("pipelines.notebook", id="edited", number=1).content)
    notebook["cells"][-1]["source"] += "\nprint('mine')"
    call("pipelines.register", notebook=notebook, name="edited")

    assert call("pipelines.show_version", id="edited", number=2).template.changed
    for name in ("edited", "daily_delays"):
        with pytest.raises(Conflict) as refused:
            call("templates.use", id="quality_report", name=name, parameters=REPORT, replaces=True)
        assert refused.value.code == "not_of_the_template"


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
