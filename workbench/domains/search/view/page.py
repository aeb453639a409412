"""What is called so, kind by kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.people import who
from workbench.domains.search.schemas import Found, Hit, Kind
from workbench.ui.controls import CHOOSE, button, choice, search, toolbar
from workbench.ui.formats import cut, number, when
from workbench.ui.languages import mark, spoken, tr
from workbench.ui.parts import NOTHING, Column, Content, card, empty, join, loading, stacked, table
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

FEW, MANY = 8, 100
ROWS = re.compile(r"(\d{1,3}(?:,\d{3})*) rows")  # what is said of a table that has no description
WORDS = {
    "pipelines": mark("Pipelines"), "tables": mark("Tables"), "dashboards": mark("Dashboards"), "apps": mark("Apps"),
    "connectors": mark("Connectors"), "mappings": mark("Mappings"), "queries": mark("Saved queries"),
    "columns": mark("Columns"), "runs": mark("Runs"), "templates": mark("Templates"), "members": mark("Members"),
    "docs": mark("Docs"),
}  # fmt: skip


def page(visit: Visit) -> Any:
    """The page of a visit."""
    return Search(visit).start()


class Search(View[Found | None]):
    """The things that fit, those of one kind together."""

    doing = "the search"
    asks: ClassVar = {"q": "", "kind": ""}
    fresh = 60.0

    def __init__(self, visit: Visit) -> None:
        self.controls, self.found = markup(), markup(loading(tr("Searching.")))
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
            self.draw(self.found, card(tr("Search"), _nothing_wanted()))
        elif not reply.items:
            other = tr("Try fewer or other words. What you may not see is not found either.")
            self.draw(self.found, card(tr("Search"), empty(tr("Nothing of that name"), other)))
        else:
            kinds = groupby(reply.items, lambda hit: hit.kind)
            self.draw(self.found, stacked(*(self._kind(kind, hits, kind in reply.more) for kind, hits in kinds)))

    def _offer(self) -> None:
        words = {"": tr("Everything")} | spoken(WORDS)
        kinds = choice(tr("Of kind"), "kind", words, self.chosen["kind"])
        self.draw(self.controls, toolbar(search(tr("Search this workspace"), "q", self.chosen["q"]), kinds))

    def _kind(self, kind: Kind, hits: Iterable[Hit], more: bool) -> Markup:
        aside: Content = NOTHING
        if more:
            every = button(tr("More"), CHOOSE, name="kind", value=kind)
            aside = tr("the first {number}", number=MANY) if self.chosen["kind"] else every
        columns = Column(tr("Name"), share=45), Column(tr("What it is"))
        return table(tr(WORDS[kind]), columns, map(self._row, hits), aside=aside)

    def _row(self, hit: Hit) -> tuple[Content, ...]:
        name = Markup('<a class="name" href="{}">{}</a>').format(self.visit.link(hit.page), hit.title)
        return name, join([cut(_detail(hit)), *([when(hit.at)] if hit.at else [])], ", ")


def _detail(hit: Hit) -> str:
    """What tells it apart; what the search itself says, rather than people, in the language of who looks."""
    if hit.kind is Kind.RUNS and ", by " in hit.detail:
        state, _, whom = hit.detail.partition(", by ")
        return tr("{status}, by {person}", status=tr(state), person=who(whom))
    if hit.kind is Kind.COLUMNS and " of " in hit.detail:
        type_, _, name = hit.detail.partition(" of ")
        return tr("{type} of {table}", type=type_, table=name)
    if hit.kind is Kind.TABLES and (rows := ROWS.fullmatch(hit.detail)):
        return tr("{number} rows", number=number(rows[1]))
    return hit.detail


def _nothing_wanted() -> Markup:
    what = tr(
        "Pipelines, tables and their columns, dashboards, apps, mappings, saved queries, connectors, runs, templates "
        "and members, as far as you may see them."
    )
    return empty(tr("What are you looking for?"), what)
