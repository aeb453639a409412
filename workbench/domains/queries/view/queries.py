"""The list of saved queries."""

from __future__ import annotations

from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.queries.schemas import QueryView
from workbench.ui.controls import archive_choice, archived, link, pager, search, toolbar
from workbench.ui.formats import when
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Column, Content, Way, empty, loading, status, table
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit


def queries(visit: Visit) -> Any:
    """The page of a visit."""
    return QueriesPage(visit).start()


class QueriesPage(View[Page[QueryView]]):
    """The parts of the page."""

    doing = "the list of saved queries"
    asks: ClassVar = {"q": "", "show": "", "cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading(tr("Loading the saved queries.")))
        super().__init__(visit, self.controls, self.list)
        write = link(tr("New query"), visit.link("query"), tone="main") if visit.person.may("queries:run") else NOTHING
        which = archive_choice(self.chosen["show"]) if visit.person.may("queries:write") else NOTHING
        self.draw(self.controls, toolbar(search(tr("Search saved queries"), "q", self.chosen["q"]), which, write))
        self.on("unarchive", self._unarchive, tr("It is in use again."))

    async def load(self) -> Page[QueryView]:
        asked = {"q": self.chosen["q"] or None, "cursor": self.chosen["cursor"] or None}
        found: Page[QueryView] = await self.visit.call("queries.list", **asked, archived=bool(self.chosen["show"]))
        return found

    async def _unarchive(self, fields: Fields) -> None:
        await self.visit.call("queries.unarchive", id=fields["id"])

    def show(self, reply: Page[QueryView]) -> None:
        columns = (
            Column(tr("Query"), share=55), Column(tr("Published"), share=15),
            Column(tr("Version"), numeric=True, share=10), Column(tr("Changed"), share=20),
        )  # fmt: skip
        rows = [self._row(one) for one in reply.items]
        listed = table(tr("Saved queries"), columns, rows, empty=self._none())
        self.draw(self.list, listed + pager(self.chosen["cursor"], reply.next))

    def _none(self) -> Markup:
        """What stands there where the list is empty."""
        if self.chosen["q"]:
            other = tr("Look for another part of its name, title or description.")
            return empty(tr("No query is like that"), other)
        if self.chosen["show"]:
            away = tr("What is put away on a query's page stands here, to be brought back.")
            return empty(tr("No query is archived"), away)
        if not self.visit.person.may("queries:write"):
            shared = tr("Whoever writes one publishes it to people, groups or roles.")
            return empty(tr("No query is shared with you yet"), shared)
        how = tr("Write one SELECT over the tables, and save it under a title.")
        return empty(tr("No saved query yet"), how, Way(tr("New query"), self.visit.link("query")))

    def _row(self, one: QueryView) -> tuple[Content, ...]:
        about = Markup('<span class="sub">{}</span>').format(one.description) if one.description else NOTHING
        name = Markup('<a class="name" href="{}">{}</a>').format(self.visit.link("queries", one.name), one.title)
        if one.archived_at is not None:
            name = archived(one.title, str(one.id))
        title = name + about
        public = status("ok", f"v{one.published}") if one.published else "–"
        return title, public, f"v{one.current_version}", when(one.updated_at)
