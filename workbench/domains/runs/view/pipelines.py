"""The pipelines of a workspace: what there is, how each has been running, and which are mine at heart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.pipelines.schemas import PipelineView
from workbench.domains.runs.schemas import RunMark
from workbench.ui.controls import button, choice, pager, search, toolbar
from workbench.ui.formats import DASH, duration, when
from workbench.ui.languages import mark, spoken, tr
from workbench.ui.navigation import read_how
from workbench.ui.parts import NOTHING, Column, Content, Way, card, empty, loading, table, with_detail
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from .words import badge, demo, durations

STARRED = "lab.starred.pipelines"  # as the sidebar keeps them
PAGE = 50
SHOWN = {"": mark("In use"), "starred": mark("Starred"), "archived": mark("Archived")}
SORTS = {"name": mark("Name"), "-updated_at": mark("Changed last"), "-created_at": mark("Newest")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of pipelines with their latest runs, and which are starred."""

    page: Page[PipelineView]
    runs: dict[UUID, list[RunMark]]
    starred: list[str]


def pipelines(visit: Visit) -> Any:
    """The page of a visit."""
    return Pipelines(visit).start()


class Pipelines(View[Shown]):
    """The list, and what narrows it down."""

    doing = "the list of pipelines"
    asks: ClassVar = {"q": "", "show": "", "sort": "name", "cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading(tr("Loading the pipelines.")))
        super().__init__(visit, self.controls, self.list)
        self.draw(
            self.controls,
            toolbar(
                search(tr("Search pipelines"), "q", self.chosen["q"]),
                choice(tr("Show"), "show", spoken(SHOWN), self.chosen["show"]),
                choice(tr("Sort by"), "sort", spoken(SORTS), self.chosen["sort"]),
            ),
        )
        self.on("star", self._star)

    async def load(self) -> Shown:
        starred = await self._starred()
        asked: dict[str, Any] = {"archived": self.chosen["show"] == "archived"}
        if self.chosen["show"] == "starred":
            asked["ids"] = starred
        page: Page[PipelineView] = await self.visit.call(
            "pipelines.list", limit=PAGE, q=self.chosen["q"] or None, sort=self.chosen["sort"],
            cursor=self.chosen["cursor"] or None, **asked,
        )  # fmt: skip
        runs = {}
        if page.items and self.visit.person.may("runs:read"):
            latest = await self.visit.call("runs.latest", pipelines=[item.id for item in page.items])
            runs = {item.pipeline_id: item.runs for item in latest.items}
        return Shown(page, runs, starred)

    def show(self, reply: Shown) -> None:
        rows, title = [self._row(item, reply) for item in reply.page.items], tr("All pipelines")
        drawn = table(title, _columns(), rows, empty=NOTHING) if rows else card(title, self._nothing())
        self.draw(self.list, drawn + pager(self.chosen["cursor"], reply.page.next))

    def _nothing(self) -> Markup:
        if self.chosen["q"] or self.chosen["show"] or self.chosen["cursor"]:
            return empty(tr("No pipeline is like that"), tr("Choose something else above to see more."))
        return _no_pipelines(self.visit)

    def _row(self, item: PipelineView, reply: Shown) -> tuple[Content, ...]:
        runs = reply.runs.get(item.id, [])
        last: Content = Markup('<span class="muted">{}</span>').format(tr("never ran"))
        if runs:
            address = self.visit.link("runs", str(runs[0].id))
            last = Markup('<a href="{}">{}</a> <span class="sub">{}</span>').format(
                address, badge(runs[0].status), when(runs[0].submitted_at)
            )
        lasted = duration(runs[0].seconds) if runs else DASH
        return (
            with_detail(self._name(item), f"v{item.current_version}"),
            with_detail(last, lasted) if runs else last,
            lasted,
            durations(runs),
            when(item.updated_at),
            Markup('<span class="version">v{}</span>').format(item.current_version),
            self._star_of(item, str(item.id) in reply.starred),
        )

    def _name(self, item: PipelineView) -> Markup:
        title = item.title or item.name
        name = Markup('<span class="sub">{}</span>').format(item.name) if title != item.name else NOTHING
        if not self.visit.has("pipelines/{name}"):
            return Markup('<span class="name">{}</span>{}').format(title, name)
        return Markup('<a class="name" href="{}">{}</a>{}').format(self.visit.link("pipelines", item.name), title, name)

    def _star_of(self, item: PipelineView, on: bool) -> Markup:
        label = Markup('<span aria-hidden="true">{}</span><span class="unseen">{}</span>').format(
            "★" if on else "☆", tr("Starred: {name}", name=item.name)
        )
        return button(label, "star", name="id", value=str(item.id), tone="quiet", pressed=on)

    async def _starred(self) -> list[str]:
        kept = await self.visit.call("preferences.show", prefix=STARRED)
        value = kept.values.get(STARRED)
        return [str(one) for one in value] if isinstance(value, list) else []

    async def _star(self, fields: Fields) -> None:
        starred, chosen = await self._starred(), fields.get("id", "")
        kept = [one for one in starred if one != chosen] if chosen in starred else [*starred, chosen]
        await self.visit.call("preferences.set", name=STARRED, value=kept or None)


def _no_pipelines(visit: Visit) -> Markup:
    """What is shown in the place of pipelines where there are none, with what the person may do about it."""
    title = tr("No pipelines yet")
    if not visit.person.may("pipelines:design"):
        about = tr(
            "A pipeline is a notebook with parameters. Whoever writes notebooks publishes them; they can be started "
            "from here."
        )
        return empty(title, about)
    about = tr("A pipeline is a notebook with parameters. Add one, and it can be started from here.")
    register = Way(tr("From a notebook of yours:"), command="workbench pipelines register notebook.ipynb")
    own = [register, demo()] if not visit.sign_out else []
    template = [Way(tr("Start from a template"), href=visit.link("templates"))] if visit.has("templates") else []
    return empty(title, about, *own, *template, *read_how(visit))


def _columns() -> tuple[Column, ...]:
    return (
        Column(tr("Pipeline"), share=30), Column(tr("Last run"), share=14),
        Column(tr("Duration"), numeric=True, wide=True, share=9), Column(tr("Latest runs"), wide=True, share=17),
        Column(tr("Changed"), wide=True, share=11), Column(tr("Version"), numeric=True, wide=True),
        Column(tr("Starred"), share=6),
    )  # fmt: skip
