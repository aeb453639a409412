"""All that there is to read, section by section."""

from __future__ import annotations

from itertools import groupby
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.domains.docs.schemas import Documents, DocumentView
from workbench.ui.controls import search, toolbar
from workbench.ui.formats import cut
from workbench.ui.languages import mark, tr
from workbench.ui.parts import Column, Content, card, empty, loading, stacked, table
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

TITLES = {
    "tutorials": mark("Learn"), "how-to": mark("Get something done"), "explanation": mark("Understand"),
    "reference": mark("Look up"), "security": mark("Security"), "adr": mark("Decisions"),
}  # fmt: skip


def contents(visit: Visit) -> Any:
    """The page of a visit."""
    return Contents(visit).start()


class Contents(View[Documents]):
    """The sections, and what narrows them down."""

    doing = "the documentation"
    asks: ClassVar = {"q": ""}
    fresh = 3600.0

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading(tr("Looking up what there is to read.")))
        super().__init__(visit, self.controls, self.list)
        self.draw(self.controls, toolbar(search(tr("Find a page by its title or headings"), "q", self.chosen["q"])))

    async def load(self) -> Documents:
        found: Documents = await self.visit.call("docs.list", q=self.chosen["q"].strip())
        return found

    def show(self, reply: Documents) -> None:
        columns = (Column(tr("Page"), share=36), Column(tr("What it begins with"), wide=True))
        sections = [
            table(tr(TITLES[section]), columns, (self._row(one) for one in documents if not _lists(one)))
            for section, documents in groupby(reply.items, lambda one: one.section)
        ]
        told = tr("This is the documentation of version {version}, which runs here.", version=reply.version)
        whole = stacked(*sections, Markup('<p class="sub">{}</p>').format(told))
        self.draw(self.list, whole if sections else card(tr("Docs"), _nothing()))

    def _row(self, one: DocumentView) -> tuple[Content, ...]:
        name = Markup('<a class="name" lang="en" href="{}">{}</a>').format(self.visit.link("docs", one.name), one.title)
        return name, Markup('<span class="muted" lang="en">{}</span>').format(cut(one.summary))


def _lists(one: DocumentView) -> bool:
    """Whether a document only lists those of its section, as this page does."""
    return one.name == one.section and not one.summary


def _nothing() -> Markup:
    return empty(tr("No page is about that"), tr("Try fewer or other words."))
