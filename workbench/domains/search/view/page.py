"""What is called so, kind by kind."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.people import who
from workbench.domains.search.schemas import Found, Hit, Kind
from workbench.ui.controls import CHOOSE, button, choice, search, toolbar
from workbench.ui.formats import cut, when
from workbench.ui.parts import NOTHING, Column, Content, card, empty, join, loading, stacked, table
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

FEW, MANY = 8, 100
WORDS = {kind.value: kind.value.capitalize() for kind in Kind} | {"queries": "Saved queries"}
COLUMNS = (Column("Name", share=45), Column("What it is"))


def page(visit: Visit) -> Any:
    """The page of a visit."""
    return Search(visit).start()


class Search(View[Found | None]):
    """The things that fit, those of one kind together."""

    doing = "the search"
    asks: ClassVar = {"q": "", "kind": ""}
    fresh = 60.0

    def __init__(self, visit: Visit) -> None:
        self.controls, self.found = markup(), markup(loading("Searching."))
        super().__init__(visit, self.controls, self.found)
        if self.chosen["kind"] not in WORDS:
            self.chosen["kind"] = ""
        self._offer()

    async def load(self) -> Found | None:
        wanted, kind = self.chosen["q"].strip(), self.chosen["kind"]
        if not wanted:
            return None
        found: Found = await self.visit.call("search.find", q=wanted, kind=kind or None, limit=MANY if kind else FEW)
        return found

    def show(self, reply: Found | None) -> None:
        if reply is None:
            self.draw(self.found, card("Search", NOTHING_WANTED))
        elif not reply.items:
            self.draw(self.found, card("Search", NOTHING_FOUND))
        else:
            kinds = groupby(reply.items, lambda hit: hit.kind)
            self.draw(self.found, stacked(*(self._kind(kind, hits, kind in reply.more) for kind, hits in kinds)))

    def _offer(self) -> None:
        kinds = choice("Of kind", "kind", {"": "Everything", **WORDS}, self.chosen["kind"])
        self.draw(self.controls, toolbar(search("Search this workspace", "q", self.chosen["q"]), kinds))

    def _kind(self, kind: Kind, hits: Iterable[Hit], more: bool) -> Markup:
        aside: Content = NOTHING
        if more:
            aside = f"the first {MANY}" if self.chosen["kind"] else button("More", CHOOSE, name="kind", value=kind)
        return table(WORDS[kind], COLUMNS, map(self._row, hits), aside=aside)

    def _row(self, hit: Hit) -> tuple[Content, ...]:
        name = Markup('<a class="name" href="{}">{}</a>').format(self.visit.link(hit.page), hit.title)
        detail, by, whom = hit.detail.partition(", by ") if hit.kind is Kind.RUNS else (hit.detail, "", "")
        detail += f"{by}{who(whom)}" if by else ""
        return name, join([cut(detail), *([when(hit.at)] if hit.at else [])], ", ")


NOTHING_WANTED = empty(
    "What are you looking for?",
    "Pipelines, tables and their columns, dashboards, apps, mappings, saved queries, connectors, runs, templates "
    "and members, as far as you may see them.",
)
NOTHING_FOUND = empty("Nothing of that name", "Try fewer or other words. What you may not see is not found either.")
