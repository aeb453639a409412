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
from workbench.ui.languages import tr
from workbench.ui.navigation import read_how
from workbench.ui.parts import NOTHING, Column, Content, Way, empty, loading, stacked, status, table
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

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
        self.controls, self.list = markup(), markup(loading(tr("Loading the dashboards.")))
        super().__init__(visit, self.controls, self.list)
        make: Content = NOTHING
        if visit.has("edit/{name}"):
            make = Markup(
                '<form class="toolbar"><label class="control"><span class="unseen">{}</span>'
                '<input name="title" required maxlength="200" placeholder="{}"></label>{}</form>'
            ).format(tr("Title"), tr("Title of a new one"), button(tr("New dashboard"), "make", tone="main"))
        which = archive_choice(self.chosen["show"]) if visit.person.may(WRITE) else NOTHING
        searched = search(tr("Search dashboards and apps"), "q", self.chosen["q"])
        self.draw(self.controls, toolbar(searched, which, make))
        self.on("unarchive", self._unarchive, tr("It is in use again."))
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
        columns = _columns(tr("Dashboard"))
        drawn = table(tr("Dashboards"), columns, map(self._row, found.items), empty=self._none())
        return drawn + pager(self.chosen["cursor"], found.next)

    def _apps(self, found: Page[AppItem]) -> Markup:
        drawn = table(tr("Apps"), _columns(tr("App")), map(self._app, found.items), empty=self._no_app())
        return drawn + pager(self.chosen["apps"], found.next, "apps")

    def _none(self) -> Markup:
        if self.chosen["q"]:
            return empty(tr("No dashboard of that name"), tr("Look for another part of its name or title."))
        if self.chosen["show"]:
            away = tr("What is put away on a dashboard's page stands here, to be brought back.")
            return empty(tr("No dashboard is archived"), away)
        if not self.visit.has("edit/{name}"):
            return empty(tr("No dashboards yet"), tr("Whoever may publish dashboards can share one with you."))
        document = Way(tr("Or make one of a document:"), command="workbench dashboards create @dashboard.yaml")
        told = tr("Give one a title above, and choose what it shows.")
        return empty(tr("No dashboards yet"), told, document, *read_how(self.visit))

    def _no_app(self) -> Markup:
        if self.chosen["q"]:
            return empty(tr("No app of that name"), tr("Look for another part of its name or title."))
        if not self.visit.person.may("notebooks:edit"):
            return empty(tr("No apps yet"), tr("Whoever publishes a notebook as an app can share it with you."))
        told = tr("A notebook becomes one: mark what a cell makes with Panel as .servable(), register and publish it.")
        return empty(tr("No apps yet"), told, *read_how(self.visit, APPS))

    def _row(self, item: DashboardItem) -> tuple[Content, ...]:
        title = self._title(item)
        if self.chosen["show"] and self.visit.person.may(WRITE):
            title = archived(item.title, item.id)  # an archived one has no page
        if item.updated_at is None:
            return title, status("ok", tr("built in")), NOTHING
        return title, _standing(item), when(item.updated_at)

    def _app(self, item: AppItem) -> tuple[Content, ...]:
        return self._title(item), _standing(item), when(item.since)

    def _title(self, item: DashboardItem | AppItem) -> Markup:
        stem, _, name = item.page.partition("/")
        about = Markup('<span class="sub">{}</span>').format(item.description) if item.description else NOTHING
        return Markup('<a class="name" href="{}">{}</a>{}').format(self.visit.link(stem, name), item.title, about)

    async def _unarchive(self, fields: Fields) -> None:
        await self.visit.call("dashboards.unarchive", id=fields["id"])

    async def _make(self, fields: Fields) -> None:
        made = await self.visit.call("dashboards.create", document={"title": fields.get("title", "").strip()})
        self.presence.go(self.visit.link("edit", made.name))


def _columns(thing: str) -> tuple[Column, ...]:
    """The columns of either list, `thing` being what it is of."""
    shown, changed = Column(tr("Shown to an audience"), share=20), Column(tr("Changed"), wide=True, share=20)
    return Column(thing, share=60), shown, changed


def _standing(item: DashboardItem | AppItem) -> Markup:
    return status("ok", tr("published")) if item.published else status("off", tr("not published"))
