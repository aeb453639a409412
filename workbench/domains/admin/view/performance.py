"""How fast the server is: operations, pages, events, and the memory that it holds."""

from __future__ import annotations

from typing import Any, ClassVar

from markupsafe import Markup

from workbench.domains.admin.schemas import Latency, PerformanceView, SlowCall
from workbench.ui.controls import choice, search, toolbar
from workbench.ui.formats import DASH, NARROW, count, duration, size, when
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

SORTS = {"": "Slowest first", "count": "Most frequent first", "errors": "Most failures first"}
COLUMNS = (
    Column("Name", share=34), Column("Count", numeric=True, share=12), Column("Failed", numeric=True, share=12),
    Column("p50", numeric=True), Column("p95", numeric=True, wide=True), Column("p99", numeric=True),
)  # fmt: skip
PAGES = (
    Column("Page", share=46),
    Column("Opened", numeric=True),
    Column("p50", numeric=True),
    Column("p95", numeric=True),
)
SLOW = (Column("Operation", share=50), Column("Duration", numeric=True), Column("When"))


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
        self.operations, self.pages, self.slow = markup(loading("Loading what took how long.")), markup(), markup()
        super().__init__(visit, self.figures, self.controls, self.operations, split(self.slow, self.pages))
        if self.chosen["sort"] not in SORTS:
            self.chosen["sort"] = ""
        sort = choice("Sort by", "sort", SORTS, self.chosen["sort"])
        self.draw(self.controls, toolbar(search("Search operations", "q", self.chosen["q"]), sort))

    async def load(self) -> PerformanceView:
        found: PerformanceView = await self.visit.call("admin.performance")
        return found

    def show(self, reply: PerformanceView) -> None:
        self.draw(self.figures, _figures(reply))
        self.draw(
            self.operations, table("Operations", COLUMNS, map(_operation, self._wanted(reply)), empty=NONE_LIKE_THAT)
        )
        self.draw(self.slow, table("Slow operations", SLOW, map(self._slow, reply.slow), empty=NOTHING_SLOW))
        self.draw(self.pages, table("Pages", PAGES, map(_page, reply.pages), empty=NO_PAGES))

    def _wanted(self, reply: PerformanceView) -> list[Latency]:
        found = [one for one in reply.operations if self.chosen["q"].casefold() in one.name]
        by = self.chosen["sort"]
        return sorted(found, key=lambda one: -getattr(one, by)) if by else found

    def _slow(self, one: SlowCall) -> tuple[Content, ...]:
        name: Content = one.name
        if self.visit.has("audit"):
            address = self.visit.link("audit", kind="all", correlation_id=one.correlation_id)
            name = Markup('<a href="{}">{}</a>').format(address, one.name)
        ill = Markup('<span class="sub">{}</span>').format(one.outcome) if one.outcome != "done" else NOTHING
        return Markup("{}{}").format(name, ill), duration(one.seconds), when(one.at)


def _figures(reply: PerformanceView) -> Markup:
    done, failed = sum(one.count for one in reply.operations), sum(one.errors for one in reply.operations)
    ill = status("failed", f"{count(failed)} failed") if failed else status("ok", "none failed")
    lag = reply.events
    return figures(
        Figure("Operations", count(done), ill),
        Figure("Server since", when(reply.since), "all figures are of this process"),
        Figure("Memory", size(reply.memory), Markup("{} at most so far").format(size(reply.memory_peak))),
        Figure("Event lag, p95", _took(lag.p95) if lag else DASH, "from commit to those who listen"),
    )


def _operation(one: Latency) -> tuple[Content, ...]:
    failed: Content = status("failed", count(one.errors)) if one.errors else "0"
    return one.name, count(one.count), failed, _took(one.p50), _took(one.p95), _took(one.p99)


def _page(one: Latency) -> tuple[Content, ...]:
    return with_detail(one.name, NOTHING), count(one.count), _took(one.p50), _took(one.p95)


def _took(seconds: float) -> str:
    """A length of time in milliseconds, where it is short."""
    return f"{1000 * seconds:.0f}{NARROW}ms" if seconds < 0.9995 else duration(seconds)


NONE_LIKE_THAT = empty("No operation is like that", "Search for something else to see more.")
NOTHING_SLOW = empty("Nothing was slow", "Operations that take a second or more are listed here.")
NO_PAGES = empty("No page was opened yet", "Pages are measured as they are opened.")
