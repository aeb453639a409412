"""The lists of dashboards and of apps: what people look at who open no notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.apps.schemas import AppItem
from workbench.domains.dashboards.schemas import DashboardItem
from workbench.ui.controls import archive_choice, archived, button, pager, search, toolbar
from workbench.ui.formats import when
from workbench.ui.navigation import read_how
from workbench.ui.parts import NOTHING, Column, Content, Way, empty, loading, stacked, status, table
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

SHOWN, CHANGED = Column("Shown to an audience", share=20), Column("Changed", wide=True, share=20)
COLUMNS = (Column("Dashboard", share=60), SHOWN, CHANGED)
APP_COLUMNS = (Column("App", share=60), SHOWN, CHANGED)
NONE_SHARED = empty("No dashboards yet", "Whoever may publish dashboards can share one with you.")
NOT_SO = empty("No dashboard of that name", "Look for another part of its name or title.")
NONE_AWAY = empty("No dashboard is archived", "What is put away on a dashboard's page stands here, to be brought back.")
NO_APP_SHARED = empty("No apps yet", "Whoever publishes a notebook as an app can share it with you.")
NO_APP_SO = empty("No app of that name", "Look for another part of its name or title.")
PUBLISHED, UNPUBLISHED = status("ok", "published"), status("off", "not published")
WRITE = "dashboards:write"
APPS, APP = "how-to.serve-an-app", "app/{name}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of each list; no apps where they are none of the reader's business."""

    boards: Page[DashboardItem]
    apps: Page[AppItem] | None


def boards(visit: Visit) -> Any:
    """The page of a visit."""
    return BoardsPage(visit).start()


class BoardsPage(View[Listed]):
    """The parts of the page."""

    doing = "the list of dashboards"
    asks: ClassVar = {"q": "", "show": "", "cursor": "", "apps": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading("Loading the dashboards."))
        super().__init__(visit, self.controls, self.list)
        make: Content = NOTHING
        if visit.has("edit/{name}"):
            make = Markup(
                '<form class="toolbar"><label class="control"><span class="unseen">Title</span>'
                '<input name="title" required maxlength="200" placeholder="Title of a new one"></label>{}</form>'
            ).format(button("New dashboard", "make", tone="main"))
        which = archive_choice(self.chosen["show"]) if visit.person.may(WRITE) else NOTHING
        self.draw(self.controls, toolbar(search("Search dashboards and apps", "q", self.chosen["q"]), which, make))
        self.on("unarchive", self._unarchive, "It is in use again.")
        self.on("make", self._make)

    async def load(self) -> Listed:
        call, q = self.visit.call, self.chosen["q"] or None
        away = bool(self.chosen["show"])
        boards = await call("dashboards.list", q=q, cursor=self.chosen["cursor"] or None, archived=away)
        apps = None
        if self.visit.has(APP) and not away:
            apps = await call("apps.list", q=q, cursor=self.chosen["apps"] or None)
        return Listed(boards, apps)

    def show(self, reply: Listed) -> None:
        drawn: list[Content] = [self._boards(reply.boards)]
        if reply.apps is not None:
            drawn.append(self._apps(reply.apps))
        self.draw(self.list, stacked(*drawn))

    def choose(self, **chosen: str) -> None:
        """Look for something else from the first page of both lists."""
        super().choose(**({"apps": ""} if "q" in chosen else {}), **chosen)

    def _boards(self, found: Page[DashboardItem]) -> Markup:
        nothing = NOT_SO if self.chosen["q"] else NONE_AWAY if self.chosen["show"] else self._none()
        drawn = table("Dashboards", COLUMNS, map(self._row, found.items), empty=nothing)
        return drawn + pager(self.chosen["cursor"], found.next)

    def _apps(self, found: Page[AppItem]) -> Markup:
        nothing = NO_APP_SO if self.chosen["q"] else self._no_app()
        drawn = table("Apps", APP_COLUMNS, map(self._app, found.items), empty=nothing)
        return drawn + pager(self.chosen["apps"], found.next, "apps")

    def _none(self) -> Markup:
        if not self.visit.has("edit/{name}"):
            return NONE_SHARED
        document = Way("Or make one of a document:", command="workbench dashboards create @dashboard.yaml")
        told = "Give one a title above, and choose what it shows."
        return empty("No dashboards yet", told, document, *read_how(self.visit))

    def _no_app(self) -> Markup:
        if not self.visit.person.may("notebooks:edit"):
            return NO_APP_SHARED
        told = "A notebook becomes one: mark what a cell makes with Panel as .servable(), register and publish it."
        return empty("No apps yet", told, *read_how(self.visit, APPS))

    def _row(self, item: DashboardItem) -> tuple[Content, ...]:
        title = self._title(item)
        if self.chosen["show"] and self.visit.person.may(WRITE):
            title = archived(item.title, item.id)  # an archived one has no page
        if item.updated_at is None:
            return title, status("ok", "built in"), NOTHING
        return title, PUBLISHED if item.published else UNPUBLISHED, when(item.updated_at)

    def _app(self, item: AppItem) -> tuple[Content, ...]:
        return self._title(item), PUBLISHED if item.published else UNPUBLISHED, when(item.since)

    def _title(self, item: DashboardItem | AppItem) -> Markup:
        stem, _, name = item.page.partition("/")
        about = Markup('<span class="sub">{}</span>').format(item.description) if item.description else NOTHING
        return Markup('<a class="name" href="{}">{}</a>{}').format(self.visit.link(stem, name), item.title, about)

    async def _unarchive(self, fields: Fields) -> None:
        await self.visit.call("dashboards.unarchive", id=fields["id"])

    async def _make(self, fields: Fields) -> None:
        made = await self.visit.call("dashboards.create", document={"title": fields.get("title", "").strip()})
        self.presence.go(self.visit.link("edit", made.name))
