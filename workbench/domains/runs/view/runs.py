"""The runs of a workspace, the newest first."""

from __future__ import annotations

from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.runs.schemas import RunView
from workbench.ui.controls import choice, pager, search, toolbar
from workbench.ui.formats import cut, when
from workbench.ui.parts import Column, Content, card, empty, loading, table, with_detail
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from .words import ACTIVE, NO_RUNS, badge, took, uses

PAGE = 50
WHILE_RUNNING, WHILE_QUIET = 1.5, 5.0
SHOWN = {
    "": "All runs", "active": "Running and waiting", "succeeded": "Succeeded", "failed": "Failed", "crashed": "Crashed",
    "cancelled": "Cancelled",
}  # fmt: skip
WHOSE = {"": "Everybody's", "mine": "Mine"}
COLUMNS = (
    Column("Status", share=11), Column("Run", share=29), Column("Started", share=12),
    Column("Duration", numeric=True, share=11), Column("By", wide=True, share=12), Column("Tables written", wide=True),
)  # fmt: skip


def runs(visit: Visit) -> Any:
    """The page of a visit."""
    return Runs(visit).start()


class Runs(View[Page[RunView]]):
    """The list, and what narrows it down."""

    doing = "the list of runs"
    asks: ClassVar = {"q": "", "status": "", "pipeline": "", "whose": "", "cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading("Loading the runs."))
        super().__init__(visit, self.controls, self.list)
        self.draw(
            self.controls,
            toolbar(
                search("Search runs", "q", self.chosen["q"]),
                choice("Show", "status", SHOWN, self.chosen["status"]),
                choice("Whose", "whose", WHOSE, self.chosen["whose"]),
            ),
        )

    async def load(self) -> Page[RunView]:
        wanted = self.chosen["status"]
        found: Page[RunView] = await self.visit.call(
            "runs.list", limit=PAGE, q=self.chosen["q"] or None, cursor=self.chosen["cursor"] or None,
            pipeline=self.chosen["pipeline"] or None, mine=self.chosen["whose"] == "mine", active=wanted == "active",
            status=None if wanted in ("", "active") else wanted,
        )  # fmt: skip
        return found

    def show(self, reply: Page[RunView]) -> None:
        narrowed = any(self.chosen.values())
        nothing = NONE_LIKE_THAT if narrowed else NO_RUNS
        drawn = (
            table("Latest runs", COLUMNS, map(self._row, reply.items)) if reply.items else card("Latest runs", nothing)
        )
        self.draw(self.list, drawn + pager(self.chosen["cursor"], reply.next))

    def pause(self, reply: Page[RunView]) -> float:
        return WHILE_RUNNING if any(run.status in ACTIVE for run in reply.items) else WHILE_QUIET

    def _row(self, run: RunView) -> tuple[Content, ...]:
        name = Markup('<a class="name" href="{}">{}</a>').format(self.visit.link("runs", str(run.id)), run.title)
        if run.error is not None:
            name += Markup('<span class="sub">{}: {}</span>').format(run.error.name, cut(run.error.message))
        return (
            badge(run.status), with_detail(name, run.submitted_by), when(run.started_at or run.submitted_at), took(run),
            run.submitted_by, uses(self.visit, run.tables_written),
        )  # fmt: skip


NONE_LIKE_THAT = empty("No run is like that", "Choose something else above to see more.")
