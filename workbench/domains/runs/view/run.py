"""A run: how it stands, what it was started with, what each cell took, what it wrote, and why it failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.domains.runs.schemas import CellsView, LogPage, RunView
from workbench.ui.controls import button, link
from workbench.ui.parts import NOTHING, Content, join, loading
from workbench.ui.presence import Fields
from workbench.ui.shell import markup, split
from workbench.ui.views import View
from workbench.ui.visit import Visit

from .run_parts import failure, log, results, summary, tables, timeline
from .words import ACTIVE, badge

WHILE_RUNNING, WHILE_QUIET = 0.7, 15.0
LINES = 200
ENDED = frozenset({"succeeded", "failed", "crashed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A run with its cells and the end of its log; without those where the person may not read logs."""

    run: RunView
    cells: CellsView | None
    log: LogPage | None


def run(visit: Visit) -> Any:
    """The page of a visit."""
    return RunPage(visit).start()


class RunPage(View[Shown]):
    """The parts of the page."""

    doing = "a run's page"
    asks: ClassVar = {"cell": ""}

    def __init__(self, visit: Visit) -> None:
        self.facts, self.error = markup(loading("Loading the run.", rows=3)), markup()
        self.cells, self.log, self.tables, self.results = markup(), markup(), markup(), markup()
        self.detailed = visit.person.may("runs:logs")
        middle = split(self.cells, self.tables) if self.detailed else self.tables
        super().__init__(visit, self.facts, self.error, middle, self.results, self.log)
        self.on("cancel", self._cancel, "The run is asked to stop; nothing that it wrote is kept.")
        self.on("retry", self._retry)

    async def load(self) -> Shown:
        id_ = self.visit.subject
        found: RunView = await self.visit.call("runs.show", id=id_)
        if not self.detailed:
            return Shown(found, None, None)
        cells = await self.visit.call("runs.cells", id=id_)
        return Shown(found, cells, await self.visit.call("runs.logs", id=id_, last=LINES))

    def show(self, reply: Shown) -> None:
        found = reply.run
        self.title(Markup("{} {}").format(found.title, badge(found.status)), self._acts(found))
        self.draw(self.facts, summary(self.visit, found))
        self.draw(self.error, failure(found))
        self.draw(self.tables, tables(self.visit, found))
        self.draw(self.results, results(found))
        if reply.cells is not None and reply.log is not None:
            self.draw(self.cells, timeline(found, reply.cells))
            self.draw(self.log, log(found, reply.log))

    def pause(self, reply: Shown) -> float:
        return WHILE_RUNNING if reply.run.status in ACTIVE else WHILE_QUIET

    def _acts(self, found: RunView) -> Content:
        may = self.visit.person.may
        acts: list[Content] = []
        if found.status in ACTIVE and may("runs:cancel"):
            question = "Stop this run? Nothing that it wrote is kept."
            acts.append(button("Cancel", "cancel", tone="danger", confirm=question))
        if found.status in ENDED and may("runs:retry"):
            acts.append(button("Retry", "retry"))
        if found.pipeline_id and self.visit.has("pipelines/{name}"):
            acts.append(link("Pipeline", self.visit.link("pipelines", found.title)))
        return join(acts) if acts else NOTHING

    async def _cancel(self, _: Fields) -> None:
        await self.visit.call("runs.cancel", id=self.visit.subject)

    async def _retry(self, _: Fields) -> None:
        again: RunView = await self.visit.call("runs.retry", id=self.visit.subject)
        self.presence.go(self.visit.link("runs", str(again.id)))
