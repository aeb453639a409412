"""A live page shows a run's figures, says where each comes from, and runs what is chosen beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.factories.pages import Answers, opened, text, whole
from tests.factories.runs import START, run_view
from workbench.core.errors import Invalid, NotFound
from workbench.core.ids import new_id
from workbench.core.operations import Download
from workbench.core.schemas import Page
from workbench.domains.access.schemas import Told
from workbench.domains.pipelines import schemas as p
from workbench.domains.runs import schemas as s
from workbench.domains.runs.view.provenance import logged_in
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
HERE = PageSpec("live/{name}", "Live page", "pipelines", "m:f", "runs:read", "Work", above="pipelines")
PAGES = (
    HERE, PageSpec("runs/{id}", "Run", "runs", "m:f", "runs:read", "Work"),
    PageSpec("tables/{name}", "Table", "tables", "m:f", "tables:read", "Data"),
)  # fmt: skip
VIEWER = Person("vic", ["viewer"], {"runs:read": "S", "pipelines:read": "S", "me:read": "O"}, ["default"])
SCHEMA = {"properties": {"month": {"type": "integer", "default": 1, "title": "Month"}}}
SOURCE = 'wb.log_metric("late_share", 0.5)\nwb.log_figure("by_day", plot)'
ID = new_id()
DONE = run_view(
    pipeline_id=ID, parameters={"month": 4}, metrics={"late_share": 0.25}, figures=["by_day"], pipeline_version=3,
    tables_written=[s.TableUse(name="daily", version=7)],
)  # fmt: skip


def cell(source: str = SOURCE, number: int = 5) -> s.CellOutputs:
    """A cell with its source, that showed a text."""
    shown = s.OutputView(media_type="text/plain", text="shown by the cell", cut=False)
    return s.CellOutputs(number=number, source=source, outputs=[shown], more=0)


def _of_id(runs, wanted):
    return next(run for run in runs if str(run.id) == wanted)


def page(acts=(), runs=(DONE,), **answers):
    """The live page of a pipeline with some runs, the newest first, and what it asked."""
    from workbench.domains.runs.view.live import LivePage

    fields = {key: answers.pop(key) for key in ("query", "person", "origin") if key in answers}
    view = p.PipelineDetail(
        id=ID, name="daily", title=answers.pop("title", "Daily"), description="", current_version=3,
        owner_id=None, created_at=START, updated_at=START, archived_at=None, etag=1,
        may_run=answers.pop("may_run", True), may_restore=True, may_publish=True, may_archive=True, may_share=True,
        late_after=answers.pop("late_after", None),
    )  # fmt: skip

    def listed(status=None, limit=0, **_: Any) -> Page[s.RunView]:
        return Page(items=[run for run in runs if status in (None, run.status)][:limit])

    given = {
        "pipelines_show": view, "runs_list": listed, "runs_show": lambda **asked: _of_id(runs, asked["id"]),
        "pipelines_parameters": p.ParametersView(pipeline="daily", number=3, parameters=SCHEMA),
        "runs_figure": Download(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        "runs_outputs": s.OutputsView(cells=[cell()], total=1), "tables_preview": NotFound("It is gone."),
    }  # fmt: skip
    caller = Answers(**(given | answers))
    return opened(LivePage, caller, acts, page=HERE, pages=PAGES, subject="daily", **fields), caller.asked


def test_a_run_shows_its_figures_and_whence_they_are():
    """The number, the cell that logged it and the run are there, and the form says what they were made of."""
    shown, _ = page()

    assert "With month=4 Late share 0.25 cell 5" in text(shown.numbers.object)
    assert [card.name for card in shown.figures.cards] == ["by_day"]
    assert f"from run {str(DONE.id)[:13]}" in text(shown.head.object)
    assert 'value="4"' in shown.form.object


def test_figures_that_are_late_are_told_apart_unless_the_page_stays_with_a_run():
    """What follows the newest run is late after the hours that its notebook allows; what was chosen is what it is."""
    said = [
        "▲ data as of" in text(page(**given)[0].head.object)
        for given in ({"late_after": 1e-6}, {"late_after": 1e9}, {"late_after": 1e-6, "query": {"run": str(DONE.id)}})
    ]

    assert said == [True, False, False]


def test_who_may_not_see_it_can_ask_and_who_may_can_report_a_problem():
    """Both reach the owner of the pipeline; nothing tells whether there is one."""
    told = Told(detail="x")
    missing, asked = page(
        [("request", [["text", "please"]])], pipelines_show=NotFound("None."), pipelines_request_access=told
    )
    _, reported = page([("report", [["text", "upside down"]])], pipelines_report_problem=told)

    assert "You see no live page here" in text(missing.numbers.object)
    assert ("pipelines.request_access", {"id": "daily", "message": "please"}) in asked
    assert ("pipelines.report_problem", {"id": "daily", "text": "upside down"}) in reported


def test_a_number_tells_its_cell_its_run_and_its_tables():
    """What is pressed is in the address; behind it are the source, and links to the run and to the table's version."""
    shown, _ = page(query={"behind": "metric.late_share"})

    behind = shown.behind.object
    assert "wb.log_metric(&#34;late_share&#34;, 0.5)" in behind
    assert f'href="/workbench/apps/default/runs/{DONE.id}"' in behind
    assert 'href="/workbench/apps/default/tables/daily?version=7"' in behind


