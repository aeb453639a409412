"""The list of dashboards."""

from __future__ import annotations

from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.dashboards.schemas import DashboardItem
from workbench.ui.controls import button, pager, search, toolbar
from workbench.ui.formats import when
from workbench.ui.navigation import read_how
from workbench.ui.parts import NOTHING, Column, Content, Way, empty, loading, status, table
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

COLUMNS = (
    Column("Dashboard", share=60),
    Column("Shown to an audience", share=20),
    Column("Changed", wide=True, share=20),
)
NONE_SHARED = empty("No dashboards yet", "Whoever may publish dashboards can share one with you.")
NOT_SO = empty("No dashboard is called so", "Look for another part of its name or title.")


def boards(visit: Visit) -> Any:
    """The page of a visit."""
    return BoardsPage(visit).start()


class BoardsPage(View[Page[DashboardItem]]):
    """The parts of the page."""

    doing = "the list of dashboards"
    asks: ClassVar = {"q": "", "cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading("Loading the dashboards."))
        super().__init__(visit, self.controls, self.list)
        make: Content = NOTHING
        if visit.has("edit/{name}"):
            make = Markup(
                '<form class="toolbar"><label class="control"><span class="unseen">Title</span>'
                '<input name="title" required maxlength="200" placeholder="Title of a new one"></label>{}</form>'
            ).format(button("New dashboard", "make", tone="main"))
        self.draw(self.controls, toolbar(search("Search dashboards", "q", self.chosen["q"]), make))
        self.on("make", self._make)

    async def load(self) -> Page[DashboardItem]:
        asked = {name: value or None for name, value in self.chosen.items()}
        found: Page[DashboardItem] = await self.visit.call("dashboards.list", **asked)
        return found

    def show(self, reply: Page[DashboardItem]) -> None:
        rows = [self._row(item) for item in reply.items]
        nothing = NOT_SO if self.chosen["q"] else self._none()
        self.draw(
            self.list, table("Dashboards", COLUMNS, rows, empty=nothing) + pager(self.chosen["cursor"], reply.next)
        )

    def _none(self) -> Markup:
        if not self.visit.has("edit/{name}"):
            return NONE_SHARED
        document = Way("Or make one of a document:", command="workbench dashboards create @dashboard.yaml")
        told = "Give one a title above, and choose what it shows."
        return empty("No dashboards yet", told, document, *read_how(self.visit))

    def _row(self, item: DashboardItem) -> tuple[Content, ...]:
        stem, _, name = item.page.partition("/")
        about = Markup('<span class="sub">{}</span>').format(item.description) if item.description else NOTHING
        title = Markup('<a class="name" href="{}">{}</a>{}').format(self.visit.link(stem, name), item.title, about)
        shown = status("ok", "published") if item.published else status("off", "not published")
        if item.updated_at is None:
            return title, status("ok", "built in"), NOTHING
        return title, shown, when(item.updated_at)

    async def _make(self, fields: Fields) -> None:
        made = await self.visit.call("dashboards.create", document={"title": fields.get("title", "").strip()})
        self.presence.go(self.visit.link("edit", made.name))
