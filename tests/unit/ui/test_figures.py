"""Logged pictures are shown as pictures; whatever else is in them is not."""

from __future__ import annotations

import json

import pytest

from workbench.ui import figures
from workbench.ui.figures import BOKEH, HTML
from workbench.ui.vetting import Unshowable

PNG = b"\x89PNG\r\n\x1a\n"


def picture(media_type, content, label, room=None, *, narrow=False):
    """What was logged, drawn."""
    return figures.picture(media_type, figures.opened(media_type, content), label, room, narrow=narrow)


@pytest.fixture(scope="module")
def item():
    """A Bokeh figure as `wb.log_figure` keeps it."""
    from bokeh.embed import json_item
    from bokeh.plotting import figure

    drawn = figure(title="Delays", width=640, height=300)
    drawn.line([1, 2], [3, 4])
    return json_item(drawn)


def test_a_figure_fills_its_card_and_gives_its_title_away(item):
    """A logged figure is as wide as there is room; the card has its title."""
    made = picture(BOKEH, json.dumps(item).encode(), "delays")

    assert made.title == "Delays"
    figure = made.pane.object
    assert (figure.sizing_mode, figure.width, figure.height, figure.title) == ("stretch_width", None, 300, None)
    assert figure.document is None


def test_a_figure_is_no_higher_than_its_room(item):
    """A high picture leaves no hole beside it; a low one is not stretched."""
    heights = [picture(BOKEH, json.dumps(item).encode(), "d", room).pane.object.height for room in (260, 900, None)]

    assert heights == [260, 300, 300]


def test_a_narrow_figure_names_few_dates():
    """Their names would run into each other; where there is room, as many as its author meant."""
    from bokeh.embed import json_item
    from bokeh.plotting import figure

    drawn = figure(x_axis_type="datetime")
    drawn.line([1, 2], [3, 4])
    shown = [picture(BOKEH, json.dumps(json_item(drawn)).encode(), "d", narrow=narrow) for narrow in (True, False)]

    assert [made.pane.object.xaxis[0].ticker.desired_num_ticks for made in shown] == [4, 6]


@pytest.mark.parametrize(("many", "narrow", "stands"), [(16, True, True), (16, False, False), (3, True, False)])
def test_the_names_below_many_bars_stand_upright_in_a_narrow_place(many, narrow, stands):
    """Side by side they would be one word; where there is room they lie."""
    from bokeh.embed import json_item
    from bokeh.plotting import figure

    drawn = figure(x_range=[f"c{place}" for place in range(many)])
    drawn.vbar(x=["c1"], top=[3])
    shown = picture(BOKEH, json.dumps(json_item(drawn)).encode(), "d", narrow=narrow)

    assert (shown.pane.object.xaxis[0].major_label_orientation == "vertical") is stands


def test_a_figure_lets_the_page_scroll():
    """Of the tools of a logged figure only those stay that take neither wheel nor finger."""
    from bokeh.embed import json_item
    from bokeh.plotting import figure

    drawn = figure(tools="hover,pan,wheel_zoom,box_zoom,tap", active_scroll="wheel_zoom", active_drag="pan")
    drawn.line([1, 2], [3, 4])

    toolbar = picture(BOKEH, json.dumps(json_item(drawn)).encode(), "delays").pane.object.toolbar

    assert [type(tool).__name__ for tool in toolbar.tools] == ["HoverTool"]
    assert (toolbar.active_scroll, toolbar.active_drag, toolbar.active_tap) == (None, None, None)


def test_a_figure_takes_no_id_of_the_page(item):
    """Ids count from the same number in the run's process and in the page's, where one stands for one model."""
    theirs = {part["id"] for part in walk(item) if isinstance(part.get("id"), str)}

    first, again = (picture(BOKEH, json.dumps(item).encode(), "delays").pane.object for _ in range(2))

    assert theirs
    ids = [{model.id for model in figure.references()} for figure in (first, again)]
    assert not ids[0] & ids[1]
    assert not (ids[0] | ids[1]) & theirs


def walk(part):
    """Every object in a JSON document."""
    if isinstance(part, dict):
        yield part
    for value in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from walk(value)


