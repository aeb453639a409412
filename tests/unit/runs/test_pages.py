"""The pages of pipelines and runs say what their operations answer, to whom they answer it."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from tests.factories.pages import Answers, opened, text, whole
from tests.factories.runs import START, run_view
from workbench.core.errors import NotFound
from workbench.core.ids import new_id
from workbench.core.operations import Download
from workbench.core.schemas import Page
from workbench.domains.access.schemas import PreferencesView
from workbench.domains.pipelines.schemas import PipelineView
from workbench.domains.runs import schemas as s
from workbench.domains.store.schemas import ColumnView, PreviewView, VersionView
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

PIPELINE = new_id()
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
RUN = PageSpec("runs/{id}", "Run", "runs", "workbench.domains.runs.view.run:run", "runs:read", "Work")
PAGES = (RUN, PageSpec("runs", "Runs", "runs", "m:f", "runs:read", "Work"))
VIEWER = Person("vic", ["viewer"], {"runs:read": "S", "pipelines:read": "S", "me:read": "O"}, ["default"])


def pipeline(**fields):
    """A pipeline of three versions."""
    given = {
        "id": new_id(), "name": "daily", "title": "Daily delays", "description": "", "current_version": 3,
        "owner_id": None, "created_at": START, "updated_at": START, "archived_at": None, "etag": 1,
    }  # fmt: skip
    return PipelineView(**(given | fields))


def run_page(found, acts=(), cells=(), lines=(), more=None, **fields):
    """The page of a run, and what it asked; `more` is what else is answered."""
    from workbench.domains.runs.view.run import RunPage

    caller = Answers(
        runs_show=found, runs_cells=s.CellsView(cells=list(cells)),
        runs_logs=s.LogPage(lines=list(lines), complete=True), runs_cancel=found, runs_retry=found,
        **(more or {}),
    )  # fmt: skip
    page = opened(RunPage, caller, acts, page=RUN, pages=PAGES, subject=str(found.id), **fields)
    return page, [name for name, _ in caller.asked]


def cell(**fields):
    """A cell that took a second."""
    given = {
        "number": 1,
        "first_line": "x = 1",
        "status": "completed",
        "started_at": START,
        "seconds": 1.0,
        "outputs": 0,
    }
    return s.CellLine(**(given | fields))


def test_a_cell_that_a_failed_run_did_not_reach_waits_no_more():
    """It waits while the run goes on; afterwards it was not run."""
    reached = [cell(status="failed"), cell(number=2, status="pending", started_at=None, seconds=None)]

    assert "waits" in text(run_page(run_view(status="running", finished_at=None), cells=reached)[0].cells.object)
    assert "2 x = 1 ◇ not run" in text(run_page(run_view(status="failed"), cells=reached)[0].cells.object)


def test_who_sees_no_code_sees_when_its_cells_ran():
    """No heading promises a first line, and no dots stand for it."""
    shown = text(run_page(run_view(), cells=[cell(first_line="")])[0].cells.object)

    assert "Cell When Status" in shown
    assert "…" not in shown


def test_a_run_leads_to_its_pipeline():
    """By the pipeline's title, for who may open its page."""
    found = run_view(pipeline_id=PIPELINE)
    page, _ = run_page(found)
    assert "Pipeline" not in text(page.facts.object)

    where = PageSpec("pipelines/{name}", "Pipeline", "pipelines", "m:f", "pipelines:read", "Work")
    caller = Answers(runs_show=found, runs_cells=s.CellsView(cells=[]), runs_logs=s.LogPage(lines=[], complete=True))
    from workbench.domains.runs.view.run import RunPage

    page = opened(RunPage, caller, page=RUN, pages=(*PAGES, where), subject=str(found.id))
    assert f'<a href="/workbench/apps/default/pipelines/{PIPELINE}">daily_delays</a>' in page.facts.object


