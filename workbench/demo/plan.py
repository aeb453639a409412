"""Runs the demo's pipelines in order, and only those whose present version has not done so already."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from workbench.core.caller import Caller
from workbench.core.errors import Conflict
from workbench.core.workbench import Workbench
from workbench.foreground import ENDED, POLL_SECONDS, drive, follow, succeeded

from .display import Lines

CANCEL_SECONDS = 10


@dataclass(frozen=True)
class Step:
    """A pipeline and the values it is given; other parameters keep their defaults."""

    pipeline: str
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return " ".join([self.pipeline, *(f"{name}={value}" for name, value in self.parameters.items())])


PLAN = (
    Step("ingest_flights", {"month": 0}),
    Step("ingest_reference"),
    Step("daily_delays", {"month": 0}),
    Step("carrier_scorecard"),
)


def register(caller: Caller, folder: Path, plan: tuple[Step, ...] = PLAN) -> None:
    """Bring the plan's notebooks into the catalog; what has not changed gets no new version."""
    for step in plan:
        caller.call("pipelines.register", name=step.pipeline, path=str(folder / f"{step.pipeline}.ipynb"))


def carry_out(workbench: Workbench, caller: Caller, show: Lines, plan: tuple[Step, ...] = PLAN) -> list[Any]:
    """Run each step that has not succeeded before; answers the runs that it made.

    Raises:
        RunFailed: a run ended otherwise than well; the later ones are not tried.
    """
    made = []
    for step in plan:
        if done_before(caller, step):
            show.say(f"○ {step.title}, done before")
        else:
            made.append(_run(workbench, caller, step, show))
    return made


def done_before(caller: Caller, step: Step) -> bool:
    """Whether the pipeline's present version has succeeded with these values."""
    version = caller.call("pipelines.show", id=step.pipeline).current_version
    runs = caller.call("runs.list", pipeline=step.pipeline, status="succeeded", limit=500).items
    return any(run.pipeline_version == version and step.parameters.items() <= run.parameters.items() for run in runs)


def _run(workbench: Workbench, caller: Caller, step: Step, show: Lines) -> Any:
    run = caller.call("runs.start", id=step.pipeline, parameters=step.parameters)
    try:
        for state in follow(caller, run.id, partial(drive, workbench, run.id)):
            run = state
            if run.status not in ENDED:
                show.show(step.title, run)
    except KeyboardInterrupt:
        _cancel(workbench, caller, run)
        raise
    show.end(step.title, run)
    return succeeded(run, step.title)


def _cancel(workbench: Workbench, caller: Caller, run: Any) -> None:
    """Ask the run to stop and give it a while to do so; its worker is a process of its own and would go on."""
    try:
        caller.call("runs.cancel", id=str(run.id))
    except Conflict:
        return
    end = time.monotonic() + CANCEL_SECONDS
    while time.monotonic() < end and caller.call("runs.show", id=str(run.id)).status not in ENDED:
        drive(workbench, run.id)
        time.sleep(POLL_SECONDS)
