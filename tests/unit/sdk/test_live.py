"""A started run follows itself, and shows as a box in a notebook and as text elsewhere."""

from __future__ import annotations

import pytest

from tests.factories.runs import START, run_view
from workbench.core.errors import Conflict, Invalid, NotPermitted, TimedOut, Unavailable
from workbench.domains.runs.schemas import CurrentCell, LogLine, LogPage, RunFailure, TableUse
from workbench.foreground import RunFailed
from workbench.sdk import live


class Scripted:
    """A caller whose run goes through given states or errors, one a question, and which has printed some lines."""

    def __init__(self, *states, log=()):
        self.states, self.cancelled, self.log, self.asked = list(states), False, log, []

    def call(self, name, /, **fields):
        if name == "runs.show":
            state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
            if isinstance(state, Exception):
                raise state
            return state
        if name == "runs.cancel":
            self.cancelled = True
            raise Conflict("The run has ended.")
        if isinstance(self.log, Exception):
            raise self.log
        self.asked.append(fields["after"])
        page = list(enumerate(self.log, 1))[fields["after"] :][: fields["limit"]]
        return LogPage(lines=[line(number, text) for number, text in page], complete=True)


def test_a_table_that_is_being_written_has_no_version_yet():
    """Its rows are told all the same."""
    run = run_view(tables_written=[TableUse(name="delays", version=None, rows=1200)])

    assert live.headline(run).endswith("delays (1,200 rows)")


def line(number, text):
    """A line of a log."""
    return LogLine(number=number, at=START, cell=1, stream="output", text=text)


class Sheet:
    """A box that remembers what it was last shown."""

    shown = ""

    def show(self, run, log):
        self.shown = log


def test_the_result_is_the_run_when_it_succeeds():
    """The states in between are passed over."""
    done = run_view()
    started = live.LiveRun(
        Scripted(run_view(status="queued"), run_view(status="running"), done), run_view(status="queued")
    )

    assert started.result(timeout=10) == done
    assert started.status == "succeeded"


def test_the_result_of_a_failed_run_is_its_error():
    """What went wrong is raised where the result was wanted."""
    failed = run_view(status="failed", error=RunFailure(name="ValueError", message="month is 13", cell=2))
    started = live.LiveRun(Scripted(failed), run_view(status="queued"))

    with pytest.raises(RunFailed, match="daily_delays failed in cell 2: ValueError: month is 13"):
        started.result(timeout=10)


def test_waiting_ends_when_one_has_waited_enough():
    """A run that goes on is no reason to wait for ever."""
    started = live.LiveRun(Scripted(run_view(status="running")), run_view(status="running"))

    with pytest.raises(TimedOut, match="still running"):
        started.wait(timeout=0.2)
    started._caller.states = [run_view()]
    started.wait(timeout=10)


def test_a_busy_home_is_asked_again(monkeypatch):
    """A database that has no time for a moment is not the end of the run."""
    monkeypatch.setattr(live, "BUSY_SECONDS", 0.01)
    started = live.LiveRun(
        Scripted(Unavailable("busy"), run_view(status="running"), Unavailable("busy"), run_view()),
        run_view(status="queued"),
    )

    assert started.result(timeout=10).status == "succeeded"


def test_what_keeps_a_run_from_being_followed_is_raised_where_one_waits():
    """It is not taken for the end of the run, and not for its failure."""
    started = live.LiveRun(Scripted(run_view(status="running"), Invalid("no such run")), run_view(status="running"))

    with pytest.raises(Invalid, match="no such run"):
        started.wait(timeout=10)
    with pytest.raises(Invalid, match="no such run"):
        started.result(timeout=10)


def test_the_box_shows_the_end_of_a_long_log():
    """Beyond the first ten thousand lines too, and no line is asked for twice."""
    caller = Scripted(run_view(status="running"), log=[f"line {number}" for number in range(12_345)])
    started = live.LiveRun(caller, run_view(status="running"))
    started._box = box = Sheet()

    started._draw()
    assert box.shown.splitlines() == [f"line {number}" for number in range(12_345 - live.LOG_LINES, 12_345)]
    caller.states = [run_view()]
    started.wait(timeout=10)
    assert caller.asked[:13] == [*range(0, 12_001, 1000)]
    assert set(caller.asked[13:]) == {12_345}


def test_who_may_not_read_logs_can_follow_a_run():
    """The box goes without them; the refusal is met once."""
    started = live.LiveRun(Scripted(run_view(status="running"), log=NotPermitted("logs")), run_view(status="running"))
    started._box = Sheet()
    started._draw()
    started._caller.states = [run_view()]

    assert started.result(timeout=10).status == "succeeded"
    assert started._log is None


def test_the_headline_says_what_matters_now():
    """The cell while it runs; the time and the tables when it has ended; the sign with the word."""
    running = run_view(
        status="running", finished_at=None, current_cell=CurrentCell(number=3, first_line="import pandas as pd")
    )
    done = run_view(tables_written=[TableUse(name="daily_delays", version=2, rows=5793)])

    assert live.headline(running) == "○ daily_delays: running, cell 3 of 4"
    assert live.headline(done) == "● daily_delays: succeeded, 2.0 s, daily_delays v2 (5,793 rows)"


def test_the_box_shows_progress_and_cancels():
    """Names are escaped, the bar moves, and a refusal to cancel is shown instead of raised."""
    caller = Scripted(run_view(status="running", title="<b>x"))
    started = live.LiveRun(caller, run_view(status="running", title="<b>x"))
    box = live._Box(started)

    box.show(run_view(status="running", title="<b>x", cells_done=1), "<script>")
    assert "&lt;b&gt;x: running" in box._title.value
    assert (box._bar.value, box._bar.max) == (1, 4)
    assert "<script>" not in box._log.value

    box._cancel.click()
    assert caller.cancelled
    assert "has ended" in box._title.value

    box.show(run_view(status="failed", error=RunFailure(name="E", message="m")), "")
    assert box._bar.bar_style == "danger"
    assert box._cancel.layout.display == "none"
    caller.states = [run_view()]
    started.wait(timeout=10)


def test_outside_a_notebook_it_is_text(capsys):
    """Without a front end for widgets, displaying prints the headline and the id."""
    started = live.LiveRun(Scripted(run_view()), run_view())

    started._ipython_display_()

    assert capsys.readouterr().out == f"● daily_delays: succeeded, 2.0 s  {started.id}\n"
