"""Runs the demo's pipelines in order, and only those whose present version has not done so already."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.core.caller import Caller
from workbench.display import Lines
from workbench.domains.runs.models import ENDED
from workbench.foreground import cancel, follow, succeeded


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


def run_all(caller: Caller, show: Lines, plan: tuple[Step, ...] = PLAN) -> list[Any]:
    """Run each step that has not succeeded before; answers the runs that it made.

    Raises:
        RunFailed: a run ended otherwise than well; the later ones are not tried.
    """
    made = []
    for step in plan:
        if done_before(caller, step):
            show.say(f"○ {step.title}, done before")
        else:
            made.append(run(caller, step, show))
    return made


def done_before(caller: Caller, step: Step) -> bool:
    """Whether the pipeline's present version has succeeded with these values."""
    version = caller.call("pipelines.show", id=step.pipeline).current_version
    runs = caller.call("runs.list", pipeline=step.pipeline, status="succeeded", limit=500).items
    return any(run.pipeline_version == version and step.parameters.items() <= run.parameters.items() for run in runs)


def run(caller: Caller, step: Step, show: Lines) -> Any:
    """Run a step to its end.

    Raises:
        RunFailed: it ended otherwise than well.
    """
    started = caller.call("runs.start", id=step.pipeline, parameters=step.parameters)
    state = started
    try:
        for now in follow(caller, started.id):
            state = now
            if state.status not in ENDED:
                show.show(step.title, state)
    except KeyboardInterrupt:
        cancel(caller, started.id)  # its worker is a process of its own and would go on
        raise
    show.end(step.title, state)
    return succeeded(state, step.title)