def evil_figures():
    """Figures with a program, free HTML, an address or a style sheet in them."""
    from bokeh import models
    from bokeh.layouts import column
    from bokeh.plotting import figure

    def made(*tools, **more):
        drawn = figure(**more)
        drawn.scatter([1], [2])
        drawn.add_tools(*tools)
        return drawn

    heard, changed = made(), made()
    heard.js_on_event("tap", models.CustomJS(code="alert(1)"))
    changed.x_range.js_on_change("start", models.CustomJS(code="alert(1)"))
    sheet = models.GlobalInlineStyleSheet(css="body { display: none }")
    return {
        "tapped": made(models.TapTool(callback=models.CustomJS(code="alert(1)"))),
        "led away": made(models.TapTool(callback=models.OpenURL(url="https://example.org"))),
        "heard": heard, "changed": changed,
        "a template": made(models.HoverTool(tooltips=models.dom.Div(children=[models.dom.HTML(html="<b>x</b>")]))),
        "free HTML": models.Div(text="<img src=x onerror=alert(1)>"),
        "a widget": column(models.Button(label="x", stylesheets=[sheet])),
        "a table": models.DataTable(source=models.ColumnDataSource({"a": [1]})),
        "tabs": models.Tabs(tabs=[models.TabPanel(child=made(), title="x")]),
        "fetched tiles": made(models.CustomAction(callback=models.CustomJS(code="alert(1)"))),
    }  # fmt: skip


@pytest.mark.parametrize("name", evil_figures())
def test_a_figure_that_is_no_drawing_is_not_shown(name):
    """A callback, free HTML or something to press makes a picture a program, and a sheet would style the whole page."""
    from bokeh.embed import json_item

    with pytest.raises(Unshowable, match="which pages do not run"):
        picture(BOKEH, json.dumps(json_item(evil_figures()[name])).encode(), "evil")


def test_what_a_point_shows_is_text():
    """Bokeh takes a hover's text, and what is marked as safe, for HTML of the page: a name and a value are left."""
    from bokeh.embed import json_item
    from bokeh.models import HoverTool
    from bokeh.plotting import figure

    drawn = figure()
    drawn.scatter([1], [2])
    frame = '<iframe srcdoc="<script src=/files/x.js></script>"></iframe>'
    drawn.add_tools(
        HoverTool(tooltips=f"<b>@y{{0.0}}</b> @{{the name}}{{safe}} {frame}"),
        HoverTool(tooltips=[("y", "@y{0.0}"), ("html", "@y{ safe }")]),
        HoverTool(tooltips=None),
    )

    shown = picture(BOKEH, json.dumps(json_item(drawn)).encode(), "hovers").pane.object.toolbar.tools

    assert [tool.tooltips for tool in shown] == [
        [["y", "@{y}{0.0}"], ["the name", "@{the name}"]], [["y", "@y{0.0}"], ["html", "@y"]], None,
    ]  # fmt: skip


def test_the_page_says_how_a_figure_looks_around_its_canvas():
    """A sheet or a style of its own could lay it over the page."""
    from bokeh.embed import json_item
    from bokeh.layouts import row
    from bokeh.models import InlineStyleSheet
    from bokeh.plotting import figure

    inner = figure(styles={"position": "fixed"}, stylesheets=[InlineStyleSheet(css=":host { inset: 0 }")])
    inner.scatter([1], [2])

    shown = picture(BOKEH, json.dumps(json_item(row(inner, css_classes=["x"]))).encode(), "over").pane.object

    assert (shown.css_classes, shown.children[0].styles, shown.children[0].stylesheets) == ([], {}, [])


def test_other_libraries_models_are_not_made():
    """A picture cannot have the server make objects of whatever is installed."""
    evil = {"doc": {"roots": [{"type": "object", "name": "panel.models.esm.ReactiveESM", "id": "a"}]}, "root_id": "a"}

    with pytest.raises(Unshowable, match="ReactiveESM"):
        picture(BOKEH, json.dumps(evil).encode(), "evil")


@pytest.mark.parametrize("content", [b"", b"not json", b"{}", b'{"doc": {}, "root_id": "x"}', b"[1, 2]"])
def test_what_cannot_be_read_is_said_to_be_so(content):
    """A broken picture is a sentence, not an exception."""
    with pytest.raises(Unshowable, match="cannot be read"):
        picture(BOKEH, content, "broken")


@pytest.mark.parametrize("media_type", ["image/png", "image/svg+xml"])
def test_an_image_is_an_image(media_type):
    """Images, SVG included, stand in an `img`, where no script runs; the label is what is read aloud."""
    drawn = picture(media_type, PNG, '"><script>').pane.object

    assert drawn.startswith('<img class="picture" src="data:')
    assert 'alt="&#34;&gt;&lt;script&gt;"' in drawn


def test_html_is_kept_in_a_sandbox():
    """Logged HTML is shown in a frame that may do nothing."""
    drawn = picture(HTML, b'<b>hi</b><script>alert(1)</script>"', "table").pane.object

    assert drawn.startswith('<iframe class="picture" sandbox ')
    assert "<script" not in drawn
    assert 'srcdoc="&lt;b&gt;hi' in drawn


def test_another_type_is_refused_by_name():
    """What pages do not know they do not guess."""
    with pytest.raises(Unshowable, match="application/pdf"):
        picture("application/pdf", b"", "x")
