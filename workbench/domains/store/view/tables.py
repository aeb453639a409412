"""The tables of a workspace."""

from __future__ import annotations

from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.store.schemas import TableView
from workbench.ui.controls import archive_choice, archived, pager, search, toolbar
from workbench.ui.formats import count, size, when
from workbench.ui.parts import NOTHING, Column, Content, Way, card, empty, loading, table, with_detail
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

PAGE = 50
COLUMNS = (
    Column("Table", share=34), Column("Rows", numeric=True, share=12),
    Column("Columns", numeric=True, share=10, wide=True), Column("Size", numeric=True, share=12, wide=True),
    Column("Version", numeric=True, share=10), Column("Written", share=14),
)  # fmt: skip


def tables(visit: Visit) -> Any:
    """The page of a visit."""
    return Tables(visit).start()


class Tables(View[Page[TableView]]):
    """The list, and what narrows it down."""

    doing = "the list of tables"
    asks: ClassVar = {"q": "", "show": "", "cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading("Loading the tables."))
        super().__init__(visit, self.controls, self.list)
        which = archive_choice(self.chosen["show"]) if visit.person.may("tables:delete") else NOTHING
        self.draw(self.controls, toolbar(search("Search tables", "q", self.chosen["q"]), which))
        self.on("unarchive", self._unarchive, "It is in use again.")

    async def load(self) -> Page[TableView]:
        found: Page[TableView] = await self.visit.call(
            "tables.list", limit=PAGE, q=self.chosen["q"] or None, cursor=self.chosen["cursor"] or None,
            archived=bool(self.chosen["show"]),
        )  # fmt: skip
        return found

    def show(self, reply: Page[TableView]) -> None:
        narrowed = NONE_AWAY if self.chosen["show"] and not self.chosen["q"] else NONE_LIKE_THAT
        nothing = narrowed if any(self.chosen.values()) else none_yet(self.visit)
        rows = [self._row(one) for one in reply.items]
        drawn = table("Tables", COLUMNS, rows) if rows else card("Tables", nothing)
        self.draw(self.list, drawn + pager(self.chosen["cursor"], reply.next))

    def _row(self, one: TableView) -> tuple[Content, ...]:
        name = Markup('<a class="name" href="{}">{}</a>').format(self.visit.link("tables", one.name), one.name)
        if one.archived_at is not None:
            name = archived(one.name, str(one.id))
        if one.description:
            name += Markup('<span class="sub">{}</span>').format(one.description)
        version = f"v{one.current_version}" if one.current_version is not None else "–"
        return (
            with_detail(name, size(one.bytes)), count(one.rows), count(len(one.columns)), size(one.bytes), version,
            when(one.updated_at),
        )  # fmt: skip

    async def _unarchive(self, fields: Fields) -> None:
        await self.visit.call("tables.unarchive", name=fields["id"])


def none_yet(visit: Visit) -> Markup:
    """Why there are no tables to see; how to write one is told to who has notebooks."""
    if not visit.person.may_at_large("tables:read"):
        return empty("No table is shared with you yet", "A table appears here when somebody shares it with you.")
    ways = [Way("In a notebook:", command='wb.write(frame, "orders")')] if visit.person.may("notebooks:edit") else []
    return empty("No tables yet", "A table appears here when a run or a notebook first writes it.", *ways)


NONE_AWAY = empty("No table is archived", "What is put away on a table's page stands here, to be brought back.")
NONE_LIKE_THAT = empty("No table is like that", "Search for something else to see more.")
