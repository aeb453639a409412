"""The list of saved queries."""

from __future__ import annotations

from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.queries.schemas import QueryView
from workbench.ui.controls import archive_choice, archived, link, pager, search, toolbar
from workbench.ui.formats import when
from workbench.ui.parts import NOTHING, Column, Content, Way, empty, loading, status, table
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

COLUMNS = (
    Column("Query", share=55), Column("Published", share=15), Column("Version", numeric=True, share=10),
    Column("Changed", share=20),
)  # fmt: skip
NONE_ARCHIVED = empty("No query is archived", "What is put away on a query's page stands here, to be brought back.")
NOT_SO = empty("No query is like that", "Look for another part of its name, title or description.")
NONE_SHARED = empty("No query is shared with you yet", "Whoever writes one publishes it to people, groups or roles.")


def queries(visit: Visit) -> Any:
    """The page of a visit."""
    return QueriesPage(visit).start()


class QueriesPage(View[Page[QueryView]]):
    """The parts of the page."""

    doing = "the list of saved queries"
    asks: ClassVar = {"q": "", "show": "", "cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading("Loading the saved queries."))
        super().__init__(visit, self.controls, self.list)
        write = link("New query", visit.link("query"), tone="main") if visit.person.may("queries:run") else NOTHING
        which = archive_choice(self.chosen["show"]) if visit.person.may("queries:write") else NOTHING
        self.draw(self.controls, toolbar(search("Search saved queries", "q", self.chosen["q"]), which, write))
        self.on("unarchive", self._unarchive, "It is in use again.")

    async def load(self) -> Page[QueryView]:
        asked = {"q": self.chosen["q"] or None, "cursor": self.chosen["cursor"] or None}
        found: Page[QueryView] = await self.visit.call("queries.list", **asked, archived=bool(self.chosen["show"]))
        return found

    async def _unarchive(self, fields: Fields) -> None:
        await self.visit.call("queries.unarchive", id=fields["id"])

    def show(self, reply: Page[QueryView]) -> None:
        writes = self.visit.person.may("queries:write")
        none = empty(
            "No saved query yet", "Write one SELECT over the tables, and save it under a title.",
            Way("New query", self.visit.link("query")),
        )  # fmt: skip
        nothing = (
            NOT_SO if self.chosen["q"] else NONE_ARCHIVED if self.chosen["show"] else none if writes else NONE_SHARED
        )
        listed = table("Saved queries", COLUMNS, [self._row(one) for one in reply.items], empty=nothing)
        self.draw(self.list, listed + pager(self.chosen["cursor"], reply.next))

    def _row(self, one: QueryView) -> tuple[Content, ...]:
        about = Markup('<span class="sub">{}</span>').format(one.description) if one.description else NOTHING
        name = Markup('<a class="name" href="{}">{}</a>').format(self.visit.link("queries", one.name), one.title)
        if one.archived_at is not None:
            name = archived(one.title, str(one.id))
        title = name + about
        public = status("ok", f"v{one.published}") if one.published else "–"
        return title, public, f"v{one.current_version}", when(one.updated_at)