def test_a_run_says_how_it_stands_and_what_each_cell_took():
    """Status, parameters, cells, tables, metrics and the log are on the page."""
    written = [s.TableUse(name="daily", version=3, rows=480)]
    line = s.LogLine(number=1, at=START, cell=1, stream="output", text="hello\n")
    found = run_view(parameters={"month": 3}, tables_written=written, metrics={"mae": 0.5})
    page, _ = run_page(found, cells=[cell(), cell(number=2, status="failed")], lines=[line])

    assert text(page.head.object) == "Runs › daily_delays ● succeeded Retry"
    assert "month 3" in text(page.facts.object)
    assert "1 x = 1 ● done 1.0 s" in text(page.cells.object)
    assert "■ failed" in text(page.cells.object)
    assert "daily v3 480" in text(page.tables.object)
    assert "mae 0.5" in text(page.results.object)
    assert text(page.tabs.object) == "Overview Outputs Log Tables Compare"


def test_a_failure_names_its_cell_and_a_way_out():
    """What went wrong, where, what helps, and the traceback for who wants it."""
    error = s.RunFailure(name="KeyError", message="'day'", cell=2, traceback="File …", fix="Rename the column.")
    page, _ = run_page(run_view(status="failed", error=error))

    assert text(page.error.object) == "■ KeyError in cell 2 'day' What helps: Rename the column. Traceback File …"


def test_what_can_be_done_depends_on_how_it_stands_and_on_who_looks():
    """A run that goes on can be stopped, one that ended can be tried again, and a Viewer does neither."""
    active, ended = run_view(status="running", finished_at=None), run_view()

    assert text(run_page(active)[0].head.object).endswith("running Cancel")
    assert text(run_page(ended)[0].head.object).endswith("succeeded Retry")
    assert text(run_page(active, person=VIEWER)[0].head.object).endswith("running")


def test_who_may_not_read_logs_is_not_even_refused_them():
    """The page of a Viewer asks for the run only."""
    assert run_page(run_view(), person=VIEWER)[1] == ["runs.show"]


def test_pressing_cancel_and_retry_does_it_as_the_person():
    """Both go through their operations; a retry leads to the new run."""
    found = run_view()
    page, asked = run_page(found, [("cancel", []), ("retry", [])])

    assert {"runs.cancel", "runs.retry"} <= set(asked)
    assert page.presence.goes == f"/workbench/apps/default/runs/{found.id}"


def test_an_act_that_is_refused_says_why():
    """The page keeps what it shows, and tells what went wrong above it."""
    from workbench.domains.runs.view.run import RunPage

    found, refusal = run_view(status="running"), NotFound("It is gone.", fix="Look in the list.")
    caller = Answers(
        runs_show=found, runs_cells=s.CellsView(cells=[]), runs_logs=s.LogPage(lines=[], complete=False),
        runs_cancel=refusal,
    )  # fmt: skip
    page = opened(RunPage, caller, [("cancel", [])], page=RUN, pages=PAGES, subject="1")

    assert "It is gone. Look in the list." in text(page.said.object)
    assert "Summary" in text(page.facts.object)


def test_nothing_that_a_run_says_of_itself_is_markup():
    """Titles, parameters, errors, cells, logs, tables, checks and metrics are text."""
    error = s.RunFailure(name=HOSTILE, message=HOSTILE, cell=1, traceback=HOSTILE, fix=HOSTILE)
    uses = [s.TableUse(name=HOSTILE, version=1, rows=1)]
    found = run_view(
        title=HOSTILE, status="failed", parameters={HOSTILE: HOSTILE}, submitted_by=HOSTILE, rights_of=HOSTILE + "2",
        error=error, tables_read=uses, tables_written=uses, metrics={HOSTILE: 1.0},
        checks=[s.CheckView(rule=HOSTILE, rows=1, failing=1)], current_cell=s.CurrentCell(number=1, first_line=HOSTILE),
    )  # fmt: skip
    line = s.LogLine(number=1, at=START, cell=1, stream=HOSTILE, text=HOSTILE)
    page, _ = run_page(found, cells=[cell(first_line=HOSTILE)], lines=[line])

    assert whole(page).count("&lt;script&gt;") > 10
    assert "<script" not in whole(page)
    assert "<img" not in whole(page)


def test_the_log_can_be_searched():
    """What is looked for is asked of the operation, and in the address."""
    line = s.LogLine(number=1, at=START, cell=1, stream="output", text=HOSTILE)
    page, _ = run_page(run_view(), lines=[line], query={"tab": "log", "line": HOSTILE})

    assert "[1] 00:00:00 <script>" in text(page.below.object)
    assert "<script" not in whole(page)
    assert "No line has this text" in text(run_page(run_view(), query={"tab": "log", "line": "x"})[0].below.object)


