"""How runs are spoken of on pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from workbench.core.clock import now
from workbench.domains.pipelines.schemas import PipelineDetail
from workbench.domains.runs.schemas import RunMark, RunView, TableUse
from workbench.ui import trends
from workbench.ui.formats import count, cut, duration
from workbench.ui.languages import mark, tr, trn
from workbench.ui.navigation import read_how
from workbench.ui.parts import NOTHING, Content, State, Way, empty, join, status
from workbench.ui.visit import Visit

STATES: Final[dict[str, State]] = {
    mark("queued"): "waiting", mark("starting"): "running", mark("running"): "running", mark("committing"): "running",
    mark("succeeded"): "ok", mark("failed"): "failed", mark("crashed"): "failed", mark("cancelled"): "off",
}  # fmt: skip
TONES: Final[dict[str, str]] = {
    "ok": "success", "failed": "error", "running": "info", "waiting": "muted", "off": "muted", "warning": "warning",
}  # fmt: skip
GIVEN: Final = 80  # characters of what a run was given that a list has room for
ACTIVE: Final = frozenset({"queued", "starting", "running", "committing"})


def no_runs(visit: Visit) -> Markup:
    """What is shown in the place of runs where there are none; who sees only what is shared is told so."""
    if not visit.person.may_at_large("runs:read"):
        told = [tr("Runs appear here once they are shared with you.")]
        if visit.person.may("runs:start"):
            told.append(tr("What you start appears here, too."))
        return empty(tr("No run is shared with you yet"), " ".join(told))
    return empty(tr("No runs yet"), tr("Runs appear here as soon as they are submitted."), *beginnings(visit))


def beginnings(visit: Visit) -> list[Way]:
    """What the person may do so that something runs here; commands only where the machine is hers."""
    person, own = visit.person, not visit.sign_out
    ways = []
    if person.may("notebooks:edit"):
        run = Way(tr("Run a notebook of yours:"), command="workbench run notebook.ipynb")
        ways += [demo(), run] if own else [Way(tr("Write a notebook"), href=f"{visit.home}lab")]
    if person.may("pipelines:design") and visit.has("templates"):
        ways.append(Way(tr("Start from a template"), href=visit.link("templates")))
    elif person.may_at_large("runs:start") and visit.has("pipelines"):
        ways.append(Way(tr("See what can be started"), href=visit.link("pipelines")))
    return [*ways, *read_how(visit)]


def demo() -> Way:
    """The way to real data, where the machine is the person's."""
    return Way(tr("See it on real data:"), command="workbench demo")


def badge(word: str) -> Markup:
    """How a run stands."""
    return status(STATES.get(word, "waiting"), tr(word))


def may_start(pipeline: PipelineDetail) -> bool:
    """Whether the person may run a pipeline now; nobody may run what is archived."""
    return pipeline.may_run and pipeline.archived_at is None


def how_to_run(runnable: bool, schema: Mapping[str, Any]) -> str:
    """What has to be done so that a pipeline of these parameters runs."""
    if not runnable:
        return tr("Somebody who may run it has to do so.")
    return tr("Fill in its parameters and press Run.") if schema.get("properties") else tr("Press Run.")


def took(run: RunView) -> str:
    """How long a run took, or takes already."""
    if run.started_at is None:
        return duration(None)
    return duration(((run.finished_at or now()) - run.started_at).total_seconds())


def given(run: RunView) -> str:
    """The values that a run was given, in a line; empty where none were, or where they are not for who looks."""
    said = (f"{name}={held if isinstance(held, str) else json.dumps(held)}" for name, held in run.parameters.items())
    return cut(", ".join(said), GIVEN)


def by_default(shown: Content) -> Markup:
    """A value that nobody gave, and that this is so."""
    return Markup('{} <span class="muted">{}</span>').format(shown, tr("default"))


def durations(runs: list[RunMark]) -> Markup:
    """A bar for each run, the oldest first: how long it took and how it ended."""
    tones = [TONES[STATES.get(run.status, "waiting")] for run in reversed(runs)]
    return trends.bars([run.seconds or 0.0 for run in reversed(runs)], outcomes(len(runs)), tones)


def outcomes(number: int) -> str:
    """What the bars of so many runs show."""
    return trn(
        number, "Duration and outcome of the latest run", "Duration and outcome of the latest {number} runs",
        number=count(number),
    )  # fmt: skip


def table_link(visit: Visit, name: str) -> Content:
    """A table's name, which leads to its page where there is one."""
    if not visit.has("tables/{name}"):
        return name
    return Markup('<a href="{}">{}</a>').format(visit.link("tables", name), name)


def _version_link(visit: Visit, use: TableUse) -> Markup:
    """A table as it was at the version that was read or made."""
    if not visit.has("tables/{name}"):
        return Markup(' <span class="version">v{}</span>').format(use.version)
    address = visit.link("tables", use.name, version=str(use.version))
    return Markup(' <a class="version" href="{}">v{}</a>').format(address, use.version)


def uses(visit: Visit, tables: list[TableUse], most: int = 3) -> Content:
    """Tables with their versions, the first few by name."""
    if not tables:
        return Markup('<span class="muted">{}</span>').format(tr("none"))
    shown = [
        Markup('<span class="nowrap">{}{}</span>').format(
            table_link(visit, use.name),
            _version_link(visit, use) if use.version is not None else NOTHING,
        )
        for use in tables[:most]
    ]
    named, more = join(shown, ", "), len(tables) - most
    return tr("{tables} and {more} more", tables=named, more=count(more)) if more > 0 else named
