"""What a person sees where something is missing, refused or over: a sentence and a way out, never a blank panel."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

ME = "**/workbench/api/v1/me*"


def answering(status, problem=None):
    """What a route answers: a problem of ours, or a page of somebody else's."""
    if problem is None:
        return {"status": status, "content_type": "text/html", "body": "<html>no</html>"}
    return {"status": status, "content_type": "application/problem+json", "body": json.dumps(problem)}


THOROUGH = pytest.mark.thorough


@pytest.mark.parametrize(
    ("answer", "sentence", "way"),
    [
        (answering(404), "This server does not have the workbench.", "Try again"),
        pytest.param(
            answering(401, {"detail": "x", "code": "not_authenticated"}),
            "Your session has ended.",
            "Sign in",
            marks=THOROUGH,
        ),
        pytest.param(
            answering(403, {"detail": "You may not.", "fix": "Ask an admin."}),
            "Ask an admin.",
            "Try again",
            marks=THOROUGH,
        ),
        pytest.param(
            answering(503, {"detail": "The home is closed.", "fix": "Run doctor."}),
            "The home is closed.",
            "Try again",
            marks=THOROUGH,
        ),
    ],
)
def test_a_server_that_refuses(scientist, answer, sentence, way):
    """The sidebar says what is wrong, and once that is mended one press brings it back."""
    someone = scientist()
    someone.page.route(ME, lambda route: route.fulfill(**answer))
    someone.enters().opens_sidebar()
    someone.sees(sentence, someone.sidebar)
    someone.sees(way, someone.sidebar)

    someone.page.unroute(ME)
    someone.sidebar.get_by_role("button", name="Try again").click()
    someone.sees("daily_delays", someone.sidebar)


@pytest.mark.thorough
def test_a_part_that_cannot_be_loaded(scientist):
    """Where a chunk of the bundle is gone, such as after an update, the panel says so and offers to load anew."""
    someone = scientist().enters()
    someone.page.route("**/@jupyter-workbench/lab/static/*.js*", lambda route: route.abort())
    someone.opens_sidebar()

    someone.sees("A part of the workbench could not be loaded.", someone.sidebar)
    someone.page.unroute("**/@jupyter-workbench/lab/static/*.js*")
    with someone.page.expect_navigation():
        someone.sidebar.get_by_role("button", name="Load the page again").click()


@pytest.mark.thorough
def test_ten_thousand_pipelines(scientist):
    """A catalog of 10,000 is read page by page, few rows are drawn at a time, and its end can be reached by key."""
    when = "2026-01-01T00:00:00Z"
    fixed = {"title": "", "description": "", "current_version": 1, "owner_id": None, "archived_at": None, "etag": 1}

    def page_of(route):
        asked = parse_qs(urlsplit(route.request.url).query)
        first, limit = int(asked.get("cursor", ["0"])[0]), int(asked["limit"][0])
        last = min(10_000, first + limit)
        made = [
            {"id": f"p{n}", "name": f"pipeline_{n}", "created_at": when, "updated_at": when} for n in range(first, last)
        ]
        following = str(last) if last < 10_000 else None
        route.fulfill(json={"items": [fixed | one for one in made], "next": following, "total": None})

    someone = scientist()
    someone.page.route("**/w/default/pipelines?*", page_of)
    someone.opens()
    rows = someone.sidebar.get_by_role("list", name="Pipelines").get_by_role("listitem")
    rows.first.wait_for()
    runs = someone.sidebar.get_by_role("list", name="Runs")
    runs.get_by_role("listitem").first.wait_for()
    assert runs.evaluate("list => list.clientHeight == list.scrollHeight")  # the long list leaves the others their room
    someone.page.wait_for_timeout(1000)  # JupyterLab takes the focus once when it has started
    rows.first.get_by_role("button").first.focus()
    for _ in range(400):
        someone.page.keyboard.press("End")
        someone.page.wait_for_timeout(50)
        if someone.sidebar.get_by_text("pipeline_9999").count():
            break

    someone.sees("pipeline_9999", someone.sidebar)
    assert rows.count() < 60
    longest = someone.page.evaluate(SCROLLED)
    someone.record("longest frame while scrolling 10,000 rows, ms", longest)


# Scrolls the list from one end to the other in 60 frames, and tells the longest of them.
SCROLLED = """async () => {
  const port = document.querySelector('.wb-VirtualList');
  let longest = 0, before = performance.now();
  for (let frame = 0; frame <= 60; frame++) {
    port.scrollTop = port.scrollHeight * frame / 60;
    await new Promise(requestAnimationFrame);
    longest = Math.max(longest, performance.now() - before);
    before = performance.now();
  }
  return longest;
}"""
