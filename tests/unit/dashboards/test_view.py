"""The home page says what its summary says, in words that a stranger understands."""

from __future__ import annotations

import asyncio
import re
from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape

import pytest

from tests.factories.pages import NOON, Answers, home, nothing, run_line, until, visit
from workbench.core.errors import NotFound, Unavailable
from workbench.core.ids import new_id
from workbench.core.operations import Download
from workbench.core.permissions import PERMISSIONS, Level, Role, level
from workbench.domains.dashboards import schemas as s
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person


def text(markup):
    """What a person reads in some HTML, spaces made plain."""
    words = unescape(re.sub(r"<[^>]+>", " ", str(markup)))
    return re.sub(r"\s+", " ", words.replace("\u202f", " ")).strip()


@contextmanager
def document():
    """A Bokeh document to draw in."""
    from bokeh.document import Document
    from panel.io.state import set_curdoc

    made = Document()
    with set_curdoc(made):
        yield made


def opened(caller, **fields):
    """The parts of the home page once their first answer was shown, or could not be had."""
    from workbench.domains.dashboards.view.page import HomePage

    async def visited():
        with document() as made:
            drawn, ended = [], []
            made.add_next_tick_callback = drawn.append
            page = HomePage(visit(caller, **fields))
            page.live._pause = lambda _: ended.append(True) or 60
            await until(lambda: ended or page.live._said, 20)
            for draw in drawn:
                draw()
            page.live.stop()
            return page

    return asyncio.run(visited())


def series(**fields):
    """A month of means."""
    given = {"table": "daily", "version": 3, "column": "dep_delay", "over": "day", "rows": 480}
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(30)]
    return s.Series(**(given | {"days": days, "means": [float(n) for n in range(30)]} | fields))


MEASURE = s.Measure(table="daily", version=3, column="dep_delay", over="day")
OTHER = s.Measure(table="daily", version=3, column="arr_delay", over="day")
FIGURE = s.FigureLine(
    id=new_id(), run_id=new_id(), label="on_time", media_type="image/png", created_at=NOON, title="Scorecard"
)


def test_the_figures_say_how_the_workspace_stands():
    """Runs, rows, tables, checks and the last write are on the page."""
    page = opened(Answers(dashboards_home=home()))

    assert text(page.figures.object) == (
        "Runs, 24 hours 1 ● 100 % succeeded Duration and outcome of the latest run "
        "Rows in the store 480 ● 480 written in 24 h Rows in the store after each of the latest commits "
        "Tables 1 ● 2 checks passed Rows of each table "
        "Last write 1 min ago daily_delays v3 Rows of each of the latest commits"
    )
    assert "Home of the workspace default" in text(page.aside.object)


def test_runs_and_tables_are_listed():
    """Who ran what, when, how long, what it wrote; what there is, how much, since when, by whom."""
    page = opened(Answers(dashboards_home=home()))

    assert text(page.runs.object).endswith(
        "● succeeded Daily delays 1 min ago · ada · daily_delays v3 1 min ago 2.0 s ada daily_delays v3"
    )
    assert text(page.tables.object).endswith("daily_delays v3 480 1 min ago ada ada")


def test_trouble_comes_first_in_the_figures():
    """A failed run or check is what the person should see."""
    runs = s.RunCounts(total=3, succeeded=2, failed=1, active=0, marks=[s.RunMark(status="failed", seconds=1.0)])
    page = opened(Answers(dashboards_home=home(runs=runs, checks=s.CheckCounts(passed=5, failed=1))))

    assert "■ 1 failed" in text(page.figures.object)
    assert "▲ 1 of 6 checks failed" in text(page.figures.object)


def test_a_run_under_way_shows_how_far_it_is():
    """Progress is a bar, and words for those who cannot see it."""
    run = run_line(status="running", finished_at=None, cells_done=4, cells_total=9, tables=[])
    page = opened(Answers(dashboards_home=home(recent=[run])))

    assert "◐ running" in text(page.runs.object)
    assert "cell 4 of 9" in text(page.runs.object)
    assert (
        'role="progressbar" aria-label="Cells done" aria-valuemin="0" aria-valuemax="9" aria-valuenow="4"'
        in page.runs.object
    )


@pytest.mark.parametrize(
    "status", ["queued", "starting", "running", "committing", "succeeded", "failed", "cancelled", "crashed"]
)
def test_every_status_has_a_shape(status):
    """No status of a run is shown by its word alone."""
    page = opened(Answers(dashboards_home=home(recent=[run_line(status=status)])))

    assert re.search(rf"[●▲■◐○◇] {status}", text(page.runs.object))


def test_a_failed_run_says_why_in_one_line():
    """The error stands under the run, escaped and cut."""
    run = run_line(status="failed", error="ValueError: <b>no</b>\n" + "x" * 500)
    page = opened(Answers(dashboards_home=home(recent=[run])))

    assert "ValueError: &lt;b&gt;no&lt;/b&gt; xxx" in page.runs.object
    assert "…" in page.runs.object
    assert len(text(page.runs.object)) < 400


