"""The monitoring page says what its operations answer, and each figure leads to the runs behind it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from tests.factories.pages import Answers, opened, text, whole
from tests.factories.runs import run_view
from workbench.core.clock import now
from workbench.core.errors import Unavailable
from workbench.core.ids import new_id
from workbench.core.schemas import Page
from workbench.domains.monitoring import schemas as s
from workbench.domains.runs.schemas import CurrentCell
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

HOSTILE = '<script>alert("x")</script>'
PAGE = PageSpec("monitoring", "Monitoring", "monitoring", "m:f", "runs:read", "Insight")
PAGES = (PAGE, PageSpec("tables", "Tables", "tables", "m:f", "tables:read", "Data"))
VIEWER = Person("vic", ["viewer"], {"runs:read": "S", "tables:read": "S"}, ["default"])
QUIET = {"running": 0, "waiting": 0, "longest_wait": None, "executing": True, "slots": 4, "slots_free": 4}


def ago():
    """Five minutes before now, whenever the test runs."""
    return now() - timedelta(minutes=5, seconds=5)


def history(**fields):
    """Two parts of a day, in the later of which one of three runs failed."""
    at = now() - timedelta(hours=2)
    buckets = [
        s.Bucket(begins_at=at, succeeded=0, failed=0, others=0), s.Bucket(begins_at=at, succeeded=2, failed=1, others=0)
    ]  # fmt: skip
    given = {"period": "24h", "since": at, "buckets": buckets, "pipelines": [], "failures": [], "slow_cells": []}
    return s.HistoryView(**(given | fields))


def monitoring(present=QUIET, runs=(), past=None, tables=(), connectors=(), acts=(), **fields):
    """The page, and what it asked."""
    from workbench.domains.monitoring.view.page import Monitoring

    sources = s.SourcesView(tables=list(tables), late=sum(one.late for one in tables), connectors=list(connectors))
    caller = Answers(
        monitoring_now=present if isinstance(present, Exception) else s.NowView(**present),
        runs_list=Page(items=list(runs)), monitoring_history=past or history(), monitoring_sources=sources,
    )  # fmt: skip
    return opened(Monitoring, caller, acts, page=PAGE, pages=PAGES, **fields), caller.asked


def links(pane):
    """The addresses that a part leads to, below the workspace's own."""
    return [unescape(href).partition("/default/")[2] for href in re.findall(r'href="([^"]+)"', pane.object)]


def test_figures_lead_to_the_runs_behind_them():
    """What is under way, what succeeded and failed of the period, and all of it."""
    page, _ = monitoring(QUIET | {"running": 1, "waiting": 2, "slots_free": 3})

    assert text(page.figures.object) == (
        "Under way 1 ○ 2 waiting · 3 of 4 slots free Succeeded 67 % ■ 1 failed Runs that ended in each part of the "
        "last 24 hours; red where one failed Runs, 24 hours 3 Runs submitted in each part of the last 24 hours "
        "Late tables –"
    )
    assert links(page.figures) == [
        "runs?status=active", "runs?status=queued", "runs?since=24h&status=succeeded", "runs?since=24h&status=broken",
        "runs?since=24h",
    ]  # fmt: skip


def test_a_run_under_way_says_at_which_cell_it_is():
    """Its number and how many there are, as words and as a bar."""
    at = CurrentCell(number=3, first_line="fit(model)")
    run = run_view(status="running", finished_at=None, cells_total=4, cells_done=2, current_cell=at)
    page, _ = monitoring(QUIET | {"running": 1}, [run])

    assert "◐ running daily_delays ada 3 of 4" in text(page.active.object)
    assert 'aria-valuenow="2"' in page.active.object


def test_failures_percentiles_and_cells_lead_to_their_runs():
    """A group to the runs that failed so, a percentile to those that took as long, a cell to the run that it was in."""
    pipeline, run = new_id(), new_id()
    figures = s.PipelineFigures(
        pipeline_id=pipeline, title="daily", runs=9, succeeded=8, failed=1, p50=2.0, p90=3.0, p99=125.0
    )
    failed = s.FailureGroup(
        error_group="ab12", name="KeyError", message="'day'", cell=2, title="daily", runs=5, latest_at=ago(),
        latest_run=run,
    )  # fmt: skip
    slow = s.SlowCell(
        pipeline_id=pipeline, title="daily", cell=4, runs=7, mean_seconds=1.5, most_seconds=9, slowest_run=run
    )
    page, _ = monitoring(past=history(pipelines=[figures], failures=[failed], slow_cells=[slow]))

    of = f"runs?since=24h&pipeline={pipeline}"
    assert "KeyError 'day' daily, cell 2, 5 min ago 2 5 5 min ago daily" in text(page.failures.object)
    assert links(page.failures) == ["runs?since=24h&error=ab12", "runs?since=24h&error=ab12", f"runs/{run}"]
    assert "daily 9 1 failed 2.0 s 3.0 s 2 min 05 s" in text(page.durations.object)
    assert of in links(page.durations)
    assert f"runs?since=24h&status=succeeded&longer=125.00&pipeline={pipeline}" in links(page.durations)
    assert "daily cell 4, slowest of 7 runs 1.5 s 9.0 s" in text(page.cells.object)
    assert links(page.cells) == [of, f"runs/{run}"]


def test_late_tables_and_connectors_that_did_not_answer_say_so():
    """A late one is marked, a connector says how its last test went; one who may not list connectors sees none."""
    run = new_id()
    late = s.TableFreshness(
        name="daily", rows=48, version=3, written_at=ago(), run_id=run, usual_seconds=3600.0, late=True
    )
    crm = s.ConnectorHealth(name="crm", type="sqlite", tested_at=ago(), problem="not_found", read_at=None)
    page, _ = monitoring(tables=[late], connectors=[crm])

    assert "daily v3 48 5 min ago every 1 h 00 min ▲ late" in text(page.tables.object)
    assert f"runs/{run}" in links(page.tables)
    assert "crm sqlite ■ not found 5 min ago never" in text(page.connectors.object)
    assert monitoring(connectors=[crm], person=VIEWER)[0].connectors.object == ""


def test_another_period_is_asked_for_and_is_in_the_address():
    """Choosing one loads it; one that is none is the day."""
    _, asked = monitoring(acts=[("choose", [["period", "7d"]])])
    _, made_up = monitoring(query={"period": "<b>"})

    assert [fields for name, fields in asked if name == "monitoring.history"] == [{"period": "24h"}, {"period": "7d"}]
    assert ("monitoring.history", {"period": "24h"}) in made_up


def test_hostile_names_stay_names_and_failure_is_told():
    """No title, message or table becomes markup; what cannot be had says why."""
    figures = s.PipelineFigures(
        pipeline_id=None, title=HOSTILE, runs=1, succeeded=0, failed=1, p50=None, p90=None, p99=None
    )
    table = s.TableFreshness(name=HOSTILE, rows=1, version=1, written_at=ago(), usual_seconds=None, late=False)
    crm = s.ConnectorHealth(name=HOSTILE, type=HOSTILE, tested_at=ago(), problem=HOSTILE, read_at=None)
    page, _ = monitoring(
        runs=[run_view(title=HOSTILE)], past=history(pipelines=[figures]), tables=[table], connectors=[crm]
    )
    failed, _ = monitoring(Unavailable("The database rests.", fix="Wait."))

    assert "<script" not in whole(page)
    assert "The database rests. Wait." in text(failed.trouble.object)
