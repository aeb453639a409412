"""Follows a run to its end, and executes it where no other process of the home does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from workbench.core.caller import Caller
from workbench.core.workbench import Workbench

ENDED = frozenset({"succeeded", "failed", "cancelled", "crashed"})
POLL_SECONDS = 0.2


def drive(workbench: Workbench, run_id: UUID) -> None:
    """Start a worker for the run if it waits and a slot is free, and pick up what lost processes left behind."""
    from workbench.domains.runs.service import executor

    executor.recover(workbench)
    executor.start_next(workbench, only=run_id)


def follow(
    caller: Caller, run_id: UUID, advance: Callable[[], None] = lambda: None, poll: float = POLL_SECONDS
) -> Iterator[Any]:
    """The run's view, each time that it changed, until it has ended; `advance` is called in between.

    For a home of this machine `advance` is `drive`; a server drives its own runs.
    """
    last = None
    while True:
        advance()
        run = caller.call("runs.show", id=str(run_id))
        if run != last:
            yield run
            last = run
        if run.status in ENDED:
            return
        time.sleep(poll)
