"""What a stranger sees at the end of the demo, and what they can do with it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

# What part of its data each figure shows.
RANGES = """() => [...Bokeh.documents[0].all_models].filter((model) => model.type === "Figure")
  .flatMap(({x_range: x, y_range: y}) => [x.start, x.end, y.start, y.end])"""


def test_the_page_shows_the_demo(visitor):
    """Figures, the chart, the picture, the runs and the tables of the real data, and no complaint of the browser."""
    someone = visitor().opens()
    for text in ("336,776", "Ingest flights", "carrier_scorecard", "Dep delay, mean per day", "Tables", "Runs", "live"):
        someone.sees(text)
    someone.page.locator(".bk-Figure").nth(1).locator("canvas").first.wait_for(state="visible")

    said = someone.text()
    assert re.search(r"Runs, 24 hours \d+ ● 100 % succeeded", said)
    assert "● succeeded" in said
    assert someone.complaints == []
    assert someone.hosts <= {someone.server.url.split("//")[1], ""}


@pytest.mark.thorough
def test_the_address_bar_does_not_keep_the_token(visitor):
    """The link that was printed signs in once; what one copies from the address bar signs nobody in."""
    someone = visitor().opens("runs=succeeded")

    assert "token" not in someone.page.url
    assert someone.page.url.endswith("/workbench/apps/default/home?runs=succeeded")


SAME = [pytest.param(*look, marks=pytest.mark.thorough) for look in ((False, False), (True, False), (False, True))]


@pytest.mark.parametrize(("dark", "phone"), [(True, True), *SAME])
def test_the_page_is_for_everybody(visitor, dark, phone):
    """Nothing that axe finds breaks WCAG 2.1 A and AA or good practice, in either theme, at a desk or on a phone."""
    someone = visitor(dark=dark, phone=phone).opens()
    someone.page.locator(".bk-Figure canvas").first.wait_for(state="visible")
    someone.page.wait_for_timeout(1000)

    assert someone.faults() == []


@pytest.mark.thorough
def test_a_phone_shows_it_all_without_scrolling_sideways(visitor):
    """At 390 pixels nothing sticks out, the menu is closed, and the columns that are left out are told in a line."""
    someone = visitor(phone=True).opens()

    assert someone.sticks_out() == []
    someone.page.get_by_role("link", name="JupyterLab").wait_for(state="hidden")
    someone.page.get_by_label("Open drawer").click()
    someone.page.get_by_role("link", name="JupyterLab").wait_for(state="visible")


@pytest.mark.thorough
def test_the_bar_stands_still_from_page_to_page(visitor):
    """What it holds is at one height on Home, which says there that it is live, as on a list and in a form."""
    someone = visitor().opens()
    account = someone.page.locator(".account")
    heights = [account.bounding_box()["y"]]
    for page, said in (("runs", "Ingest flights"), ("connect", "PostgreSQL")):
        heights.append(someone.visits(page, said).page.locator(".account").bounding_box()["y"])

    assert len(set(heights)) == 1
    assert someone.page.get_by_label("Breadcrumb").inner_text().split() == ["Connectors", "›", "New", "connector"]


@pytest.mark.thorough
def test_records_are_low_on_a_phone(visitor):
    """Who did it and to what stands in a line below what was done, and not in a column of few letters."""
    someone = visitor(phone=True).visits("audit", "Register a notebook")
    heights = {row.inner_text(): row.bounding_box()["height"] for row in someone.page.locator("tbody tr").all()}

    assert {said: height for said, height in heights.items() if height > 100} == {}
    assert someone.sticks_out() == []


def test_dark_is_remembered(visitor):
    """The theme that somebody chose is there when they come back, from the first paint on."""
    someone = visitor().opens()
    ground = "getComputedStyle(document.body).backgroundColor"
    assert someone.page.evaluate(ground) == "rgb(246, 247, 249)"

    someone.page.get_by_label("Toggle theme").click()
    someone.page.wait_for_function("() => document.cookie.includes('dark')")
    someone.page.reload(wait_until="commit")
    someone.page.locator("#loader").wait_for(state="attached")

    assert someone.page.evaluate(ground) == "rgb(17, 21, 27)"
    someone.sees("Rows in the store")


@pytest.mark.thorough
def test_the_theme_follows_the_browser(visitor):
    """It changes with what the browser prefers, on an open page and on the next; the page's switch holds till then."""
    someone = visitor().opens()
    page = someone.page

    def becomes(scheme):
        page.locator("html.wb-dark" if scheme == "dark" else "html:not(.wb-dark)").wait_for()
        page.wait_for_timeout(1500)  # the server is told, and tells the kit's own parts
        assert page.locator("html.wb-dark").count() == (scheme == "dark")

    page.emulate_media(color_scheme="dark")
    becomes("dark")
    page.get_by_label("Toggle theme").click()
    becomes("light")
    someone.visits("dashboards", "Airports and hours")
    becomes("light")
    for scheme in ("light", "dark"):
        page.goto("about:blank")
        page.emulate_media(color_scheme=scheme)
        someone.visits("dashboards", "Airports and hours")
        becomes(scheme)