def test_outputs_are_shown_without_trusting_them():
    """Source, text, tables and pictures of each cell, and the way to the next ones."""
    shown = [
        s.OutputView(media_type="text/html", text=f"<table><tr><td>4</td></tr></table>{HOSTILE}", cut=False),
        s.OutputView(media_type="text/plain", text=HOSTILE, cut=True),
        s.OutputView(media_type="image/png", text="", cut=True),
    ]
    others = [s.CellOutputs(number=n, ran=n == 2, source="x", outputs=[], more=0) for n in (2, 3)]
    view = s.OutputsView(cells=[s.CellOutputs(number=1, source=HOSTILE, outputs=shown, more=0), *others], total=30)
    page, _ = run_page(run_view(), query={"tab": "outputs"}, more={"runs_outputs": view})

    assert "<td>4</td>" in page.below.object
    assert "<script" not in whole(page)
    assert "onerror=alert" not in page.below.object.replace("&lt;img src=x onerror=alert", "")
    assert "Too large to be shown" in text(page.below.object)
    assert "Next cells" in text(page.below.object)
    assert "Cell 2 x x It showed nothing." in text(page.below.object)
    assert "Cell 3 x x It did not run." in text(page.below.object)


def test_what_takes_long_to_draw_is_drawn_off_the_event_loop(monkeypatch):
    """The loop is that of all pages of all people."""
    from workbench.domains.runs.view import run_figures, run_parts

    def nobody_waits(*_):
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        return "drawn"

    monkeypatch.setattr(run_parts, "outputs", nobody_waits)
    monkeypatch.setattr(run_figures, "opened", nobody_waits)
    found = run_view(figures=["delays"])
    outputs, _ = run_page(found, query={"tab": "outputs"}, more={"runs_outputs": s.OutputsView(cells=[], total=0)})
    overview, _ = run_page(found, more={"runs_figure": Download(b"", "image/png")})

    assert outputs.below.object == "drawn"
    assert [figure.found for figure in overview.figures._loaded] == ["drawn"]


def test_parameters_that_nobody_gave_are_told_as_defaults():
    """In the summary, and where two runs are compared."""
    given = {"parameters": {"month": 3}, "defaults": {"carrier": "UA"}}
    before, run = run_view(pipeline_id=PIPELINE), run_view(pipeline_id=PIPELINE, **given)
    one = s.Difference(name="month", before=1, after=3, defaults=["before"])
    diff = s.RunDiff(run=run, other=before, parameters=[one], metrics=[], tables=[], cells=[])
    more = {"runs_list": Page(items=[run, before]), "runs_diff": diff}

    assert "month 3 carrier UA default" in text(run_page(run)[0].facts.object)
    assert "month 1 default 3 parameter" in text(run_page(run, query={"tab": "compare"}, more=more)[0].below.object)


def test_tables_are_previewed_with_what_changed():
    """Rows and columns that came and went, and hostile values as text."""
    column = ColumnView(name=HOSTILE, type="VARCHAR")
    versions = [
        VersionView(
            version=number, mode="merge", rows=rows, rows_written=3, bytes=1, columns=columns, run_id=None,
            author="ada", message="", created_at=START,
        )
        for number, rows, columns in ((2, 13, [column]), (1, 10, [ColumnView(name="old", type="INTEGER")]))
    ]  # fmt: skip
    preview = PreviewView(name="daily", version=2, columns=[column], rows=[[HOSTILE], [None]], total=13)
    found = run_view(tables_written=[s.TableUse(name="daily", version=2, rows=3)])
    given = {
        "tables_preview": preview,
        "tables_versions": lambda name, upto, limit: Page(
            items=versions if (name, upto, limit) == ("daily", 2, 2) else []
        ),
    }
    page, _ = run_page(found, query={"tab": "tables"}, more=given)

    said = text(page.below.object)
    assert "+3 rows since v1; 3 written by merge; new columns:" in said
    assert "columns gone: old." in said
    assert "2 of 13 rows" in said
    assert "<script" not in whole(page)


