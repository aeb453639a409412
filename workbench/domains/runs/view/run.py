"""A run: how it stands, what each cell took and showed, what it wrote and logged, how it differs from another."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.errors import NotFound, NotPermitted
from workbench.domains.runs.schemas import CellsView, LogPage, RunDiff, RunView
from workbench.ui.controls import button, link, search, tabs, toolbar
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Content, join, loading
from workbench.ui.presence import Fields
from workbench.ui.shell import markup, reveal, split
from workbench.ui.views import View
from workbench.ui.visit import Visit

from . import run_parts as parts
from .run_comparison import comparison
from .run_figures import FiguresCard
from .run_tables import Written, load_written, written_tables
from .words import ACTIVE, badge

WHILE_RUNNING, WHILE_QUIET = 0.7, 15.0
LINES, FOUND_LINES, CELLS, OTHERS, LATEST = 200, 1000, 20, 20, 100
ENDED = frozenset({"succeeded", "failed", "crashed", "cancelled"})


@dataclass
class Shown:
    """A run, and what the chosen part of its page needs; without cells and log where the person may not read logs."""

    run: RunView
    cells: CellsView | None = None
    log: LogPage | None = None
    outputs: Content = NOTHING
    written: list[Written] = field(default_factory=list)
    others: list[RunView] = field(default_factory=list)
    hidden: bool = False  # whether the pipeline is not the person's to see, and so which runs it has
    diff: RunDiff | None = None


def run(visit: Visit) -> Any:
    """The page of a visit."""
    return RunPage(visit).start()


class RunPage(View[Shown]):
    """The parts of the page; one tab of it is loaded at a time."""

    doing = "a run's page"
    asks: ClassVar = {"tab": "overview", "after": "0", "line": "", "with": ""}

    def __init__(self, visit: Visit) -> None:
        self.tabs, self.facts, self.error = markup(), markup(loading(tr("Loading the run."), rows=3)), markup()
        self.cells, self.tables, self.results = markup(), markup(), markup()
        self.search, self.below = markup(), markup()
        self.detailed = visit.person.may("runs:logs")
        self.figures = FiguresCard(visit)
        self.middle = split(self.cells, self.tables) if self.detailed else self.tables
        self.overview = (self.facts, self.error, self.middle, self.results)
        super().__init__(visit, self.tabs, *self.overview, self.figures.card, self.search, self.below)
        self.draw(self.search, toolbar(search(tr("Search the log"), "line", self.chosen["line"])))
        self.on("cancel", self._cancel, tr("The run is asked to stop; nothing that it wrote is kept."))
        self.on("retry", self._retry)

    @property
    def tab(self) -> str:
        """The part that is shown: what is asked for, or the first where that is none of them."""
        return self.chosen["tab"] if self.chosen["tab"] in self._tabs() else "overview"

    async def load(self) -> Shown:
        call, id_ = self.visit.call, self.visit.subject
        shown = Shown(await call("runs.show", id=id_))
        match self.tab:
            case "outputs":
                after = self.number("after") or 0
                found = await call("runs.outputs", id=id_, after=after, limit=CELLS)
                shown.outputs = await self.visit.in_thread(partial(parts.outputs, found))
            case "log":
                shown.log = await call("runs.logs", id=id_, last=FOUND_LINES, q=self.chosen["line"] or None)
            case "tables":
                shown.written = await load_written(self.visit, shown.run)
            case "compare":
                shown.others = await self._others(shown)
                shown.diff = await self._diff(shown.others)
            case _:
                await self._overview(shown)
        return shown

    def show(self, reply: Shown) -> None:
        found, first = reply.run, self.tab == "overview"
        self.title(Markup("{} {}").format(found.title, badge(found.status)), self._acts(found))
        self.draw(self.tabs, tabs(tr("Parts of the page"), "tab", self._tabs(), self.tab))
        reveal(self.tab == "log", self.search)
        if first:
            self._show_overview(reply)
        else:
            reveal(False, *self.overview)
        self.figures.show(first)
        self.draw(self.below, self._below(reply))

    def pause(self, reply: Shown) -> float:
        return WHILE_RUNNING if reply.run.status in ACTIVE else WHILE_QUIET

    def _show_overview(self, reply: Shown) -> None:
        found = reply.run
        reveal(True, self.middle)
        self.draw(self.facts, parts.summary(self.visit, found))
        self.draw(self.error, parts.failure(found))
        self.draw(self.tables, parts.tables(self.visit, found))
        self.draw(self.results, parts.results(found))
        if reply.cells is not None:
            self.draw(self.cells, parts.timeline(found, reply.cells))

    def _below(self, reply: Shown) -> Content:
        match self.tab:
            case "outputs":
                return reply.outputs
            case "tables":
                return written_tables(self.visit, reply.run, reply.written)
            case "compare":
                return comparison(self.visit, reply.run, reply.others, reply.diff, hidden=reply.hidden)
            case _:
                return parts.log(reply.run, reply.log, self.chosen["line"]) if reply.log is not None else NOTHING

    def _tabs(self) -> dict[str, str]:
        detailed = {"outputs": tr("Outputs"), "log": tr("Log")} if self.detailed else {}
        tables = {"tables": tr("Tables")} if self.visit.person.may("tables:read") else {}
        return {"overview": tr("Overview")} | detailed | tables | {"compare": tr("Compare")}

    def _acts(self, found: RunView) -> Content:
        may = self.visit.person.may
        acts: list[Content] = []
        if found.status in ACTIVE and may("runs:cancel"):
            question = tr("Stop this run? Nothing that it wrote is kept.")
            acts.append(button(tr("Cancel"), "cancel", tone="danger", confirm=question))
        if found.status in ENDED and may("runs:retry"):
            acts.append(button(tr("Retry"), "retry"))
        if found.pipeline_id and found.status == "succeeded" and self.visit.has("live/{name}"):
            acts.append(link(tr("Figures"), self.visit.link("live", str(found.pipeline_id), run=str(found.id))))
        if found.pipeline_id and self.visit.has("pipelines/{name}"):
            edits = may("runs:start") and self.detailed
            label = tr("Run again with other values") if edits else tr("Pipeline")
            acts.append(link(label, self.visit.link("pipelines", str(found.pipeline_id), values_of=str(found.id))))
        return join(acts) if acts else NOTHING

    async def _overview(self, shown: Shown) -> None:
        id_ = self.visit.subject
        if self.detailed:
            shown.cells = await self.visit.call("runs.cells", id=id_)
            shown.log = await self.visit.call("runs.logs", id=id_, last=LINES)
        await self.figures.load(shown.run)

    async def _others(self, shown: Shown) -> list[RunView]:
        """The other runs of the same pipeline, the newest first; of a hidden one what is seen among the latest."""
        found = shown.run
        if found.pipeline_id is None:
            return []
        try:
            listed = await self.visit.call("runs.list", pipeline=str(found.pipeline_id), limit=OTHERS)
        except (NotFound, NotPermitted):
            shown.hidden = True
            listed = await self.visit.call("runs.list", limit=LATEST)
        return [one for one in listed.items if one.id != found.id and one.pipeline_id == found.pipeline_id]

    async def _diff(self, others: list[RunView]) -> RunDiff | None:
        """How the run differs from what is chosen, else from the run before it."""
        before = next((str(one.id) for one in others if str(one.id) < self.visit.subject), "")
        wanted = self.chosen["with"] or before or next((str(one.id) for one in others), "")
        if not wanted:
            return None
        found: RunDiff = await self.visit.call("runs.diff", id=self.visit.subject, other=wanted)
        return found

    async def _cancel(self, _: Fields) -> None:
        await self.visit.call("runs.cancel", id=self.visit.subject)

    async def _retry(self, _: Fields) -> None:
        again: RunView = await self.visit.call("runs.retry", id=self.visit.subject)
        self.presence.go(self.visit.link("runs", str(again.id)))