def test_what_is_chosen_runs_once():
    """A change starts the pipeline with it; the same again starts nothing, and Run always does."""
    march = [["month", "3"]]
    queued = run_view(status="queued")
    acts = [("changed", march), ("changed", march), ("run", march)]
    shown, asked = page(acts, runs_start=queued, runs_cancel=queued)

    started = [fields for name, fields in asked if name == "runs.start"]
    assert started == [{"id": "daily", "texts": {"month": "3"}}] * 2
    assert text(shown.said.object) == ""


def test_what_is_no_longer_wanted_is_cancelled():
    """A choice while the run of the one before is on ends that run."""
    queued = run_view(status="queued")
    _, asked = page(
        [("changed", [["month", "3"]]), ("changed", [["month", "4"]])], runs_start=queued, runs_cancel=queued
    )

    assert [name for name, _ in asked if name in ("runs.start", "runs.cancel")] == [
        "runs.start",
        "runs.cancel",
        "runs.start",
    ]


def test_cells_tick_while_the_figures_are_those_from_before():
    """The newest run's cell k of n stands beside the form; what is shown stays until it has succeeded."""
    running = run_view(
        status="running", finished_at=None, cells_done=2, cells_total=9,
        current_cell=s.CurrentCell(number=3, first_line="daily = joined.groupby()"),
    )  # fmt: skip
    shown, _ = page(runs=(running, DONE))

    assert "cell 3 of 9 daily = joined.groupby()" in text(shown.progress.object)
    assert 'aria-valuenow="2"' in shown.progress.object
    assert f"from run {str(DONE.id)[:13]}" in text(shown.head.object)


def test_a_run_that_failed_says_why_and_leaves_the_figures():
    """The cause stands beside the form, the figures are those of the last that succeeded."""
    failed = run_view(status="failed", error=s.RunFailure(name="ValueError", message="month is 13", cell=2))
    shown, _ = page(runs=(failed, DONE))

    assert "ValueError in cell 2 month is 13" in text(shown.progress.object)
    assert "0.25" in text(shown.numbers.object)


def test_a_pinned_page_stays_with_its_run():
    """With a run in its address it shows that run, though there is a newer one; Live lets go of it."""
    newer = run_view(metrics={"late_share": 0.75}, submitted_at=START + timedelta(hours=1))
    shown, _ = page(runs=(newer, DONE), query={"run": str(DONE.id)})

    assert "0.25" in text(shown.numbers.object)
    assert 'data-name="run" data-value="" aria-pressed="false">Live' in shown.head.object