@pytest.mark.parametrize(
    ("number", "said"), [(1, "New, with 10 rows."), (7, "10 rows; the version before it is gone.")]
)
def test_only_a_tables_first_version_is_new(number, said):
    """Not one whose version before is gone."""
    after = VersionView(
        version=number, mode="append", rows=10, rows_written=3, bytes=1, columns=[], run_id=None, author="ada",
        message="", created_at=START,
    )  # fmt: skip
    preview = PreviewView(name="daily", version=number, columns=[], rows=[], total=10)
    found = run_view(tables_written=[s.TableUse(name="daily", version=number, rows=3)])
    page, _ = run_page(
        found, query={"tab": "tables"}, more={"tables_preview": preview, "tables_versions": Page(items=[after])}
    )

    assert said in text(page.below.object)


def test_a_table_that_may_not_be_seen_is_no_end_of_the_page():
    """The refusal stands in its place."""
    found = run_view(tables_written=[s.TableUse(name="daily", version=2, rows=3)])
    page, _ = run_page(found, query={"tab": "tables"}, more={"tables_preview": NotFound("There is no table 'daily'.")})

    assert "There is no table 'daily'." in text(page.below.object)


def test_a_run_is_compared_with_the_one_before_it():
    """Unless another is chosen; what differs is told by name."""
    before, after = sorted(
        [run_view(pipeline_id=PIPELINE), run_view(pipeline_id=PIPELINE)], key=lambda run: str(run.id)
    )
    diff = s.RunDiff(
        run=after, other=before, parameters=[s.Difference(name=HOSTILE, before=1, after=HOSTILE)],
        metrics=[s.Difference(name="mae", before=0.5, after=None)], tables=[],
        cells=[s.Difference(name=HOSTILE, before=1.0, after=2.5)],
    )  # fmt: skip
    asked = {}
    more = {"runs_list": Page(items=[after, before]), "runs_diff": lambda **fields: asked.update(fields) or diff}
    page, _ = run_page(after, query={"tab": "compare"}, more=more)

    assert asked == {"id": str(after.id), "other": str(before.id)}
    assert "mae 0.5 none metric" in text(page.below.object)
    assert "1.0 s 2.5 s" in text(page.below.object)
    assert "<script" not in whole(page)


@pytest.mark.parametrize("seen", [True, False])
def test_a_run_of_a_hidden_pipeline_is_compared_with_what_is_seen(seen):
    """Of the runs that are shown to the person anyway; that the others are not is said."""
    before, after = sorted(
        [run_view(pipeline_id=PIPELINE), run_view(pipeline_id=PIPELINE)], key=lambda run: str(run.id)
    )
    diff = s.RunDiff(run=after, other=before, parameters=[], metrics=[], tables=[], cells=[])

    def listed(pipeline=None, **_):
        if pipeline:
            raise NotFound("There is no such pipeline.")
        return Page(items=[after, run_view(), *([before] if seen else [])])

    page, _ = run_page(after, query={"tab": "compare"}, more={"runs_list": listed, "runs_diff": diff})

    assert "You may see this run, but not its pipeline" in text(page.below.object)
    assert ("That run This run" in text(page.below.object)) is seen
    assert page.trouble.object == ""


def test_figures_are_asked_for_once_and_shown():
    """A picture as a picture; one that cannot be shown says why."""
    found = run_view(figures=["on_time", "odd"])
    pictures = {"on_time": Download(b"\x89PNG", "image/png"), "odd": Download(b"x", "text/x-odd")}
    more = {"runs_figure": lambda name, **_: pictures[name]}
    page, asked = run_page(found, [("choose", [["tab", "overview"]])], more=more)

    assert asked.count("runs.figure") == 2
    assert 'src="data:image/png;base64,' in whole(page)
    assert "A picture of type text/x-odd is not shown." in text(whole(page))


