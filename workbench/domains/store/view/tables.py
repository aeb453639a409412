"""The tables of a workspace."""

from __future__ import annotations

from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.store.schemas import TableView
from workbench.ui.controls import archive_choice, archived, pager, search, toolbar
from workbench.ui.formats import count, size, when
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Column, Content, Way, card, empty, loading, table, with_detail
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

PAGE = 50


def tables(visit: Visit) -> Any:
    """The page of a visit."""
    return Tables(visit).start()


class Tables(View[Page[TableView]]):
    """The list, and what narrows it down."""

    doing = "the list of tables"
    asks: ClassVar = {"q": "", "show": "", "cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading(tr("Loading the tables.")))
        super().__init__(visit, self.controls, self.list)
        which = archive_choice(self.chosen["show"]) if visit.person.may("tables:delete") else NOTHING
        self.draw(self.controls, toolbar(search(tr("Search tables"), "q", self.chosen["q"]), which))
        self.on("unarchive", self._unarchive, tr("It is in use again."))

    async def load(self) -> Page[TableView]:
        found: Page[TableView] = await self.visit.call(
            "tables.list", limit=PAGE, q=self.chosen["q"] or None, cursor=self.chosen["cursor"] or None,
            archived=bool(self.chosen["show"]),
        )  # fmt: skip
        return found

    def show(self, reply: Page[TableView]) -> None:
        rows, title = [self._row(one) for one in reply.items], tr("Tables")
        drawn = table(title, _columns(), rows) if rows else card(title, self._nothing())
        self.draw(self.list, drawn + pager(self.chosen["cursor"], reply.next))

    def _nothing(self) -> Markup:
        """What stands in the place of the list where it is empty."""
        if not any(self.chosen.values()):
            return none_yet(self.visit)
        if self.chosen["show"] and not self.chosen["q"]:
            away = tr("What is put away on a table's page stands here, to be brought back.")
            return empty(tr("No table is archived"), away)
        return empty(tr("No table is like that"), tr("Search for something else to see more."))

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
        shared = tr("A table appears here when somebody shares it with you.")
        return empty(tr("No table is shared with you yet"), shared)
    write = Way(tr("In a notebook:"), command='wb.write(frame, "orders")')
    ways = [write] if visit.person.may("notebooks:edit") else []
    return empty(tr("No tables yet"), tr("A table appears here when a run or a notebook first writes it."), *ways)


def _columns() -> tuple[Column, ...]:
    return (
        Column(tr("Table"), share=34), Column(tr("Rows"), numeric=True, share=12),
        Column(tr("Columns"), numeric=True, share=10, wide=True),
        Column(tr("Size"), numeric=True, share=12, wide=True), Column(tr("Version"), numeric=True, share=10),
        Column(tr("Written"), share=14),
    )  # fmt: skip