def test_an_empty_workspace_says_what_to_do_next():
    """A stranger reads two commands instead of empty boxes."""
    page = opened(Answers(dashboards_home=nothing()))

    assert "Nothing has run here yet" in text(page.runs.object)
    assert "workbench demo" in text(page.runs.object)
    assert "workbench run notebook.ipynb" in text(page.runs.object)
    assert page.figures.css_classes == page.middle.css_classes == ["gone"]


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.DEVELOPER, ["Write a notebook", "Start from a template"]),
        (Role.DESIGNER, ["Start from a template"]),
        (Role.EXECUTOR, ["See what can be started"]),
        (Role.VIEWER, ["Dashboards"]),
        (Role.EXECUTIVE, ["Dashboards"]),
    ],
)
def test_an_empty_workspace_of_a_team_offers_what_one_may_do(role, offered):
    """Each role has ways of its own, and nobody is told a command of a machine that is not hers."""
    may = {name: level(name, [role]).value for name in PERMISSIONS if level(name, [role]) is not Level.NONE}
    pages = [
        PageSpec(path, path.capitalize(), path, "m:f", needed, "Work")
        for path, needed in (
            ("dashboards", "dashboards:view"), ("pipelines", "pipelines:read"), ("templates", "pipelines:design")
        )
    ]  # fmt: skip
    page = opened(
        Answers(dashboards_home=nothing()), person=Person("eve", [role], may, ["default"]), pages=pages,
        sign_out="/workbench/logout",
    )  # fmt: skip

    ways = re.search(r'<ul class="ways">(.*?)</ul>', page.runs.object)[1]
    assert re.findall(r"<a [^>]*>([^<]+)</a>", ways) == offered
    assert "<code" not in page.runs.object


def test_who_runs_nothing_is_led_to_what_others_show():
    """An Executive's empty workspace offers her the dashboards, and no command."""
    boards = PageSpec("dashboards", "Dashboards", "dashboards", "m:f", "dashboards:view")
    executive = Person("eve", ["executive"], {"dashboards:view": "S", "me:read": "O"}, ["default"])
    page = opened(Answers(dashboards_home=nothing()), person=executive, pages=(boards,))

    assert 'href="/workbench/apps/default/dashboards"' in page.runs.object
    assert "workbench demo" not in text(page.runs.object)


@pytest.mark.parametrize(("role", "makes"), [(Role.DEVELOPER, True), (Role.VIEWER, False)])
def test_home_offers_notebooks_to_who_may_open_them(role, makes):
    """Where there are no tables, and where the page cannot be shown."""
    may = {name: level(name, [role]).value for name in PERMISSIONS if level(name, [role]) is not Level.NONE}
    who = Person("eve", [role], may, ["default"])
    empty = opened(Answers(dashboards_home=home(tables=[])), person=who)
    failed = opened(Answers(dashboards_home=NotFound("No home.")), person=who)

    assert ("wb.write" in text(empty.tables.object)) is makes
    assert ("Open JupyterLab" in text(failed.trouble.object)) is makes


def test_a_filter_that_leaves_nothing_says_so():
    """No run of that kind is another thing than no run at all."""
    page = opened(Answers(dashboards_home=home(recent=[])), query={"runs": "failed"})

    assert "No run is like that" in text(page.runs.object)


def test_a_link_shows_what_it_was_made_of():
    """The address chooses status, whose runs, pipeline and chart."""
    caller = Answers(dashboards_home=home(measures=[MEASURE, OTHER]), dashboards_series=series)
    page = opened(
        caller, query={"runs": "failed", "whose": "mine", "pipeline": "daily_delays", "chart": "daily.arr_delay"}
    )

    wanted = {"runs": "failed", "mine": True, "pipeline": "daily_delays", "limit": 8}
    assert caller.asked[0] == ("dashboards.home", wanted)
    assert caller.asked[1] == ("dashboards.series", OTHER.model_dump())
    assert (page.status.value, page.pipeline.value, page.chart.choice.value) == (
        "failed",
        "daily_delays",
        "daily.arr_delay",
    )


def test_pipelines_are_chosen_by_their_titles():
    """Of two that share one each has its name beside it; what is chosen and not there stays chosen."""
    pipelines = {"daily": "Daily", "delays": "Delays", "delays_2": "Delays"}
    page = opened(Answers(dashboards_home=home(pipelines=pipelines)), query={"pipeline": "gone"})

    assert page.pipeline.options == {
        "All pipelines": "All pipelines", "Daily": "daily", "Delays (delays)": "delays",
        "Delays (delays_2)": "delays_2", "gone": "gone",
    }  # fmt: skip