def test_runs_are_listed_with_their_errors_and_lead_to_their_pages():
    """Each line is a link; a filter that finds nothing says so."""
    from workbench.domains.runs.view.runs import Runs

    error = s.RunFailure(name="ValueError", message=HOSTILE)
    found = run_view(title=HOSTILE, status="failed", error=error)
    caller = Answers(runs_list=Page(items=[found], next="abc"))
    page = opened(Runs, caller, query={"status": "failed", "q": HOSTILE})

    assert f'href="/workbench/apps/default/runs/{found.id}"' in page.list.object
    assert "ValueError" in text(page.list.object)
    assert "Next page" in text(page.list.object)
    assert "<script" not in whole(page)
    assert caller.asked[0][1]["status"] == "failed"
    nothing = opened(Runs, Answers(runs_list=Page(items=[])), query={"status": "failed"})
    assert "No run is like that" in text(nothing.list.object)


def test_runs_are_told_apart_by_what_they_were_given():
    """Lines of one pipeline differ; what is long is cut, and what was not given is not there."""
    from workbench.domains.runs.view.runs import Runs

    found = [
        run_view(parameters={"month": 3, "carrier": "UA"}),
        run_view(parameters={"note": HOSTILE * 9}),
        run_view(parameters={}),
    ]
    page = opened(Runs, Answers(runs_list=Page(items=found)))

    assert "month=3, carrier=UA" in text(page.list.object)
    assert "note=<script>" in text(page.list.object)
    assert page.list.object.count("…") == 1
    assert "<script" not in whole(page)


def test_choosing_something_else_goes_back_to_the_first_page():
    """A cursor belongs to the list that it was given out for."""
    from workbench.domains.runs.view.runs import Runs

    caller = Answers(runs_list=Page(items=[], next=None))
    page = opened(Runs, caller, [("choose", [["cursor", "abc"]]), ("choose", [["status", "active"], ["x", "y"]])])

    assert page.chosen == dict.fromkeys(Runs.asks, "") | {"status": "active"}


def test_what_a_link_narrows_the_list_to_is_said_and_can_be_taken_away():
    """A kind of failure and a span of time go to the operation; a press of the button shows all kinds again."""
    from workbench.domains.runs.view.runs import Runs

    caller = Answers(runs_list=Page(items=[], next=None))
    query = {"error": "ab12", "longer": "2.50", "since": "7d", "status": "broken"}
    page = opened(Runs, caller, [("choose", [["error", ""]])], query=query)

    first, second = (fields for _, fields in caller.asked)
    assert (first["error"], first["longer"], first["broken"], first["status"]) == ("ab12", "2.50", True, None)
    assert second["error"] is None
    assert text(page.narrowed.object) == "Only those that took 2.50 s or more ✕"


def test_pipelines_show_how_they_have_been_running():
    """The last run with its state, the latest ones as bars, and a star that is remembered."""
    from workbench.domains.runs.view.pipelines import STARRED, Pipelines

    found = pipeline(name="daily", title=HOSTILE)
    mark = s.RunMark(id=new_id(), status="failed", submitted_by="ada", submitted_at=START, seconds=4.0)
    caller = Answers(
        pipelines_list=Page(items=[found]), preferences_show=PreferencesView(values={}),
        preferences_set=PreferencesView(values={}),
        runs_latest=s.LatestView(items=[s.PipelineRuns(pipeline_id=found.id, runs=[mark])]),
    )  # fmt: skip
    page = opened(Pipelines, caller, [("star", [["id", str(found.id)]])])

    assert f"{HOSTILE} daily v3 ■ failed" in text(page.list.object)
    assert "4.0 s" in text(page.list.object)
    assert f'href="/workbench/apps/default/runs/{mark.id}"' in page.list.object
    assert "<script" not in whole(page)
    assert ("preferences.set", {"name": STARRED, "value": [str(found.id)]}) in caller.asked


@pytest.mark.parametrize("seconds", [1.0, 0.0])
def test_the_bars_of_cells_stay_within_their_place(seconds):
    """A cell's bar begins where the cell did and never leaves the row, however short the whole run."""
    later = cell(number=2, started_at=START + timedelta(seconds=seconds), seconds=seconds)
    page, _ = run_page(run_view(), cells=[cell(seconds=seconds), later])

    for begun, width in re.findall(r"margin-inline-start:([\d.]+)%;width:([\d.]+)%", page.cells.object):
        assert 0 <= float(begun) + float(width) <= 100.01