def test_a_run_of_another_pipeline_is_not_shown_as_its_own():
    """An address that was put together wrongly says so."""
    shown, _ = page(runs=(run_view(pipeline_id=new_id()), DONE), query={"run": "of another"}, runs_show=run_view())

    assert "not of this pipeline" in text(shown.trouble.object)
    assert shown.figures.cards == []


def test_a_value_that_cannot_be_used_is_told_at_its_field():
    """And what was typed is still there."""
    refusal = Invalid("No.", errors=[{"pointer": "/parameters/month", "message": "must be a whole number"}])
    shown, _ = page([("run", [["month", "x"]])], runs_start=refusal)

    assert "must be a whole number" in text(shown.form.object)
    assert 'value="x"' in shown.form.object


def test_without_figures_it_shows_what_the_cells_showed():
    """Any papermill notebook has a live page."""
    shown, _ = page(runs=(run_view(),))

    assert "Cell 5" in text(shown.rest.object)
    assert "shown by the cell" in text(shown.rest.object)


def test_who_may_not_run_it_sees_no_form_and_no_code():
    """A Viewer sees the figures of what was shared with her, and nothing to press but where they come from."""
    shown, asked = page(may_run=False, person=VIEWER, runs=(run_view(metrics={"late_share": 0.25}),))

    assert (shown.form.object, shown.code.object) == (str(shown.form.object), "")
    assert "gone" in shown.form.css_classes
    assert "runs.outputs" not in [name for name, _ in asked]
    assert "0.25" in text(shown.numbers.object)


def test_before_the_first_run_it_says_what_to_do():
    """Nothing is empty without a word."""
    shown, _ = page(runs=())

    assert "It has not run yet" in text(shown.numbers.object)
    assert "press Run" in text(shown.numbers.object)


def test_the_call_can_be_copied_into_a_shell():
    """The address is as the browser knows it, the values are those of the form, the token is a variable."""
    hostile = run_view(parameters={"name": "it's $HOME"})
    shown, _ = page(runs=(hostile,), origin="http://localhost:8888")

    said = text(shown.code.object)
    assert "curl http://localhost:8888/workbench/api/v1/w/default/pipelines/daily/runs" in said
    assert """-d '{"parameters": {"name": "it'"'"'s $HOME"}}'""" in said
    assert '-H "Authorization: Bearer $TOKEN"' in said


def test_nothing_that_people_wrote_is_markup():
    """Names, values, sources and outputs are text."""
    run = run_view(
        title=HOSTILE, submitted_by=HOSTILE, parameters={HOSTILE: HOSTILE}, metrics={HOSTILE: 1.0}, figures=[HOSTILE],
        tables_written=[s.TableUse(name=HOSTILE, version=1)],
    )  # fmt: skip
    source = f"wb.log_metric({HOSTILE!r}, 1)"
    shown, _ = page(
        runs=(run,), title=HOSTILE, query={"behind": f"metric.{HOSTILE}"},
        runs_outputs=s.OutputsView(cells=[cell(source)], total=1),
    )  # fmt: skip

    assert "&lt;script&gt;" in shown.behind.object
    assert "<script" not in whole(shown)
    assert "<img src=x" not in whole(shown)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('wb.log_metric("a", 1)', [("metric", "a")]),
        ('from workbench import log_figure\nlog_figure("b", plot)', [("figure", "b")]),
        ('for name in "ab":\n    wb.log_metric(name, 1)', []),
        ("%matplotlib inline\nwb.log_metric('c', 1)", []),
        ("\0", []),
    ],
)
def test_the_cell_that_logged_a_name_is_found_in_the_code(source, found):
    """Names that stand in the code are found; what is computed, or is no Python, is not."""
    assert list(logged_in([cell(source)])) == found
