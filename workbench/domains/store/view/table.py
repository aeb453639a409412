"""A table: its rows, what its columns hold, its versions, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.store.schemas import LineageView, PreviewView, ProfileView, TableDetail, VersionView
from workbench.ui.controls import button, link, tabs
from workbench.ui.languages import mark, spoken, tr
from workbench.ui.parts import NOTHING, Content, join, loading, stacked, status
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from .table_parts import asking, lineage, preview, profile, summary, versions

ROWS = 50
TABS = {"rows": mark("Rows"), "columns": mark("Columns"), "versions": mark("Versions"), "lineage": mark("Lineage")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A table, and what the chosen tab shows of it."""

    table: TableDetail
    part: PreviewView | ProfileView | Page[VersionView] | LineageView
    queries: list[Any]


def table_page(visit: Visit) -> Any:
    """The page of a visit."""
    return TablePage(visit).start()


class TablePage(View[Shown]):
    """The parts of the page; only the chosen tab is loaded."""

    doing = "a table's page"
    fresh = 20.0
    asks: ClassVar = {"tab": "rows", "version": "", "from": "0", "cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.facts, self.tabs = markup(loading(tr("Loading the table."), rows=2)), markup()
        self.part = markup(loading())
        super().__init__(visit, self.facts, self.tabs, self.part)
        self.on("restore", self._restore, tr("The earlier version is back, as a new one."))
        self.on("delete", self._delete)
        self.on("unarchive", self._unarchive)

    async def load(self) -> Shown:
        found: TableDetail = await self.visit.call("tables.show", name=self.visit.subject)
        return Shown(found, await self._part(), await self._queries())

    async def _part(self) -> Any:
        name, chosen = self.visit.subject, self.chosen
        number = self.number("version")
        version = {"version": number} if number is not None else {}
        if chosen["tab"] == "columns":
            return await self.visit.call("tables.profile", name=name, **version)
        if chosen["tab"] == "versions":
            return await self.visit.call("tables.versions", name=name, cursor=chosen["cursor"] or None)
        if chosen["tab"] == "lineage":
            return await self.visit.call("tables.lineage", name=name)
        return await self.visit.call("tables.preview", name=name, limit=ROWS, **version)

    async def _queries(self) -> list[Any]:
        """The saved queries that read the table, where the chosen tab shows them."""
        if self.chosen["tab"] != "lineage" or not self.visit.has("queries/{name}"):
            return []
        found: list[Any] = (await self.visit.call("queries.list", table=self.visit.subject, limit=ROWS)).items
        return found

    def show(self, reply: Shown) -> None:
        self.title(reply.table.name, self._acts(reply.table))
        self.draw(self.facts, summary(reply.table))
        words = spoken(TABS)
        self.draw(self.tabs, tabs(tr("Parts of the table"), "tab", words, self.chosen["tab"]))
        self.draw(self.part, self._drawn(reply))

    def _drawn(self, reply: Shown) -> Markup:
        part = reply.part
        if isinstance(part, PreviewView):
            return preview(part, self.number("from") or 0, old=bool(self.chosen["version"]))
        if isinstance(part, ProfileView):
            return profile(part)
        if isinstance(part, LineageView):
            return stacked(lineage(self.visit, part), asking(self.visit, reply.queries))
        return versions(self.visit, reply.table, part, self.chosen["cursor"])

    def _acts(self, found: TableDetail) -> Content:
        acts: list[Content] = []
        if found.archived_at is not None:
            back = button(tr("Bring back"), "unarchive") if found.may_delete else NOTHING
            return join([status("off", tr("archived")), back])
        if self.visit.has("query"):
            asked = f'SELECT *\nFROM "{found.name}"\nLIMIT 100'
            acts.append(link(tr("Query"), self.visit.link("query", sql=asked)))
        if found.may_delete:
            question = tr(
                "Put {name} away? Its versions are kept, and the list of archived tables brings it back.",
                name=found.name,
            )
            acts.append(button(tr("Archive"), "delete", tone="danger", confirm=question))
        return join(acts) if acts else NOTHING

    async def _restore(self, fields: Fields) -> None:
        await self.visit.call("tables.restore", name=self.visit.subject, version=int(fields["version"]))
        self.choose(tab="versions")

    async def _unarchive(self, _: Fields) -> None:
        back = await self.visit.call("tables.unarchive", name=self.visit.subject)
        self.presence.go(self.visit.link("tables", back.name))

    async def _delete(self, _: Fields) -> None:
        await self.visit.call("tables.delete", name=self.visit.subject)
        self.presence.go(self.visit.link("tables"))
