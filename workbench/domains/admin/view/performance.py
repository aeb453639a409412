"""How fast the server is: operations, pages, events, and the memory that it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.domains.admin.schemas import Latency, PerformanceView, SlowCall
from workbench.ui.controls import choice, search, toolbar
from workbench.ui.formats import DASH, NARROW, count, duration, size, when
from workbench.ui.languages import mark, spoken, tr
from workbench.ui.parts import (
    NOTHING,
    Column,
    Content,
    Figure,
    empty,
    figures,
    loading,
    loading_figures,
    status,
    table,
    with_detail,
)
from workbench.ui.shell import markup, split
from workbench.ui.views import View
from workbench.ui.visit import Visit

SORTS = {"": mark("Slowest first"), "count": mark("Most frequent first"), "errors": mark("Most failures first")}
P50, P95, P99 = Column("p50", numeric=True), Column("p95", numeric=True), Column("p99", numeric=True)


def page(visit: Visit) -> Any:
    """The page of a visit."""
    return Performance(visit).start()


class Performance(View[PerformanceView]):
    """Figures of the process that serves the page, since it began."""

    doing = "the performance of the server"
    asks: ClassVar = {"q": "", "sort": ""}
    fresh = 5.0

    def __init__(self, visit: Visit) -> None:
        self.figures, self.controls = markup(loading_figures()), markup()
        self.operations, self.pages, self.slow = markup(loading(tr("Loading what took how long."))), markup(), markup()
        super().__init__(visit, self.figures, self.controls, self.operations, split(self.slow, self.pages))
        if self.chosen["sort"] not in SORTS:
            self.chosen["sort"] = ""
        sort = choice(tr("Sort by"), "sort", spoken(SORTS), self.chosen["sort"])
        self.draw(self.controls, toolbar(search(tr("Search operations"), "q", self.chosen["q"]), sort))

    async def load(self) -> PerformanceView:
        found: PerformanceView = await self.visit.call("admin.performance")
        return found

    def show(self, reply: PerformanceView) -> None:
        self.draw(self.figures, _figures(reply))
        self.draw(self.operations, _operations(self._wanted(reply)))
        self.draw(self.slow, _slow(map(self._call, reply.slow)))
        self.draw(self.pages, _pages(reply.pages))

    def _wanted(self, reply: PerformanceView) -> list[Latency]:
        found = [one for one in reply.operations if self.chosen["q"].casefold() in one.name]
        by = self.chosen["sort"]
        return sorted(found, key=lambda one: -getattr(one, by)) if by else found

    def _call(self, one: SlowCall) -> tuple[Content, ...]:
        name: Content = one.name
        if self.visit.has("audit"):
            address = self.visit.link("audit", kind="all", correlation_id=one.correlation_id)
            name = Markup('<a href="{}">{}</a>').format(address, one.name)
        ill = Markup('<span class="sub">{}</span>').format(tr(one.outcome)) if one.outcome != "done" else NOTHING
        return Markup("{}{}").format(name, ill), duration(one.seconds), when(one.at)


def _figures(reply: PerformanceView) -> Markup:
    done, failed = sum(one.count for one in reply.operations), sum(one.errors for one in reply.operations)
    ill = status("failed", tr("{n} failed", n=count(failed))) if failed else status("ok", tr("none failed"))
    lag = reply.events
    return figures(
        Figure(tr("Operations"), count(done), ill),
        Figure(tr("Server since"), when(reply.since), tr("all figures are of this process")),
        Figure(tr("Memory"), size(reply.memory), tr("{size} at most so far", size=size(reply.memory_peak))),
        Figure(tr("Event lag, p95"), _took(lag.p95) if lag else DASH, tr("from commit to those who listen")),
    )


def _operations(found: Iterable[Latency]) -> Markup:
    columns = (
        Column(tr("Name"), share=34), Column(tr("Count"), numeric=True, share=12),
        Column(tr("Failed"), numeric=True, share=12), P50, replace(P95, wide=True), P99,
    )  # fmt: skip
    nothing = empty(tr("No operation is like that"), tr("Search for something else to see more."))
    return table(tr("Operations"), columns, map(_operation, found), empty=nothing)


def _slow(rows: Iterable[Sequence[Content]]) -> Markup:
    columns = (Column(tr("Operation"), share=50), Column(tr("Duration"), numeric=True), Column(tr("When")))
    nothing = empty(tr("Nothing was slow"), tr("Operations that take a second or more are listed here."))
    return table(tr("Slow operations"), columns, rows, empty=nothing)


def _pages(found: Iterable[Latency]) -> Markup:
    columns = (Column(tr("Page"), share=46), Column(tr("Opened"), numeric=True), P50, P95)
    nothing = empty(tr("No page was opened yet"), tr("Pages are measured as they are opened."))
    return table(tr("Pages"), columns, map(_page, found), empty=nothing)


def _operation(one: Latency) -> tuple[Content, ...]:
    failed: Content = status("failed", count(one.errors)) if one.errors else "0"
    return one.name, count(one.count), failed, _took(one.p50), _took(one.p95), _took(one.p99)


def _page(one: Latency) -> tuple[Content, ...]:
    return with_detail(one.name, NOTHING), count(one.count), _took(one.p50), _took(one.p95)


def _took(seconds: float) -> str:
    """A length of time in milliseconds, where it is short."""
    return f"{1000 * seconds:.0f}{NARROW}ms" if seconds < 0.9995 else duration(seconds)