@pytest.mark.thorough
def test_the_theme_that_one_prefers_holds_until_one_leaves_it_to_the_browser(visitor):
    """Light by preference is light in a browser that likes dark; what is left to the browser is dark, and stays so."""
    someone = visitor(dark=True).visits("preferences", "Time zone")
    page, dark = someone.page, "document.documentElement.classList.contains('wb-dark')"
    theme = page.get_by_role("combobox", name="Theme")
    for choice, expected in (("light", False), ("", True)):
        theme.select_option(choice)
        someone.sees("That is kept")
        page.wait_for_timeout(1500)
        assert page.evaluate(dark) is expected
        someone.visits("preferences", "Time zone")
        assert page.evaluate(dark) is expected


def test_who_prefers_dark_gets_it(visitor):
    """Without a choice of their own people get what their system prefers."""
    someone = visitor(dark=True).opens()

    someone.page.wait_for_function("() => getComputedStyle(document.body).backgroundColor === 'rgb(17, 21, 27)'")


@pytest.mark.thorough
def test_a_link_shows_the_same(visitor):
    """A filter goes into the address, and the address alone brings it back."""
    someone = visitor().opens()
    someone.chooses("Runs", "Failed")
    someone.sees("No run is like that")
    someone.page.wait_for_url("**/home?runs=failed")

    another = visitor()
    another.page.goto(someone.server.home)
    another.page.goto(someone.page.url)
    another.sees("No run is like that")


@pytest.mark.thorough
def test_the_chart_shows_another_measure(visitor):
    """What is drawn can be chosen, and the choice is in the address."""
    someone = visitor().opens()
    someone.sees("Dep delay, mean per day")
    someone.chooses("Chart", "wind_speed · daily_delays")

    someone.sees("Wind speed, mean per day")
    someone.page.wait_for_url("**/home?chart=daily_delays.wind_speed")


@pytest.mark.thorough
def test_the_wheel_over_a_chart_scrolls_the_page(visitor):
    """The chart stays as it is, and whoever reads on gets on."""
    someone = visitor(viewport={"width": 1360, "height": 500}).opens()
    someone.page.locator(".bk-Figure").nth(1).locator("canvas").first.wait_for(state="visible")
    chart = someone.page.locator(".bk-Figure").first
    before, ranges = chart.bounding_box(), someone.page.evaluate(RANGES)

    someone.page.mouse.move(before["x"] + before["width"] / 2, before["y"] + 60)
    someone.page.mouse.wheel(0, 200)

    someone.page.wait_for_timeout(500)
    assert chart.bounding_box()["y"] < before["y"] - 100
    assert someone.page.evaluate(RANGES) == ranges


