"""An app in its page: whose it is, since when, and what it may read; the app itself runs in a frame of no origin."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from markupsafe import Markup

from workbench.domains.apps.schemas import AppView
from workbench.ui.controls import button, link, snippet
from workbench.ui.formats import when, who
from workbench.ui.frames import FRAMED, framed
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


class AppPage(View[AppView]):
    """What is known of the app, and its frame; what is drawn anew does not disturb what runs in there."""

    doing = "the page of an app"
    fresh = 15.0

    asks: ClassVar[dict[str, str]] = {}

    def __init__(self, visit: Visit) -> None:
        self.about, self.frame = markup(loading("Loading what is known of the app.", rows=1)), markup(css=FRAMED)
        super().__init__(visit, self.about, self.frame)
        self._opened: tuple[Any, int, bool] | None = None
        self._times, self._dark = 0, visit.dark
        self.presence.param.watch(self._liked, "dark")
        self.on("restart", self._restart)

    async def load(self) -> AppView:
        found: AppView = await self.visit.call("apps.show", id=self.visit.subject)
        return found

    def show(self, reply: AppView) -> None:
        acts = [link("Pipeline", self.visit.link("pipelines", reply.pipeline))]
        if reply.servable:
            acts.append(button("Restart", "restart"))
        self.title(reply.title or reply.pipeline, join(acts))
        self.draw(self.about, facts_of(self.visit, reply) if reply.servable else NOTHING)
        wanted = (reply.version_id, self._times, self._dark)
        if wanted != self._opened:
            self._opened = wanted
            self.draw(self.frame, self._framed(reply) if reply.servable else how_to())

    def _framed(self, reply: AppView) -> Markup:
        asked = {"again": str(self._times)} if self._times else {}
        asked |= {"dark": "1"} if self._dark else {}
        address = f"{self.visit.address}/open" + (f"?{urlencode(asked)}" if asked else "")
        return framed(f"The app {reply.title or reply.pipeline}", address)

    def _liked(self, event: Any) -> None:
        """Open the app anew in the theme that the browser likes, which it says at the end of its very first visit.

        A theme that the person chooses, which the shell has first, counts from the next opening: she may have begun.
        """
        if self.shell.dark_theme != event.new:
            self._dark = event.new
            self.live.refresh()

    async def _restart(self, _: Fields) -> None:
        self._times, self._dark = self._times + 1, self.presence.dark


def facts_of(visit: Visit, shown: AppView) -> Markup:
    """Which version is shown, whose, since when, and how old its data are."""
    said: list[Content] = [Markup("version {} by {}").format(shown.number, who(shown.author))]
    since = when(shown.since)
    if shown.published:
        said.append(Markup("published {}").format(since))
    else:
        unpublished = status("warning", "not published: only those who edit notebooks see it")
        said.append(Markup("registered {}, {}").format(since, unpublished))
    if shown.reads:
        tables = join([_table(visit, one.name) for one in shown.reads], Markup(", "))
        said.append(Markup("data as of {} ({})").format(when(min(one.as_of for one in shown.reads)), tables))
    elif not shown.withheld:
        said.append("reads no tables")
    if shown.withheld:
        some, are = ("one table", "is") if shown.withheld == 1 else (f"{shown.withheld} tables", "are")
        said.append(status("warning", f"{some} that it would read {are} not open to both you and {who(shown.author)}"))
    return Markup('<p class="muted">{}</p>').format(join(said, Markup(" · ")))


def _table(visit: Visit, name: str) -> Content:
    if not visit.has("tables/{name}"):
        return name
    return Markup('<a href="{}">{}</a>').format(visit.link("tables", name), name)


def how_to() -> Markup:
    """What to do so that a notebook serves something."""
    text = "Mark what a cell makes with Panel as servable, register the notebook again, and publish it."
    return card("App", stacked(empty("This notebook serves nothing yet", text), snippet(EXAMPLE, "A cell that does")))
