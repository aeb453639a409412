"""The home page: how the runs stand, what the store holds, one chart of what was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from workbench.domains.dashboards.schemas import Home
from workbench.domains.runs.view.words import beginnings, no_runs
from workbench.domains.store.view.tables import none_yet
from workbench.ui.kit import pmui, pn
from workbench.ui.languages import mark, tr
from workbench.ui.likings import OPENS_LAB
from workbench.ui.live import Live
from workbench.ui.parts import NOTHING, Way, card, empty, loading, loading_figures, problem
from workbench.ui.presence import Presence
from workbench.ui.shell import join_columns, markup, page, reveal, split
from workbench.ui.visit import Failure, Visit

from .chart import ChartCard
from .parts import header, height_beside, home_figures, runs_table, tables_table
from .picture import PictureCard

WHILE_RUNNING, WHILE_QUIET = 1.5, 5.0
RUNS = 8
STATUSES = {
    "all": mark("All runs"), "active": mark("Running and waiting"), "succeeded": mark("Succeeded"),
    "failed": mark("Failed"),
}  # fmt: skip
WHOSE = {"": mark("Everybody's"), "mine": mark("Mine")}
EVERY = mark("All pipelines")


def home(visit: Visit) -> Any:
    """The home page of a visit."""
    return HomePage(visit).shell


class HomePage:
    """The parts of the home page and what keeps them true."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.presence = visit, Presence()
        self.aside, self.trouble = markup(css=".told { margin: 0; }"), markup(css_classes=["gone"])
        self.figures, self.runs = markup(loading_figures()), markup(loading(tr("Loading the runs.")))
        self.tables = markup(loading(tr("Loading the tables.")))
        self.chart = ChartCard(visit, on_choice=self._remember)
        self.status = pmui.Select(
            label=tr("Runs"), options=_offered(STATUSES), size="small", sizing_mode="stretch_width",
            value=visit.query.get("runs") if visit.query.get("runs") in STATUSES else "all",
        )  # fmt: skip
        self.whose = pmui.Select(
            label=tr("Whose"), options=_offered(WHOSE), size="small", sizing_mode="stretch_width",
            value="mine" if visit.query.get("whose") == "mine" else "",
        )  # fmt: skip
        asked = visit.query.get("pipeline")
        self.pipeline = pmui.Select(
            label=tr("Pipeline"), options=_choices({}, asked or EVERY), value=asked or EVERY, size="small",
            sizing_mode="stretch_width",
        )  # fmt: skip
        self.picture = PictureCard(visit)
        self.middle = split(self.chart.card, self.tables)
        self.bottom = split(self.runs, self.picture.card)
        self.shell = page(
            visit, self.trouble, self.figures, self.middle, self.bottom, presence=self.presence, aside=self.aside,
            filters=(self.status, self.whose, self.pipeline, self.chart.choice),
        )  # fmt: skip
        self.live: Live[Home] = Live(
            self.presence, self._load, self._show, self._fail, self._pause, "the home page", self._more
        )
        for filter_ in (self.status, self.whose, self.pipeline):
            filter_.param.watch(self._filtered, "value")
        self.live.start()

    async def _load(self) -> Home:
        pipeline = None if self.pipeline.value == EVERY else self.pipeline.value
        asked = {"runs": self.status.value, "mine": bool(self.whose.value), "pipeline": pipeline}
        home: Home = await self.visit.call("dashboards.home", **asked, limit=RUNS)
        return home

    async def _more(self, home: Home) -> bool:
        """Ask for what takes longer than words, and draw it; whether there is something new."""
        drawn = await self.chart.load(home.measures, height_beside(home))
        return await self.picture.load(home) or drawn

    def _show(self, home: Home) -> None:
        reveal(False, self.trouble)
        self.aside.object = str(header(home))
        filtered = self.status.value != "all" or self.whose.value or self.pipeline.value != EVERY
        nothing = not home.store.tables and not home.runs.marks
        reveal(not nothing, self.figures, self.middle)
        reveal(True, self.runs)
        self.figures.object = str(home_figures(home))
        self.tables.object = str(tables_table(self.visit, home, none_yet(self.visit)))
        none = empty(tr("No run is like that"), tr("Choose other filters to see more."))
        self.runs.object = str(
            card(tr("Welcome"), self._welcome())
            if nothing
            else runs_table(self.visit, home, none if filtered else no_runs(self.visit))
        )
        self.chart.show(home.measures)
        self.picture.show(home)
        join_columns(home.figure is None, self.bottom)
        options = _choices(home.pipelines, self.pipeline.value)
        if home.pipelines and options != self.pipeline.options:
            self.pipeline.options = options

    def _welcome(self) -> Markup:
        """What to do where there is nothing to see: to have something run, or to look at what others made."""
        if self.visit.person.may_at_large("runs:start") or not self.visit.has("dashboards"):
            text = tr(
                "A pipeline is a notebook with parameters. Once one has run, this page shows runs, tables and what "
                "they say."
            )
            return empty(tr("Nothing has run here yet"), text, *beginnings(self.visit))
        text = tr(
            "What others publish for you is among the dashboards; runs and tables appear here once they are shared."
        )
        boards = Way(tr("Dashboards"), href=self.visit.link("dashboards"))
        return empty(tr("Nothing is shared with you here yet"), text, boards)

    def _fail(self, failure: Failure) -> None:
        first = not self.aside.object
        reveal(not first, self.figures, self.middle, self.runs)
        reveal(True, self.trouble)
        note = NOTHING if first else tr("What you see below is from before.") + " "
        ways = [] if failure.refused else [Way(tr("Try again"), href=self.visit.link(self.visit.page))]
        if self.visit.person.may(OPENS_LAB):
            ways.append(Way(tr("Open JupyterLab"), href=self.visit.home + "lab"))
        text = problem(failure.title, note + failure.detail, failure.fix, failure.correlation_id, *ways)
        self.trouble.object = str(text)

    def _pause(self, home: Home) -> float:
        return WHILE_RUNNING if home.runs.active else WHILE_QUIET

    def _filtered(self, _: Any) -> None:
        self._remember()
        self.live.refresh()

    def _remember(self) -> None:
        """Put what was chosen into the address, so that a link shows the same."""
        chosen = {
            "runs": self.status.value if self.status.value != "all" else "",
            "whose": self.whose.value,
            "pipeline": self.pipeline.value if self.pipeline.value != EVERY else "",
            "chart": self.chart.chosen,
        }
        if pn.state.location is not None:
            query = urlencode({name: value for name, value in chosen.items() if value} | self.visit.framing)
            pn.state.location.search = f"?{query}" if query else ""


def _offered(words: Mapping[str, str]) -> dict[str, str]:
    """What a list of the kit takes to choose from, of words by value."""
    return {tr(word): value for value, word in words.items()}


def _choices(pipelines: Mapping[str, str], chosen: str) -> dict[str, str]:
    """Pipelines to choose one from, by their titles; those that share one by their names, too."""
    titles = Counter(pipelines.values())
    named = {title if titles[title] == 1 else f"{title} ({name})": name for name, title in pipelines.items()}
    return {tr(EVERY): EVERY, **named, **({chosen: chosen} if chosen not in (EVERY, *pipelines) else {})}
