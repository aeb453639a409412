"""The connectors of a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.connectors.schemas import ConnectorItem, TypeView
from workbench.ui.controls import choice, link, pager, search, toolbar
from workbench.ui.languages import tr
from workbench.ui.navigation import read_how
from workbench.ui.parts import NOTHING, Column, Content, Way, card, empty, loading, table
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from .connector_parts import last_test

PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """Connectors, and what types there are."""

    connectors: Page[ConnectorItem]
    types: dict[str, TypeView]


def connectors(visit: Visit) -> Any:
    """The page of a visit."""
    return Connectors(visit).start()


class Connectors(View[Shown]):
    """The list, and what narrows it down."""

    doing = "the list of connectors"
    fresh = 30.0
    asks: ClassVar = {"q": "", "show": "", "cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading(tr("Loading the connectors.")))
        super().__init__(visit, self.controls, self.list)
        self.new = visit.person.may("connectors:write") and visit.has("connect")
        make = link(tr("New connector"), visit.link("connect"), tone="main") if self.new else NOTHING
        shown = {"": tr("All connectors"), "broken": tr("Last test failed")}
        self.draw(
            self.controls,
            toolbar(
                search(tr("Search connectors"), "q", self.chosen["q"]),
                choice(tr("Show"), "show", shown, self.chosen["show"]),
                make,
            ),
        )

    async def load(self) -> Shown:
        found: Page[ConnectorItem] = await self.visit.call(
            "connectors.list", limit=PAGE, q=self.chosen["q"] or None, broken=self.chosen["show"] == "broken",
            cursor=self.chosen["cursor"] or None,
        )  # fmt: skip
        types = await self.visit.call("connectors.types")
        return Shown(found, {one.name: one for one in types.items})

    def show(self, reply: Shown) -> None:
        rows = [self._row(one, reply.types) for one in reply.connectors.items]
        columns = (Column(tr("Connector"), share=40), Column(tr("Type"), share=30), Column(tr("Last test"), share=30))
        title = tr("Connectors")
        drawn = table(title, columns, rows) if rows else card(title, self._nothing())
        self.draw(self.list, drawn + pager(self.chosen["cursor"], reply.connectors.next))

    def _row(self, one: ConnectorItem, types: dict[str, TypeView]) -> tuple[Content, ...]:
        name: Content = one.name
        if self.visit.has("connectors/{name}"):
            address = self.visit.link("connectors", one.name)
            name = Markup('<a class="name" href="{}">{}</a>').format(address, one.name)
        kind = types.get(one.type)
        return name, kind.title if kind else one.type, last_test(one.tested_at, one.test_problem)

    def _nothing(self) -> Markup:
        if any(self.chosen.values()):
            return empty(tr("No connector is like that"), tr("Search for something else to see more."))
        ways = [Way(tr("New connector"), href=self.visit.link("connect"))] if self.new else []
        return empty(
            tr("No connectors yet"),
            tr("A connector brings data in: from a database, an API or files."),
            *ways,
            *read_how(self.visit),
        )