def test_a_link_with_nonsense_shows_everything():
    """What an address says that cannot be chosen is ignored."""
    caller = Answers(dashboards_home=home(measures=[MEASURE]), dashboards_series=series)
    opened(caller, query={"runs": "<script>", "chart": "no.such"})

    assert caller.asked[0][1] == {"runs": "all", "mine": False, "pipeline": None, "limit": 8}
    assert caller.asked[1] == ("dashboards.series", MEASURE.model_dump())


def test_the_chart_says_what_it_is_made_of():
    """Column, table and version stand above the plot."""
    page = opened(Answers(dashboards_home=home(measures=[MEASURE]), dashboards_series=series))

    assert text(page.chart.title.object) == "Dep delay, mean per day daily v3 day 7-day mean"
    assert type(page.chart.body[0].object).__name__ == "figure"


def test_the_chart_lets_the_page_scroll():
    """Whoever turns the wheel or swipes over the chart wants to go on reading: it only answers to pointing."""
    page = opened(Answers(dashboards_home=home(measures=[MEASURE]), dashboards_series=series))
    toolbar = page.chart.body[0].object.toolbar

    assert {type(tool).__name__ for tool in toolbar.tools} == {"HoverTool"}
    assert (toolbar.active_scroll, toolbar.active_drag) == (None, None)


def test_the_choice_of_charts_names_the_column_first():
    """The narrow list may cut what many lines share, the table, but not what tells them apart."""
    page = opened(Answers(dashboards_home=home(measures=[MEASURE, OTHER]), dashboards_series=series))

    assert page.chart.choice.options == {"dep_delay · daily": "daily.dep_delay", "arr_delay · daily": "daily.arr_delay"}


def test_a_chart_that_cannot_be_had_leaves_the_page_whole():
    """One part's failure is that part's."""
    gone = NotFound("There is no table 'daily' here.")
    page = opened(Answers(dashboards_home=home(measures=[MEASURE]), dashboards_series=gone))

    assert "There is no table 'daily' here." in text(page.chart.body[0].object)
    assert "480" in text(page.figures.object)


def test_the_newest_picture_is_shown_beside_the_runs():
    """What a run logged is on the page, with who logged it."""
    download = Download(b"\x89PNG", "image/png")
    caller = Answers(dashboards_home=home(figure=FIGURE), runs_figure=download)
    page = opened(caller)

    assert ("runs.figure", {"id": str(FIGURE.run_id), "name": "on_time"}) in caller.asked
    assert text(page.picture.title.object) == "On time Scorecard · just now"
    assert page.picture.body[0].object.startswith('<img class="picture"')
    assert page.picture.card.css_classes == []


def test_a_picture_that_could_not_be_had_is_asked_for_again():
    """An apology stands only until the picture comes."""
    from workbench.domains.dashboards.view.picture import PictureCard

    caller = Answers(runs_figure=Unavailable("The database does not answer."))

    async def looked_at():
        card = PictureCard(visit(caller))
        await card.load(home(figure=FIGURE))
        card.show(home(figure=FIGURE))
        apology = text(card.body[0].object)
        caller.answers["runs.figure"] = Download(b"\x89PNG", "image/png")
        for _ in range(2):
            await card.load(home(figure=FIGURE))
            card.show(home(figure=FIGURE))
        return apology, card.body[0].object

    apology, shown = asyncio.run(looked_at())

    assert "The database does not answer." in apology
    assert shown.startswith('<img class="picture"')
    assert len(caller.asked) == 2


def test_without_a_picture_the_runs_have_the_whole_width():
    """No empty card stands where nobody logged anything."""
    page = opened(Answers(dashboards_home=home()))

    assert page.picture.card.css_classes == ["gone"]
    assert page.bottom.css_classes == ["joined"]


def test_a_page_that_cannot_be_filled_says_why_and_what_to_quote():
    """The error state has the cause, the mend, the id and a way out; the bones are gone."""
    page = opened(Answers(dashboards_home=Unavailable("The database does not answer.", fix="Start it.")))

    said = text(page.trouble.object)
    assert "The database does not answer. Start it." in said
    assert re.search(r"Quote [0-9a-f]{32} when", said)
    assert 'href="/lab"' in page.trouble.object
    assert page.trouble.css_classes == []
    assert page.runs.css_classes == ["gone"]


def test_pages_are_listed_and_the_one_shown_is_marked():
    """Navigation comes from the registry, and says where one is."""
    from workbench.ui.pages import PageSpec
    from workbench.ui.shell import navigation

    here, there = PageSpec("home", "Home", "home", "m:f"), PageSpec("x", "<X>", "tables", "m:f")
    drawn = navigation(visit(None, page=here, pages=(here, there)))

    assert '<a href="/workbench/apps/default/home" aria-current="page">' in drawn
    assert '<a href="/workbench/apps/default/x">' in drawn
    assert text(drawn) == "Home <X> JupyterLab"
