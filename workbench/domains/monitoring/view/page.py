"""How the workspace is doing: what is under way, how runs went, and how fresh and healthy what they use is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, ClassVar

from workbench.core.schemas import Page
from workbench.domains.monitoring.schemas import HistoryView, NowView, SourcesView
from workbench.domains.runs.schemas import RunView
from workbench.ui.controls import choice, toolbar
from workbench.ui.languages import spoken, tr
from workbench.ui.parts import loading, loading_figures
from workbench.ui.shell import join_columns, markup, split
from workbench.ui.spans import SPAN_WORDS
from workbench.ui.views import View
from workbench.ui.visit import Visit

from . import parts

WHILE_RUNNING, WHILE_QUIET = 2.0, 5.0  # seconds
PAST = {"24h": 15.0, "7d": 30.0, "30d": 60.0}  # seconds for which what took place in a period is fresh
LISTED = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page is drawn from."""

    now: NowView
    active: Page[RunView]
    history: HistoryView
    sources: SourcesView


def page(visit: Visit) -> Any:
    """The page of a visit."""
    return Monitoring(visit).start()


class Monitoring(View[Shown]):
    """Figures, each with a link to the runs behind it."""

    doing = "the monitoring page"
    asks: ClassVar = {"period": "24h"}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.figures = markup(), markup(loading_figures())
        self.active, self.executor = markup(loading(tr("Loading what is under way."))), markup()
        self.failures, self.durations, self.cells = markup(loading(tr("Loading how runs went."))), markup(), markup()
        self.tables, self.connectors = markup(), markup()
        self.beside = split(self.tables, self.connectors)
        super().__init__(
            visit, self.controls, self.figures, split(self.active, self.executor), self.failures,
            split(self.durations, self.cells), self.beside,
        )  # fmt: skip
        if self.chosen["period"] not in SPAN_WORDS:
            self.chosen["period"] = self.asks["period"]
        spans = spoken(SPAN_WORDS)
        self.draw(self.controls, toolbar(choice(tr("Over the last"), "period", spans, self.chosen["period"])))
        self._past: tuple[str, float, HistoryView, SourcesView] | None = None

    async def load(self) -> Shown:
        history, sources = await self._load_past(self.chosen["period"])
        now: NowView = await self.visit.call("monitoring.now")
        active: Page[RunView] = await self.visit.call("runs.list", active=True, limit=LISTED)
        return Shown(now, active, history, sources)

    async def _load_past(self, period: str) -> tuple[HistoryView, SourcesView]:
        """What changes slowly and costs more, asked for less often than the rest."""
        held = self._past
        if held is None or held[0] != period or time.monotonic() - held[1] > PAST[period]:
            history: HistoryView = await self.visit.call("monitoring.history", period=period)
            sources: SourcesView = await self.visit.call("monitoring.sources")
            self._past = held = (period, time.monotonic(), history, sources)
        return held[2], held[3]

    def show(self, reply: Shown) -> None:
        now, history, sources = reply.now, reply.history, reply.sources
        self.draw(self.figures, parts.figures_of(self.visit, now, history, sources))
        self.draw(self.active, parts.active(self.visit, now, reply.active))
        self.draw(self.executor, parts.executor(self.visit, now))
        self.draw(self.failures, parts.failures(self.visit, history))
        self.draw(self.durations, parts.durations(self.visit, history))
        self.draw(self.cells, parts.slow_cells(self.visit, history))
        self.draw(self.tables, parts.tables(self.visit, sources))
        self.draw(self.connectors, parts.connectors(self.visit, sources))
        join_columns(not self.visit.person.may("connectors:list"), self.beside)

    def pause(self, reply: Shown) -> float:
        return WHILE_RUNNING if reply.active.items else WHILE_QUIET
