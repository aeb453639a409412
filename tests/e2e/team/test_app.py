"""An app that somebody's notebook serves, in a browser: it works, and the browser trusts it no more than a stranger."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from typing import Any

import pytest

from tests.factories.notebooks import plain
from tests.runner.team import ADMIN, PASSWORD, fill_in
from tests.runner.visitors import AXE, RULES

pytestmark = [pytest.mark.timeout(300), pytest.mark.thorough]
CELLS = (
    "import panel as pn\npn.extension()\nn = pn.widgets.IntSlider(name='Number', value=3, end=9)",
    """def figure(number):
    from bokeh.plotting import figure
    drawn = figure(height=200, title=f"up to {number}")
    drawn.line(list(range(number + 1)), list(range(number + 1)))
    return drawn
words = pn.bind(lambda number: f"{number} squared is {number * number}", n)
pn.Column(n, pn.pane.Markdown(words), pn.pane.Bokeh(pn.bind(figure, n))).servable()""",
)
WIDGETS = """import panel as pn
import ipywidgets as widgets
number, words = widgets.IntSlider(value=3, max=9), widgets.HTML('3 squared is 9')
def moved(change):
    words.value = f"{change['new']} squared is {change['new'] ** 2}"
number.observe(moved, 'value')
pn.panel(widgets.VBox([number, words])).servable()"""
# What the script of a hostile app comes to, in its own document: what it gets, or how it is refused.
ATTACKS = """async (elsewhere) => {
  const said = {};
  const attempt = async (name, work) => {
    try { said[name] = String(await work()).slice(0, 80) } catch (error) { said[name] = error.name }
  };
  await attempt('origin', () => self.origin);
  await attempt('cookies', () => document.cookie);
  await attempt('storage', () => localStorage.length);
  await attempt('page', () => parent.document.title);
  await attempt('top', () => { top.location = elsewhere; });
  await attempt('api', () => fetch('/workbench/api/v1/me'));
  await attempt('out', () => fetch(elsewhere));
  await attempt('image', () => new Promise((done, failed) => {
    const image = new Image(); image.onload = done; image.onerror = () => failed(new TypeError());
    image.src = elsewhere;
  }));
  await attempt('socket', () => new Promise((done, failed) => {
    const made = new WebSocket(location.href.replace(/^http/, 'ws').replace(/served.*/, 'api/v1/events'));
    made.onopen = done; made.onerror = () => failed(new TypeError());
  }));
  await attempt('frame', () => new Promise((done) => {
    const frame = document.createElement('iframe'); frame.src = elsewhere; document.body.append(frame);
    setTimeout(() => done(frame.contentDocument ? 'seen' : 'closed'), 500);
  }));
  return said;
}"""


def published(served: Any, name: str, *cells: str) -> None:
    """Have cells be a published app."""
    folder = served.files / "default"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.ipynb").write_text(json.dumps(plain(*cells)))
    served.workbench("pipelines", "register", f"{name}.ipynb", "--name", name)
    served.workbench("pipelines", "publish", name)


@pytest.fixture
def opens(served, new_page) -> Any:
    """Publishes cells and opens their app, as who is signed in."""

    def open_app(name: str, *cells: str) -> Any:
        published(served, name, *cells)
        page = new_page()
        page.goto(f"{served.base}/workbench/login?next=%2Fworkbench%2Fapps%2Fdefault%2Fpipelines%2F{name}")
        fill_in(page, "Sign in", name=ADMIN, password=PASSWORD)
        page.get_by_role("link", name="Open app").click()
        return page

    return open_app


def test_a_slider_moves_the_figure_and_what_is_hostile_gets_nothing(opens):
    """The app works in its frame; from there no cookie, storage, page, route or other address is reached."""
    app = opens("squares", *CELLS)
    inside = app.frame_locator("iframe")
    inside.get_by_text("3 squared is 9").wait_for()
    inside.locator(".noUi-handle").press("ArrowRight")
    inside.get_by_text("4 squared is 16").wait_for()
    app.get_by_text("version 1 by").wait_for()
    app.evaluate(AXE)
    found = app.evaluate("rules => axe.run(rules)", RULES)
    assert [rule["id"] for rule in found["violations"]] == []

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.settimeout(0.5)
        elsewhere = f"http://127.0.0.1:{listening.getsockname()[1]}/x"
        frame = app.query_selector("iframe").content_frame()
        said = frame.evaluate(ATTACKS, elsewhere)
        before = app.url
        frame.evaluate("there => { location.href = there; }", elsewhere)
        app.wait_for_timeout(1_000)
        with pytest.raises(TimeoutError):  # nobody came
            listening.accept()

    assert app.url == before
    assert said == {
        "origin": "null", "cookies": "SecurityError", "storage": "SecurityError", "page": "SecurityError",
        "top": "SecurityError", "api": "TypeError", "out": "TypeError", "image": "TypeError", "socket": "TypeError",
        "frame": "closed",
    }  # fmt: skip
    app.get_by_role("button", name="Restart").click()
    inside.get_by_text("3 squared is 9").wait_for()


def test_widgets_of_jupyters_answer(opens):
    """A slider of ipywidgets and what observes it, in a frame that loads the pages' font and nothing from elsewhere."""
    app = opens("widgets", WIDGETS)
    inside = app.frame_locator("iframe")
    inside.get_by_text("3 squared is 9").wait_for(state="attached")
    inside.locator(".noUi-handle").press("ArrowRight")
    inside.get_by_text("4 squared is 16").wait_for(state="attached")
    fonts = "document.fonts.load('13px Inter').then((found) => found.map((one) => one.status))"
    assert app.query_selector("iframe").content_frame().evaluate(fonts) == ["loaded"]


@pytest.mark.parametrize("role", ["viewer", "executive", "executor"])
def test_who_opens_no_notebook_finds_an_app_where_the_dashboards_are(served, new_page, role):
    """Shared with her role it is listed, answers, and takes a report; what was not shared a Viewer can ask for."""
    for name in (f"for_{role}", f"not_for_{role}"):
        published(served, name, *CELLS)
    served.workbench("shares", "grant", "pipeline", f"for_{role}", "--right", "view", "--role", role)
    made = served.workbench("invitations", "create", "--email", f"{role}@example.org", "--roles", role)
    page = new_page()
    page.goto(served.base + made["link"])
    fill_in(page, "Accept", display_name="Lea", password=PASSWORD)
    page.get_by_role("link", name="Dashboards", exact=True).first.click()
    page.get_by_role("heading", name="Apps").wait_for(timeout=60_000)
    sees_all = role == "executor"
    assert page.get_by_role("link", name=f"not_for_{role}", exact=True).count() == sees_all

    page.get_by_role("link", name=f"for_{role}", exact=True).click()
    inside = page.frame_locator("iframe")
    inside.get_by_text("3 squared is 9").wait_for(timeout=60_000)
    inside.locator(".noUi-handle").press("ArrowRight")
    inside.get_by_text("4 squared is 16").wait_for()
    page.get_by_text("Report a problem").click()
    page.get_by_label("What is wrong?").fill("It is upside down.")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("The owner of the app was told.").wait_for()

    if not sees_all:
        page.goto(f"{served.base}/workbench/apps/default/app/not_for_{role}")
        page.get_by_text("You see no app here").wait_for(timeout=60_000)
        page.get_by_role("button", name="Send").click()
        page.get_by_text("its owner was asked").wait_for()
