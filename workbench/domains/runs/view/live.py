"""A pipeline's figures as a live page: its parameters at the side; changing one runs it, and the figures move."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from workbench.core.errors import Conflict, Invalid, NotFound, NotPermitted
from workbench.domains.pipelines.schemas import ParametersView, PipelineDetail
from workbench.domains.runs.schemas import CellOutputs, RunView
from workbench.ui import audience
from workbench.ui.controls import CHOOSE, button, link
from workbench.ui.languages import mark, tr
from workbench.ui.parts import NOTHING, Content, join, loading, loading_figures, stacked
from workbench.ui.presence import Fields
from workbench.ui.schema_forms import misfits, texts
from workbench.ui.shell import beside, markup, reveal, stack
from workbench.ui.views import View
from workbench.ui.visit import Visit

from . import live_parts as parts
from .run_figures import MOST, FigureCards, Loaded, load_figure
from .run_tables import Written, load_written, written_tables
from .words import ACTIVE, may_start

WHILE_RUNNING, WHILE_QUIET = 0.4, 5.0
CELLS, READINGS = 100, 5  # cells that are asked for at a time, and how often at most


@dataclass(frozen=True, slots=True)
class Details:
    """What a run left behind, asked for once: figures, tables, and its cells with what they showed, also drawn."""

    run: RunView
    figures: list[Loaded] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    cells: list[CellOutputs] = field(default_factory=list)
    outputs: Content = NOTHING


@dataclass(frozen=True, slots=True)
class Shown:
    """A pipeline, the run whose figures are shown, and the newest run of all."""

    pipeline: PipelineDetail
    parameters: ParametersView
    details: Details | None
    newest: RunView | None


def live(visit: Visit) -> Any:
    """The page of a visit."""
    return LivePage(visit).start()


class LivePage(View[Shown | None]):
    """The parts of the page. With a `run` in its address it stays with that run, else it follows the newest."""

    doing = "a live page"
    asks: ClassVar = {"run": "", "behind": ""}

    def __init__(self, visit: Visit) -> None:
        self.form, self.progress, self.code = markup(loading(tr("Loading the parameters."))), markup(), markup()
        self.numbers, self.behind, self.rest = markup(loading_figures()), markup(), markup()
        self.figures = FigureCards(narrow=visit.phone)
        side, main = stack(self.form, self.progress), stack(self.numbers, self.behind, self.figures.box, self.rest)
        self.schema: dict[str, Any] = {}
        self.values: dict[str, Any] = {}
        self.wrong: dict[str, str] = {}
        self._given: dict[str, str] | None = None  # what the browser's form says, where somebody changed it
        self._mine: RunView | None = None  # the run that was started from here last
        self._kept: Details | None = None
        self._moved = False  # whether the address says another run than is shown
        self._followed: UUID | None = None  # the run whose values the form says
        super().__init__(visit, beside(side, main, self.code))
        self.on("run", self._run)
        self.on("changed", self._changed)
        self.on("report", self._report, tr("The owner of the live page was told."))
        self.on("request", self._request, tr("If there is such a live page, its owner was asked."))

    async def load(self) -> Shown | None:
        call, name = self.visit.call, self.visit.subject
        try:
            found: PipelineDetail = await call("pipelines.show", id=name)
        except NotFound:
            return None
        parameters: ParametersView = await call("pipelines.parameters", id=name)
        newest = await self._newest()
        if self._mine is not None and newest is not None and newest.id == self._mine.id:
            self._mine = newest
            if self.chosen["run"] and newest.status == "succeeded" and self.chosen["run"] != str(newest.id):
                self.chosen["run"], self._moved = str(newest.id), True  # who starts a run wants to see it
        run = await self._shown_run(found, newest)
        return Shown(found, parameters, await self._details(run) if run is not None else None, newest)

    def show(self, reply: Shown | None) -> None:
        if reply is None:
            self.title(tr("No such live page"))
            reveal(False, self.form, self.behind, self.figures.box, self.rest)
            self.draw(self.numbers, audience.absent(mark("live page")))
            return
        self.schema = reply.parameters.parameters
        if self._moved:
            self._moved = False
            self.tell_address()
        run = reply.details.run if reply.details else None
        self.title(reply.pipeline.title or reply.pipeline.name, self._acts(reply))
        runnable = may_start(reply.pipeline)
        self._show_form(run, runnable)
        self.draw(self.progress, parts.progress(self.visit, reply.newest) if reply.newest else NOTHING)
        last = self._mine or run
        given = last.parameters if last is not None else {}
        self.draw(self.code, parts.by_program(self.visit, reply.pipeline.name, given) if runnable else NOTHING)
        if reply.details is None:
            reveal(False, self.behind, self.figures.box, self.rest)
            self.draw(self.numbers, parts.nothing_yet(runnable, reply.newest, self.schema))
            return
        self._show_results(reply.details)

    def pause(self, reply: Shown | None) -> float:
        return WHILE_RUNNING if reply and reply.newest is not None and reply.newest.status in ACTIVE else WHILE_QUIET

    def _show_results(self, details: Details) -> None:
        sources = parts.Sources(self.visit, details.run, details.cells)
        behind = self.chosen["behind"]
        self.draw(self.numbers, parts.values(details.run) + parts.numbers(details.run, sources, behind))
        self.draw(self.behind, sources.behind_metric(behind))
        self.figures.show(details.run, details.figures)
        for card in self.figures.cards:
            self.draw(card.head, sources.head(card.name, card.title, behind))
            self.draw(card.below, sources.behind_figure(card.name, behind))
        tables = written_tables(self.visit, details.run, details.written) if details.written else NOTHING
        rest = [part for part in (details.outputs, tables) if part]
        self.draw(self.rest, stacked(*rest) if rest else NOTHING)

    def _show_form(self, run: RunView | None, runnable: bool) -> None:
        """Draw the form anew only where it must say something else, for somebody may be typing in it."""
        reveal(runnable, self.form)
        if not runnable:
            return
        mine = self._mine is not None and run is not None and run.id == self._mine.id
        if run is not None and run.id != self._followed:
            self._followed = run.id
            if not mine and not self.wrong and not self._running():
                self.values = run.parameters
                if self._given is not None:
                    self.draw(self.form, NOTHING)
                self._given = None
        self.draw(self.form, parts.form(self.schema, self.values, self.wrong))

    def _running(self) -> bool:
        return self._mine is not None and self._mine.status in ACTIVE

    def _acts(self, reply: Shown) -> Content:
        run = reply.details.run if reply.details else None
        acts: list[Content] = []
        if run is not None:
            follows = not self.chosen["run"]
            acts.append(parts.fresh(self.visit, run, reply.pipeline.late_after if follows else None))
            other = str(run.id) if follows else ""
            acts.append(button(tr("Live"), CHOOSE, name="run", value=other, pressed=follows))
        acts += [button(tr("Copy link"), "copy"), audience.report(tr("The numbers of May are missing."))]
        if self.visit.person.may("dashboards:export"):
            acts.append(button(tr("Print or PDF"), "print"))
        if self.visit.has("pipelines/{name}"):
            acts.append(link(tr("Pipeline"), self.visit.link("pipelines", reply.pipeline.name)))
        return join(acts)

    async def _newest(self) -> RunView | None:
        found = (await self.visit.call("runs.list", pipeline=self.visit.subject, limit=1)).items
        return found[0] if found else None

    async def _shown_run(self, pipeline: PipelineDetail, newest: RunView | None) -> RunView | None:
        if self.chosen["run"]:
            pinned: RunView = await self.visit.call("runs.show", id=self.chosen["run"])
            if pinned.pipeline_id != pipeline.id:
                raise NotFound("The run in the address is not of this pipeline.", fix="Press Pipeline and Live page.")
            return pinned
        if newest is None or newest.status == "succeeded":
            return newest
        listed = await self.visit.call("runs.list", pipeline=self.visit.subject, status="succeeded", limit=1)
        return listed.items[0] if listed.items else None

    async def _details(self, run: RunView) -> Details:
        if self._kept is None or self._kept.run.id != run.id or self._kept.run.status != run.status:
            figures = [await load_figure(self.visit, run, name) for name in run.figures[:MOST]]
            written = await load_written(self.visit, run) if self.visit.person.may("tables:read") else []
            cells = await self._cells(run)
            drawn = NOTHING if figures else await self.visit.in_thread(partial(parts.outputs, cells))
            self._kept = Details(run, figures, written, cells, drawn)
        return self._kept

    async def _cells(self, run: RunView) -> list[CellOutputs]:
        cells: list[CellOutputs] = []
        if not self.visit.person.may("runs:logs"):
            return cells
        for _ in range(READINGS):
            found = await self.visit.call("runs.outputs", id=str(run.id), after=len(cells), limit=CELLS)
            cells += found.cells
            if not found.cells or len(cells) >= found.total:
                break
        return cells

    async def _report(self, fields: Fields) -> None:
        await self.visit.call("pipelines.report_problem", id=self.visit.subject, text=fields.get("text", ""))

    async def _request(self, fields: Fields) -> None:
        await self.visit.call("pipelines.request_access", id=self.visit.subject, message=fields.get("text", ""))

    async def _changed(self, fields: Fields) -> None:
        """Run with what was chosen, unless that is what runs or is shown."""
        if self._given != texts(self.schema, fields):
            await self._run(fields)

    async def _run(self, fields: Fields) -> None:
        given = texts(self.schema, fields)
        if self._running() and self._mine is not None and self.visit.person.may("runs:cancel"):
            with suppress(Conflict, NotPermitted):  # what was asked for before is no longer wanted
                await self.visit.call("runs.cancel", id=str(self._mine.id))
        self._given = given
        try:
            self._mine = await self.visit.call("runs.start", id=self.visit.subject, texts=given)
        except Invalid as error:
            self.values, self.wrong = dict(fields), misfits(self.schema, error, below="parameters")
            return
        self.wrong = {}
