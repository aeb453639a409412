"""What the person did herself, in all workspaces where she has a part."""

from __future__ import annotations

from typing import Any, ClassVar

from workbench.core.schemas import Page
from workbench.domains.audit.schemas import ActivityView
from workbench.ui.controls import pager, search, toolbar
from workbench.ui.formats import when
from workbench.ui.languages import tr
from workbench.ui.parts import Column, card, empty, loading, table, with_detail
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from .words import choices, narrowed, operation, outcome, target

PAGE = 50


def activity(visit: Visit) -> Any:
    """The page of a visit."""
    return Activity(visit).start()


class Activity(View[Page[ActivityView]]):
    """The list, and what narrows it down."""

    doing = "one's own activity"
    asks: ClassVar = {"operation": "", "kind": "changes", "outcome": "", "since": "", "cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading(tr("Loading what you did.")))
        super().__init__(visit, self.controls, self.list)
        self.draw(
            self.controls,
            toolbar(
                search(tr("An operation, such as runs.start or runs.*"), "operation", self.chosen["operation"]),
                choices(self.chosen),
            ),
        )

    async def load(self) -> Page[ActivityView]:
        asked = narrowed(self.chosen, "operation", "kind", "outcome", "cursor")
        found: Page[ActivityView] = await self.visit.call("activity.list", limit=PAGE, **asked)
        return found

    def show(self, reply: Page[ActivityView]) -> None:
        rows = [
            (
                when(one.at), with_detail(operation(one.operation), what), what, outcome(one.outcome), one.surface or ""
            )
            for one, what in ((one, target(self.visit, one.target_type, one.target_id)) for one in reply.items)
        ]  # fmt: skip
        columns = (
            Column(tr("When"), share=16), Column(tr("What"), share=26), Column(tr("To what"), wide=True, share=28),
            Column(tr("Outcome"), share=14), Column(tr("By way of"), wide=True, share=16),
        )  # fmt: skip
        title = tr("What you did")
        nothing = empty(tr("Nothing is like that"), tr("Choose something else above to see more."))
        drawn = table(title, columns, rows) if rows else card(title, nothing)
        self.draw(self.list, drawn + pager(self.chosen["cursor"], reply.next))
