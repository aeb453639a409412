"""All that there is to read, section by section."""

from __future__ import annotations

from itertools import groupby
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.domains.docs.schemas import Documents, DocumentView
from workbench.ui.controls import search, toolbar
from workbench.ui.formats import cut
from workbench.ui.parts import Column, Content, card, empty, loading, stacked, table
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

COLUMNS = (Column("Page", share=36), Column("What it begins with", wide=True))
TITLES = {
    "tutorials": "Learn", "how-to": "Get something done", "explanation": "Understand", "reference": "Look up",
    "security": "Security", "adr": "Decisions",
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
        self.controls, self.list = markup(), markup(loading("Looking up what there is to read."))
        super().__init__(visit, self.controls, self.list)
        self.draw(self.controls, toolbar(search("Find a page by its title or headings", "q", self.chosen["q"])))

    async def load(self) -> Documents:
        found: Documents = await self.visit.call("docs.list", q=self.chosen["q"].strip())
        return found

    def show(self, reply: Documents) -> None:
        sections = [
            table(TITLES[section], COLUMNS, (self._row(one) for one in documents if not _lists(one)))
            for section, documents in groupby(reply.items, lambda one: one.section)
        ]
        told = Markup('<p class="sub">This is the documentation of version {}, which runs here.</p>')
        self.draw(self.list, stacked(*sections, told.format(reply.version)) if sections else card("Docs", NOTHING_LIKE))

    def _row(self, one: DocumentView) -> tuple[Content, ...]:
        name = Markup('<a class="name" href="{}">{}</a>').format(self.visit.link("docs", one.name), one.title)
        return name, Markup('<span class="muted">{}</span>').format(cut(one.summary))


def _lists(one: DocumentView) -> bool:
    """Whether a document only lists those of its section, as this page does."""
    return one.name == one.section and not one.summary


NOTHING_LIKE = empty("No page is about that", "Try fewer or other words.")
