"""Following a run far away: what is asked, and what is answered when it ends."""

from __future__ import annotations

import pytest

from tests.factories.runs import run_view
from workbench import foreground
from workbench.core.errors import Conflict
from workbench.domains.runs.schemas import RunFailure


class Server:
    """A caller whose run goes through given states."""

    def __init__(self, *states):
        self.states = list(states)

    def call(self, name, /, **_):
        if name == "runs.cancel":
            raise Conflict("The run has ended.")
        return self.states.pop(0)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Nobody waits between two questions."""
    monkeypatch.setattr(foreground, "POLL_SECONDS", 0)


def test_a_run_is_followed_to_its_end():
    """Each view is handed on, and after the last no more is asked."""
    states = [run_view(status="queued"), run_view(status="running"), run_view(), run_view(status="failed")]

    assert list(foreground.follow(Server(*states), states[0].id)) == states[:3]


def test_a_run_that_is_past_stopping_is_followed_to_its_end():
    """It ended, or writes its tables; the refusal is no news to who wants it gone."""
    done = run_view()

    assert foreground.cancel(Server(run_view(status="committing"), done), done.id) == done


def test_what_went_wrong_is_said_in_one_sentence():
    """With the cell where there is one, and the mend."""
    broken = RunFailure(name="ValueError", message="month is 13", cell=2, fix="Use 1 to 12.")
    for run, text in [
        (
            run_view(status="failed", error=broken),
            "daily_delays failed in cell 2: ValueError: month is 13 Use 1 to 12.",
        ),
        (run_view(status="cancelled"), "daily_delays was cancelled."),
    ]:
        with pytest.raises(foreground.RunFailed) as refusal:
            foreground.succeeded(run)
        assert str(refusal.value) == text
    assert foreground.succeeded(run_view(), "other").status == "succeeded"
