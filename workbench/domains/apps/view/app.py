"""An app in its page: whose it is, since when, and what it may read; the app itself runs in a frame of no origin."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from markupsafe import Markup

from workbench.core.clock import now
from workbench.core.errors import NotFound
from workbench.core.people import who
from workbench.domains.apps.schemas import AppView
from workbench.ui import audience
from workbench.ui.controls import button, link, snippet
from workbench.ui.formats import count, when
from workbench.ui.frames import FRAMED, framed
from workbench.ui.freshness import as_of
from workbench.ui.languages import mark, tr, trn
from workbench.ui.parts import NOTHING, Content, card, empty, join, loading, stacked, status
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

EXAMPLE = """import panel as pn
pn.extension()
slider = pn.widgets.IntSlider(name="Month", start=1, end=12)
pn.Column(slider, pn.bind(chart_of, slider)).servable()"""


def app(visit: Visit) -> Any:
    """The page of a visit."""
    return AppPage(visit).start()


class AppPage(View[AppView | None]):
    """What is known of the app, and its frame; what is drawn anew does not disturb what runs in there."""

    doing = "the page of an app"
    fresh = 15.0

    asks: ClassVar[dict[str, str]] = {}

    def __init__(self, visit: Visit) -> None:
        self.about, self.frame = markup(loading(tr("Loading what is known of the app."), rows=1)), markup(css=FRAMED)
        super().__init__(visit, self.about, self.frame)
        self._opened: tuple[Any, int] | None = None
        self._times = 0
        self.on("restart", self._restart)
        self.on("report", self._report, tr("The owner of the app was told."))
        self.on("request", self._request, tr("If there is such an app, its owner was asked."))

    async def load(self) -> AppView | None:
        try:
            found: AppView = await self.visit.call("apps.show", id=self.visit.subject)
        except NotFound:
            return None
        return found

    def show(self, reply: AppView | None) -> None:
        if reply is None:
            self.title(tr("No such app"))
            self.draw(self.about, audience.absent(mark("app")))
            self.draw(self.frame, NOTHING)
            return
        self.title(reply.title or reply.pipeline, self._acts(reply))
        self.draw(self.about, facts_of(self.visit, reply) if reply.servable else NOTHING)
        wanted = (reply.version_id, self._times)
        if wanted != self._opened:
            self._opened = wanted
            self.draw(self.frame, self._framed(reply) if reply.servable else how_to())

    def _acts(self, reply: AppView) -> Content:
        acts = [as_of(self.visit, reply.as_of, reply.run_id, now(), late=reply.late)]
        acts += [audience.request()] if reply.withheld else []
        acts.append(audience.report(tr("The numbers of May are missing.")))
        if self.visit.has("pipelines/{name}"):
            acts.append(link(tr("Pipeline"), self.visit.link("pipelines", reply.pipeline)))
        if reply.servable:
            acts.append(button(tr("Restart"), "restart"))
        return join(acts)

    def _framed(self, reply: AppView) -> Markup:
        asked = {"again": str(self._times)} if self._times else {}
        if self.visit.theme_by != "browser":  # else what her browser likes, which it says with its request
            asked["dark"] = str(int(self.presence.dark))
        if self.visit.person.likings.language:  # else, too
            asked["language"] = self.visit.person.likings.language
        address = f"{self.visit.address}/open" + (f"?{urlencode(asked)}" if asked else "")
        return framed(tr("The app {title}", title=reply.title or reply.pipeline), address)

    async def _restart(self, _: Fields) -> None:
        self._times += 1

    async def _report(self, fields: Fields) -> None:
        text = fields.get("text", "")
        await self.visit.call("pipelines.report_problem", id=self.visit.subject, page="app", text=text)

    async def _request(self, fields: Fields) -> None:
        message = fields.get("text", "")
        await self.visit.call("pipelines.request_access", id=self.visit.subject, page="app", message=message)


def facts_of(visit: Visit, shown: AppView) -> Markup:
    """Which version is shown, whose, since when, and what it reads."""
    said: list[Content] = [tr("version {number} by {author}", number=shown.number, author=who(shown.author))]
    since = when(shown.since)
    if shown.published:
        said.append(tr("published {when}", when=since))
    else:
        unpublished = status("warning", tr("not published: only those who edit notebooks see it"))
        said.append(tr("registered {when}, {unpublished}", when=since, unpublished=unpublished))
    if shown.reads:
        said.append(tr("reads {tables}", tables=join([_table(visit, one.name) for one in shown.reads], ", ")))
    elif not shown.withheld:
        said.append(tr("reads no tables"))
    if shown.withheld:
        said.append(status("warning", _withheld(shown)))
    return Markup('<p class="muted">{}</p>').format(join(said, Markup(" · ")))


def _withheld(shown: AppView) -> str:
    return trn(
        shown.withheld,
        "one table that it would read is not open to both you and {author}",
        "{n} tables that it would read are not open to both you and {author}",
        n=count(shown.withheld), author=who(shown.author),
    )  # fmt: skip


def _table(visit: Visit, name: str) -> Content:
    if not visit.has("tables/{name}"):
        return name
    return Markup('<a href="{}">{}</a>').format(visit.link("tables", name), name)


def how_to() -> Markup:
    """What to do so that a notebook serves something."""
    text = tr("Mark what a cell makes with Panel as servable, register the notebook again, and publish it.")
    nothing = empty(tr("This notebook serves nothing yet"), text)
    return card(tr("App"), stacked(nothing, snippet(EXAMPLE, tr("A cell that does"))))
