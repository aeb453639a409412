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
from workbench.ui.parts import NOTHING, Column, Content, Way, card, empty, loading, table
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

MOST_TABLES = 500
WRITE = "mappings:write"
COLUMNS = (Column("Mapping", share=60), Column("Version", numeric=True, share=15), Column("Changed", share=25))
NONE = empty(
    "No mapping yet",
    "A mapping says how the columns of a source become those of a target. Give one a title and a source above: "
    "columns are suggested, tried on the source’s rows, and applied by pipelines.",
    Way("Or make one of a document:", command="workbench mappings create @mapping.yaml"),
)  # fmt: skip
NONE_SHARED = empty("No mapping yet", "Whoever designs pipelines makes them, and can share one with you.")
NONE_AWAY = empty("No mapping is archived", "What is put away on a mapping's page stands here, to be brought back.")
NOT_SO = empty("No mapping of that name", "Look for another part of its name or title.")


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
        self.make, self.controls, self.list = markup(css=FIELDS_CSS), markup(), markup(loading("Loading the mappings."))
        super().__init__(visit, self.make, self.controls, self.list)
        which = archive_choice(self.chosen["show"]) if visit.person.may(WRITE) else NOTHING
        self.draw(self.controls, toolbar(search("Search mappings", "q", self.chosen["q"]), which))
        self.on("unarchive", self._unarchive, "It is in use again.")
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
        rows = [self._row(item) for item in reply.mappings.items]
        none = NONE_AWAY if self.chosen["show"] else NONE if may else NONE_SHARED
        nothing = NOT_SO if self.chosen["q"] else none
        listed = table("Mappings", COLUMNS, rows, empty=nothing)
        self.draw(self.list, listed + pager(self.chosen["cursor"], reply.mappings.next))

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
    form = Markup('<form class="settings" aria-label="New mapping">{}{}{}<div>{}</div></form>').format(
        text_field("Title", "title", hint="Orders to sales"),
        text_field("Source: a table, or a stream", "source", hint="crm.orders", among=tables),
        text_field("Target: a table, or none yet", "target", required=False, hint="sales", among=tables),
        button("New mapping", "make", tone="main"),
    )  # fmt: skip
    return card("New mapping", form)
