"""The chart of the home page: a measure of a table, day by day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from workbench.core.errors import WorkbenchError
from workbench.domains.dashboards.schemas import Measure, Series
from workbench.ui.kit import pmui
from workbench.ui.languages import tr
from workbench.ui.parts import empty, loading
from workbench.ui.plots import HEIGHT, calendar, dots_and_line, drawn, legend, line_with_dots, show
from workbench.ui.shell import heading, markup, panel_card, stack
from workbench.ui.visit import Failure, Visit

SMOOTH_DAYS = 7
# Under the navigation two names rarely fit in a line; the class stands twice to weigh more than the kit's own rule.
WRAPPED = {"& .MuiSelect-select.MuiSelect-select": {"whiteSpace": "normal"}}
DOTS_FROM = 15


class ChartCard:
    """The chart, its title, and the choice of what it shows; loads again only when the table has a new version."""

    def __init__(self, visit: Visit, on_choice: Callable[[], None]) -> None:
        self._visit, self._on_choice = visit, on_choice
        self.chosen = visit.query.get("chart", "")
        self._measures: dict[str, Measure] = {}
        self._series: Series | None = None
        self._figure: Any = None
        self._height = 0
        self._failure: Failure | None = None
        self._shown: object = None
        self.title, self.body = markup(heading(tr("Chart"))), stack(markup(loading(tr("Loading the chart."))))
        self.choice = pmui.Select(
            label=tr("Chart"), options={}, size="small", sizing_mode="stretch_width", visible=False, sx=WRAPPED
        )
        self.choice.param.watch(self._choose, "value")
        self.card = panel_card(self.title, self.body)

    async def load(self, measures: Sequence[Measure], height: int = HEIGHT) -> bool:
        """Ask for the points of the measure that is wanted and draw them; False where that was done already."""
        self._measures = {_name(measure): measure for measure in measures}
        measure = self._measure()
        if measure is None or (self._shows(measure) and height == self._height):
            return False
        try:
            fields = measure.model_dump()
            series: Series = await self._visit.call("dashboards.series", **fields)
        except WorkbenchError as error:
            self._failure = Failure.of(error, "the chart of the home page")
            return True
        figure = await self._visit.in_thread(partial(_draw, series, height)) if series.days else None
        self._series, self._figure, self._height, self._failure = series, figure, height, None
        return True

    def show(self, measures: Sequence[Measure]) -> None:
        """Offer some measures, and show what was loaded of one of them."""
        self._measures = {_name(measure): measure for measure in measures}
        options, measure = {_label(each): name for name, each in self._measures.items()}, self._measure()
        if list(options) != list(self.choice.options):
            self.choice.options = options
        if measure is not None:
            self.choice.param.update(value=_name(measure), visible=len(options) > 1)
        state = (self._figure, self._failure, measure)
        loading_still = measure is not None and self._series is None and self._failure is None
        if state != self._shown and not loading_still:
            self._shown = state
            self.title.object = str(self._heading())
            self.body[:] = [self._picture(measure)]

    def _measure(self) -> Measure | None:
        return self._measures.get(self.chosen) or next(iter(self._measures.values()), None)

    def _shows(self, measure: Measure) -> bool:
        series, same = self._series, ("table", "version", "column", "over")
        return series is not None and all(getattr(series, name) == getattr(measure, name) for name in same)

    def _choose(self, event: Any) -> None:
        measure = self._measure()
        if event.new in self._measures and measure is not None and event.new != _name(measure):
            self.chosen = event.new
            self._on_choice()

    def _heading(self) -> Markup:
        series = self._series
        if series is None or self._figure is None:
            return heading(tr("Chart"))
        smooth = tr("{days}-day mean", days=SMOOTH_DAYS)
        marks = [("dot", tr("day")), ("line", smooth)] if len(series.days) >= DOTS_FROM else []
        aside = Markup('{} <span class="version">v{}</span>{}').format(series.table, series.version, legend(*marks))
        column = series.column.replace("_", " ").capitalize()
        return heading(tr("{column}, mean per day", column=column), aside)

    def _picture(self, measure: Measure | None) -> Any:
        if self._failure is not None:
            return markup(empty(self._failure.title, f"{self._failure.detail} {self._failure.fix}"))
        if measure is not None and self._figure is not None:
            return show(self._figure)
        told = tr("A table with a column of dates and a column of numbers is drawn here.")
        return markup(empty(tr("Nothing to draw yet"), told))


def _name(measure: Measure) -> str:
    return f"{measure.table}.{measure.column}"


def _label(measure: Measure) -> str:
    return f"{measure.column} · {measure.table}"


def _draw(series: Series, height: int) -> Any:
    import pandas as pd

    day, mean = tr("day"), tr("mean")  # as its points say on hover
    frame = pd.DataFrame({day: pd.to_datetime(series.days), mean: series.means})
    if len(frame) < DOTS_FROM:
        return drawn(line_with_dots(frame, day, mean), height=height, hooks=[calendar])
    frame["smooth"] = frame[mean].rolling(SMOOTH_DAYS, center=True, min_periods=1).mean()
    return drawn(dots_and_line(frame, day, mean, "smooth"), height=height, hooks=[calendar])
