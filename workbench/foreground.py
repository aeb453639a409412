"""Follows a run to its end, and executes it where no other process of the home does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from workbench.core.caller import Caller
from workbench.core.errors import WorkbenchError
from workbench.core.workbench import Workbench

ENDED = frozenset({"succeeded", "failed", "cancelled", "crashed"})
POLL_SECONDS = 0.25
DRIVE_SECONDS = 1.0
LOG_PAGE = 1000


class RunFailed(WorkbenchError):
    """The run did not succeed."""

    code = "run_failed"


def drive(workbench: Workbench, run_id: UUID) -> None:
    """Start a worker for the run if it waits and a slot is free, and pick up what lost processes left behind."""
    from workbench.domains.runs.service import executor

    executor.recover(workbench)
    executor.start_next(workbench, only=run_id)


def follow(caller: Caller, run_id: UUID, advance: Callable[[], None] = lambda: None) -> Iterator[Any]:
    """The run's view, several times a second, until it has ended; `advance` is called in between.

    For a home of this machine `advance` is `drive`; a server drives its own runs.
    """
    due = 0.0
    while True:
        if time.monotonic() >= due:
            advance()
            due = time.monotonic() + DRIVE_SECONDS
        run = caller.call("runs.show", id=str(run_id))
        yield run
        if run.status in ENDED:
            return
        time.sleep(POLL_SECONDS)


def succeeded(run: Any, title: str = "") -> Any:
    """The ended run, if all went well.

    Raises:
        RunFailed: it did not, and why; the run is called by `title` where one is given.
    """
    if run.status == "succeeded":
        return run
    title, error = title or run.title, run.error
    if error is None:
        raise RunFailed(f"{title} was {run.status}.")
    place = f" in cell {error.cell}" if error.cell is not None else ""
    raise RunFailed(f"{title} {run.status}{place}: {error.name}: {error.message}", fix=error.fix)


class Log:
    """What the cells of a run print, each line once; a new attempt begins its log anew."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._attempt = self._seen = 0

    def new(self, run: Any) -> Iterator[str]:
        """The lines that came since, of the run as it was seen last."""
        if run.attempt != self._attempt:
            self._attempt, self._seen = run.attempt, 0
        while lines := self._caller.call("runs.logs", id=str(run.id), after=self._seen, limit=LOG_PAGE).lines:
            self._seen = lines[-1].number
            yield from (line.text for line in lines)
