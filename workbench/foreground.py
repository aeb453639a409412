"""Follows a run to its end, and executes it where no other process of the home does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from workbench.core.caller import Caller, LocalCaller
from workbench.core.errors import Conflict, WorkbenchError
from workbench.core.workbench import Workbench
from workbench.domains.runs.models import ENDED

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


def follow(caller: Caller, run_id: UUID) -> Iterator[Any]:
    """The run's view, several times a second, until it has ended.

    In a home of this machine the run is driven in between; a server drives its own.
    """
    workbench = caller.workbench if isinstance(caller, LocalCaller) else None
    due = 0.0
    while True:
        if workbench and time.monotonic() >= due:
            drive(workbench, run_id)
            due = time.monotonic() + DRIVE_SECONDS
        run = caller.call("runs.show", id=str(run_id))
        yield run
        if run.status in ENDED:
            return
        time.sleep(POLL_SECONDS)


def cancel(caller: Caller, run_id: UUID) -> Any:
    """Stop a run and answer how it ended; one that is past stopping ends as it will."""
    with suppress(Conflict):
        caller.call("runs.cancel", id=str(run_id))
    *_, ended = follow(caller, run_id)
    return ended


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
