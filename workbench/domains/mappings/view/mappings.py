"""The list of mappings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.mappings.schemas import MappingView
from workbench.ui.controls import archive_choice, archived, button, pager, search, toolbar
from workbench.ui.fields import FIELDS_CSS, text_field
from workbench.ui.formats import when
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Column, Content, Way, card, empty, loading, table
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

MOST_TABLES = 500
WRITE = "mappings:write"


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of the list, and the tables that a new mapping may be over."""

    mappings: Page[MappingView]
    tables: list[str]


def mappings(visit: Visit) -> Any:
    """The page of a visit."""
    return MappingsPage(visit).start()


class MappingsPage(View[Shown]):
    """The parts of the page."""

    doing = "the list of mappings"
    asks: ClassVar = {"q": "", "show": "", "cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.make, self.controls = markup(css=FIELDS_CSS), markup()
        self.list = markup(loading(tr("Loading the mappings.")))
        super().__init__(visit, self.make, self.controls, self.list)
        which = archive_choice(self.chosen["show"]) if visit.person.may(WRITE) else NOTHING
        self.draw(self.controls, toolbar(search(tr("Search mappings"), "q", self.chosen["q"]), which))
        self.on("unarchive", self._unarchive, tr("It is in use again."))
        self.on("make", self._make)

    async def load(self) -> Shown:
        asked = {"q": self.chosen["q"] or None, "cursor": self.chosen["cursor"] or None}
        found: Page[MappingView] = await self.visit.call("mappings.list", **asked, archived=bool(self.chosen["show"]))
        if not self.visit.person.may(WRITE):
            return Shown(found, [])
        tables = await self.visit.call("tables.list", limit=MOST_TABLES)
        return Shown(found, [one.name for one in tables.items])

    def show(self, reply: Shown) -> None:
        may = self.visit.person.may(WRITE)
        self.draw(self.make, _new(reply.tables) if may and not self.chosen["show"] else NOTHING)
        columns = (
            Column(tr("Mapping"), share=60), Column(tr("Version"), numeric=True, share=15),
            Column(tr("Changed"), share=25),
        )  # fmt: skip
        rows = [self._row(item) for item in reply.mappings.items]
        listed = table(tr("Mappings"), columns, rows, empty=self._none(may=may))
        self.draw(self.list, listed + pager(self.chosen["cursor"], reply.mappings.next))

    def _none(self, *, may: bool) -> Markup:
        """What stands there where the list is empty."""
        if self.chosen["q"]:
            return empty(tr("No mapping of that name"), tr("Look for another part of its name or title."))
        if self.chosen["show"]:
            away = tr("What is put away on a mapping's page stands here, to be brought back.")
            return empty(tr("No mapping is archived"), away)
        if not may:
            shared = tr("Whoever designs pipelines makes them, and can share one with you.")
            return empty(tr("No mapping yet"), shared)
        how = tr(
            "A mapping says how the columns of a source become those of a target. Give one a title and a source above: "
            "columns are suggested, tried on the source’s rows, and applied by pipelines."
        )
        way = Way(tr("Or make one of a document:"), command="workbench mappings create @mapping.yaml")
        return empty(tr("No mapping yet"), how, way)

    def _row(self, item: MappingView) -> tuple[Content, ...]:
        about = Markup('<span class="sub">{}</span>').format(item.description) if item.description else NOTHING
        link = self.visit.link("mappings", item.name)
        title = Markup('<a class="name" href="{}">{}</a>').format(link, item.title)
        if item.archived_at is not None and self.visit.person.may(WRITE):
            title = archived(item.title, item.name, title)
        return title + about, f"v{item.current_version}", when(item.updated_at)

    async def _unarchive(self, fields: Fields) -> None:
        await self.visit.call("mappings.unarchive", id=fields["id"])

    async def _make(self, fields: Fields) -> None:
        document = {
            "title": fields.get("title", "").strip(), "source": fields.get("source", "").strip(),
            "target": fields.get("target", "").strip() or None,
        }  # fmt: skip
        made = await self.visit.call("mappings.create", document=document)
        self.presence.go(self.visit.link("mappings", made.name))


def _new(tables: list[str]) -> Markup:
    form = Markup('<form class="settings" aria-label="{}">{}{}{}<div>{}</div></form>').format(
        tr("New mapping"), text_field(tr("Title"), "title", hint=tr("Orders to sales")),
        text_field(tr("Source: a table, or a stream"), "source", hint="crm.orders", among=tables),
        text_field(tr("Target: a table, or none yet"), "target", required=False, hint="sales", among=tables),
        button(tr("New mapping"), "make", tone="main"),
    )  # fmt: skip
    return card(tr("New mapping"), form)
