"""A started run follows itself, and shows as a box in a notebook and as text elsewhere."""

from __future__ import annotations

import pytest

from tests.factories.runs import run_view
from workbench.core.errors import Conflict, TimedOut
from workbench.domains.runs.schemas import CurrentCell, LogPage, RunFailure, TableUse
from workbench.sdk import live


class Scripted:
    """A caller whose run goes through given states, one a question."""

    def __init__(self, *states):
        self.states, self.cancelled = list(states), False

    def call(self, name, /, **fields):
        if name == "runs.show":
            return self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if name == "runs.cancel":
            self.cancelled = True
            raise Conflict("The run has ended.")
        return LogPage(lines=[], complete=True)


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

    with pytest.raises(live.RunFailed, match="daily_delays failed: ValueError: month is 13"):
        started.result(timeout=10)


def test_waiting_ends_when_one_has_waited_enough():
    """A run that goes on is no reason to wait for ever."""
    started = live.LiveRun(Scripted(run_view(status="running")), run_view(status="running"))

    with pytest.raises(TimedOut, match="still running"):
        started.wait(timeout=0.2)
    started._caller.states = [run_view()]
    started.wait(timeout=10)


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
