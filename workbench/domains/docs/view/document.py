"""A page of the documentation, with its headings at its side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from workbench.domains.docs.schemas import DocumentDetail, Heading, name_of
from workbench.ui import parts
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, loading
from workbench.ui.prose import CSS, prose
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

API = "workbench/api/v1/openapi.json"  # the server describes itself
PICTURES = "images/"
MANY = 60  # headings from which only the uppermost stand at the side


def document(visit: Visit) -> Any:
    """The page of a visit."""
    return Document(visit).start()


class Document(View[tuple[DocumentDetail, Markup]]):
    """The document, drawn once: it changes with the version only."""

    doing = "a page of the documentation"
    fresh = 3600.0

    def __init__(self, visit: Visit) -> None:
        self.text = markup(loading(tr("Opening the page.")), css=CSS)
        super().__init__(visit, self.text)

    async def load(self) -> tuple[DocumentDetail, Markup]:
        found: DocumentDetail = await self.visit.call("docs.show", document=self.visit.subject)
        return found, await self.visit.in_thread(partial(self._drawn, found))

    def show(self, reply: tuple[DocumentDetail, Markup]) -> None:
        found, drawn = reply
        self.title(found.title)
        self.draw(self.text, drawn)

    def _drawn(self, found: DocumentDetail) -> Markup:
        anchors = (heading.anchor for heading in found.headings)
        text = prose(found.text, anchors, partial(self._lead, found), downloads=frozenset({self.visit.home + API}))
        side = _contents(found.headings, opened=not self.visit.phone)
        return Markup('<div class="doc{}"><article class="card prose" lang="en">{}</article>{}</div>').format(
            NOTHING if side else " alone", text, side
        )

    def _lead(self, found: DocumentDetail, link: str) -> str:
        """Where a link of a document leads here: to a page, a picture, another site, or nowhere."""
        to = urlsplit(link)
        if to.scheme:
            return link
        at = f"#{to.fragment}" if to.fragment else ""
        if not to.path:
            return at
        path = normpath(join(dirname(found.path), to.path))
        if path == "reference/openapi.json":
            return self.visit.home + API
        if path.startswith(PICTURES):
            return f"{self.visit.apps}static/docs/{path.removeprefix(PICTURES)}"
        if path.startswith("..") or not path.endswith(".md"):
            return ""  # a file of the project's, which is not here
        return self.visit.link("docs", name_of(path)) + at


def _contents(headings: Sequence[Heading], *, opened: bool) -> Markup:
    """The headings below the first as links; nothing where there are too few to choose from."""
    deepest = 2 if len(headings) > MANY else 3
    below = [heading for heading in headings if 1 < heading.level <= deepest]
    if len(below) < 2:
        return NOTHING
    items = (
        Markup('<li class="{}"><a href="#{}">{}</a></li>').format(
            "deeper" if heading.level > 2 else "", heading.anchor, heading.text
        )
        for heading in below
    )
    return Markup(
        '<nav class="contents screen-only" aria-label="{0}"><details{1}><summary>{0}</summary>'
        '<ul lang="en">{2}</ul></details></nav>'
    ).format(tr("On this page"), " open" if opened else "", parts.join(items))