@pytest.mark.thorough
def test_a_swipe_over_a_chart_scrolls_the_page(visitor):
    """On a phone the chart is as wide as the page: a finger that starts there moves the page, not the data."""
    someone = visitor(phone=True).opens()
    someone.page.locator(".bk-Figure").nth(1).locator("canvas").first.wait_for(
        state="visible"
    )  # nothing moves any more
    chart = someone.page.locator(".bk-Figure").first
    chart.scroll_into_view_if_needed()
    before, ranges = chart.bounding_box(), someone.page.evaluate(RANGES)
    finger = someone.page.context.new_cdp_session(someone.page)

    def swipe():
        for kind, moved in [("touchStart", 0), *(("touchMove", n) for n in range(10, 130, 10)), ("touchEnd", None)]:
            points = [] if moved is None else [{"x": 195, "y": before["y"] + 150 - moved}]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        someone.page.wait_for_timeout(500)
        return chart.bounding_box()["y"] < before["y"] - 50

    assert any(swipe() for _ in range(5))  # a browser that is still busy lets a finger pass
    assert someone.page.evaluate(RANGES) == ranges


def test_the_keyboard_reaches_everything(visitor):
    """Links, filters, the menu and the theme can be reached and used without a mouse."""
    someone = visitor().opens()
    reached = set()
    for _ in range(50):
        someone.page.keyboard.press("Tab")
        reached.add(
            someone.page.evaluate("""() => { let e = document.activeElement;
            while (e.shadowRoot && e.shadowRoot.activeElement) e = e.shadowRoot.activeElement;
            return e.getAttribute('aria-label') || e.textContent.trim() || e.id; }""")
        )

    for name in (
        "Close drawer",
        "Toggle theme",
        "Home",
        "JupyterLab",
        "All runs",
        "All pipelines",
        "Runs, scrolls sideways",
    ):
        assert any(name in text for text in reached), (name, reached)


@pytest.mark.thorough
def test_it_follows_a_run_without_being_asked(visitor, home_folder):
    """A run that somebody starts in a shell appears, runs and ends on the open page."""
    someone = visitor().opens()
    before = int(re.search(r"Runs, 24 hours (\d+)", someone.text())[1])
    command = [sys.executable, "-m", "workbench.cli", "--home", str(home_folder), "run", "carrier_scorecard"]
    with subprocess.Popen(
        command, env=os.environ | {"WORKBENCH_HOME": str(home_folder)}, cwd=home_folder.parent,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as run:  # fmt: skip
        someone.page.get_by_text(re.compile("starting|running|committing")).first.wait_for()
        assert run.wait(100) == 0

    someone.page.get_by_text("carrier_scorecard v2").first.wait_for()
    assert f"Runs, 24 hours {before + 1}" in someone.text()
    assert someone.complaints == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("home", "Rows in the store"), ("d/on_time", "Late flights, by airline"), ("monitoring", "Slowest cells"),
        ("live/daily_delays", "Worst day"), ("tables/flights", "Columns"), ("maintenance", "Chores"),
    ],
)  # fmt: skip
def test_paper_shows_the_page_and_not_the_menu(visitor, path, text):
    """What is printed is the content, all of it, without the bars around it."""
    someone = visitor().visits(path, text)
    someone.page.set_viewport_size({"width": 1000, "height": 400})
    someone.page.emulate_media(media="print")

    assert not someone.page.get_by_role("link", name="JupyterLab").is_visible()
    assert not someone.page.get_by_label("Toggle theme").is_visible()
    someone.page.wait_for_function("() => document.scrollingElement.scrollHeight > 800")


def test_a_lost_server_is_said(new_page, demo_home, tmp_path):
    """When the server goes, the page says that it no longer changes, and offers to load again."""
    import shutil

    from tests.runner.demo import demo_server
    from tests.runner.visitors import Visitor

    shutil.copytree(demo_home, tmp_path / "home")
    with demo_server(tmp_path / "home", tmp_path / "server.log") as server:
        someone = Visitor(new_page(), server).opens()
    someone.sees("The connection to the server is lost")
    assert someone.page.get_by_role("button", name="Reload").is_visible()
