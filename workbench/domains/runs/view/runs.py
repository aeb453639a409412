"""The runs of a workspace, the newest first."""

from __future__ import annotations

from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.people import who
from workbench.core.schemas import Page
from workbench.domains.runs.schemas import RunView
from workbench.ui.controls import CHOOSE, button, choice, pager, search, toolbar
from workbench.ui.formats import cut, number, when
from workbench.ui.languages import mark, spoken, tr
from workbench.ui.parts import NOTHING, Column, Content, Way, card, empty, loading, table, with_detail
from workbench.ui.shell import markup
from workbench.ui.spans import since, since_choice
from workbench.ui.views import View
from workbench.ui.visit import Visit

from .words import ACTIVE, badge, given, no_runs, took, uses

PAGE = 50
WHILE_RUNNING, WHILE_QUIET = 1.5, 5.0
SHOWN = {
    "": mark("All runs"), "active": mark("Running and waiting"), "queued": mark("Waiting"),
    "succeeded": mark("Succeeded"), "broken": mark("Failed or crashed"), "failed": mark("Failed"),
    "crashed": mark("Crashed"), "cancelled": mark("Cancelled"),
}  # fmt: skip
KINDS = ("", "active", "broken")  # of what is shown that are no status
WHOSE = {"": mark("Everybody's"), "mine": mark("Mine")}
# What only a link to the page asks for, and how the page says so.
NARROWED = {
    "pipeline": mark("Only one pipeline ✕"), "error": mark("Only one kind of failure ✕"),
    "longer": mark("Only those that took {seconds} s or more ✕"),
}  # fmt: skip


def runs(visit: Visit) -> Any:
    """The page of a visit."""
    return Runs(visit).start()


class Runs(View[Page[RunView]]):
    """The list, and what narrows it down."""

    doing = "the list of runs"
    asks: ClassVar = dict.fromkeys(("q", "status", "since", "whose", *NARROWED, "cursor"), "")

    def __init__(self, visit: Visit) -> None:
        self.controls, self.narrowed, self.list = markup(), markup(), markup(loading(tr("Loading the runs.")))
        super().__init__(visit, self.controls, self.narrowed, self.list)
        self.draw(
            self.controls,
            toolbar(
                search(tr("Search runs"), "q", self.chosen["q"]),
                choice(tr("Show"), "status", spoken(SHOWN), self.chosen["status"]),
                since_choice(tr("Submitted"), self.chosen["since"]),
                choice(tr("Whose"), "whose", spoken(WHOSE), self.chosen["whose"]),
            ),
        )
        self.draw(self.narrowed, self._narrowed())

    async def load(self) -> Page[RunView]:
        wanted, begun = self.chosen["status"], since(self.chosen["since"])
        asked = {name: self.chosen[name] or None for name in ("q", "cursor", *NARROWED)}
        found: Page[RunView] = await self.visit.call(
            "runs.list", limit=PAGE, mine=self.chosen["whose"] == "mine", active=wanted == "active",
            broken=wanted == "broken", status=None if wanted in KINDS else wanted, since=begun, **asked,
        )  # fmt: skip
        return found

    def show(self, reply: Page[RunView]) -> None:
        self.draw(self.narrowed, self._narrowed())
        title = tr("Latest runs")
        drawn = (
            table(title, _columns(), map(self._row, reply.items)) if reply.items else card(title, self._nothing())
        )  # fmt: skip
        self.draw(self.list, drawn + pager(self.chosen["cursor"], reply.next))

    def pause(self, reply: Page[RunView]) -> float:
        return WHILE_RUNNING if any(run.status in ACTIVE for run in reply.items) else WHILE_QUIET

    def _nothing(self) -> Markup:
        asked = {name for name, value in self.chosen.items() if value}
        if self.chosen["status"] == "broken" and asked <= {"status", "since"}:
            return empty(
                tr("Nothing needs attention"),
                tr("No run failed or crashed in the time that is chosen above."),
                Way(tr("All runs"), href=self.visit.link("runs")),
            )
        if self.chosen["status"] == "queued" and asked == {"status"}:
            return empty(tr("Nothing is waiting"), tr("Runs wait here for a slot while others execute."))
        if asked:
            return empty(tr("No run is like that"), tr("Choose something else above to see more."))
        return no_runs(self.visit)

    def _narrowed(self) -> Content:
        """What a link has narrowed the list to, each a button that takes it away."""
        buttons = [
            button(tr(words, seconds=number(self.chosen[name])), CHOOSE, name=name)
            for name, words in NARROWED.items()
            if self.chosen[name]
        ]
        return toolbar(*buttons) if buttons else NOTHING

    def _row(self, run: RunView) -> tuple[Content, ...]:
        name = Markup('<a class="name" href="{}">{}</a>').format(self.visit.link("runs", str(run.id)), run.title)
        if with_values := given(run):
            name += Markup('<span class="sub">{}</span>').format(with_values)
        if run.error is not None:
            name += Markup('<span class="sub">{}: {}</span>').format(run.error.name, cut(run.error.message))
        by, began = who(run.submitted_by), when(run.started_at or run.submitted_at)
        return (
            badge(run.status), with_detail(name, Markup("{} · {}").format(began, by)), began, took(run),
            by, uses(self.visit, run.tables_written),
        )  # fmt: skip


def _columns() -> tuple[Column, ...]:
    return (
        Column(tr("Status"), share=11), Column(tr("Run"), share=29), Column(tr("Started"), wide=True, share=12),
        Column(tr("Duration"), numeric=True, share=11), Column(tr("By"), wide=True, share=12),
        Column(tr("Tables written"), wide=True),
    )  # fmt: skip
