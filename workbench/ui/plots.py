"""How plots look: hooks and options that make HoloViews' elements ours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any

from bokeh.document import Document
from markupsafe import Markup

from . import charts
from .formats import short
from .kit import formatters, hv, pn
from .languages import ENGLISH, SPOKEN, tr
from .parts import join
from .tokens import DOTS, FONT, SERIES

HEIGHT = 260
TIME_TICKS = 6
NUMBER_TICKS = 6  # about as many as Bokeh would choose
MARKS = {"line": SERIES[0], "dot": DOTS}
_drawing = Lock()  # HoloViews keeps its options in one place for all threads


def drawn(element: Any, *, height: int = HEIGHT, hooks: Sequence[Any] = (), **options: Any) -> Any:
    """A Bokeh figure of an element, styled; takes a tenth of a second, so draw in a thread and `show` what came."""
    with _drawing:
        chosen = styled(element, height=height, hooks=hooks, **options)
        return _renderer().get_plot(chosen, doc=Document()).state


@cache
def _renderer() -> Any:
    """Draws into the document it is given; in another mode it takes the current one, a page's of another thread."""
    return hv.renderer("bokeh").instance(mode="server")


def show(figure: Any) -> Any:
    """A pane with a figure that fills its width; colours of axes and text follow the theme in the browser."""
    return pn.pane.Bokeh(figure, sizing_mode="stretch_width", margin=0, min_height=figure.height)


def styled(element: Any, *, height: int = HEIGHT, hooks: Sequence[Any] = (), **options: Any) -> Any:
    """The element with the house style; `hooks` are applied after ours."""
    return element.opts(
        responsive=True, height=height, toolbar=None, show_grid=True, hooks=[bare, *hooks], padding=(0.01, 0.06),
        **{"xlabel": "", "ylabel": "", **options},
    )  # fmt: skip


def dots_and_line(table: Any, x: str, y: str, smooth: str) -> Any:
    """Values as grey dots with a smoothed line over them; `table` has columns `x`, `y` and `smooth`."""
    dots = hv.Scatter(table, x, y).opts(color=DOTS, size=4, tools=["hover"])
    return dots * hv.Curve(table, x, smooth).opts(color=SERIES[0], line_width=2.5)


def line_with_dots(table: Any, x: str, y: str) -> Any:
    """A line with its points marked, for few of them."""
    return hv.Curve(table, x, y).opts(color=SERIES[0], line_width=2) * hv.Scatter(table, x, y).opts(
        color=SERIES[0], size=6, tools=["hover"]
    )


def legend(*entries: tuple[str, str]) -> Markup:
    """What the marks mean, for a card's head: pairs of `line` or `dot` and a label, in the marks' colours."""
    return join(
        Markup('<span class="legend"><i class="{}" style="color:{}"></i>{}</span>').format(mark, MARKS[mark], label)
        for mark, label in entries
    )


def hover_only(figure: Any) -> None:
    """Leave the wheel and the finger to the page: a figure that moves under them is a trap without a toolbar."""
    from bokeh.models import HoverTool, Toolbar

    for toolbar in figure.select({"type": Toolbar}):
        kept = [tool for tool in toolbar.tools if isinstance(tool, HoverTool)]
        toolbar.update(tools=kept, logo=None, active_drag=None, active_scroll=None, active_tap=None, active_multi=None)


def calendar(plot: Any, _: Any) -> None:
    """Ticks of a time axis that are short, with what they belong to said once, below."""
    days, months = tr("%d %b", context="axis"), tr("%b", context="axis")  # where names are English, whatever she speaks
    for axis in plot.state.xaxis:
        axis.formatter = formatters.DatetimeTickFormatter(
            days=days, months=months, years="%Y", hours="%H:%M", context=formatters.RELATIVE_DATETIME_CONTEXT()
        )
        axis.ticker.desired_num_ticks = TIME_TICKS


def bare(plot: Any, _: Any) -> None:
    """No frame, ticks or vertical grid; labels small, in the page's font."""
    figure = plot.state
    figure.min_border = 2
    figure.outline_line_color = None
    hover_only(figure)
    figure.background_fill_alpha = figure.border_fill_alpha = 0
    for axis in figure.axis:
        axis.axis_line_color = axis.major_tick_line_color = axis.minor_tick_line_color = None
        axis.major_label_text_font_size = "11px"
        axis.major_label_text_font = FONT
    for grid in figure.xgrid:
        grid.grid_line_color = None
    if SPOKEN.get() != ENGLISH:
        _say_numbers(figure.yaxis, figure.y_range)


def _say_numbers(axes: Any, reach: Any) -> None:
    """Have axes of numbers say them as the language does: Bokeh in the browser knows none but English."""
    for axis in axes:
        if isinstance(axis.formatter, formatters.BasicTickFormatter):
            *_, ticks = charts.scale(reach.start, reach.end, NUMBER_TICKS)
            axis.update(ticker=ticks, major_label_overrides={tick: short(tick) for tick in ticks})
