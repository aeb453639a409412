"""An Executor of a team arrives where her work is, reads what is written, and sees a dashboard on the intranet."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from tests.runner.team import INTRANET, PASSWORD, fill_in

pytestmark = pytest.mark.thorough


@pytest.fixture
def executor(served, new_page, request):
    """A window of an Executor who has just taken up her invitation."""
    made = served.workbench(
        "invitations", "create", "--email", f"{request.node.name}@example.org", "--roles", "executor"
    )
    page = new_page()
    page.goto(served.base + made["link"])
    fill_in(page, "Accept", display_name="Lea", password=PASSWORD)
    return page


@pytest.fixture
def intranet():
    """Serves the page that is put into the list, at every address of another origin."""
    pages: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(pages[-1].encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", urlsplit(INTRANET).port), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield pages
        server.shutdown()
        thread.join()


def test_she_lands_at_what_failed_and_reads_what_is_written(executor):
    """The runs are narrowed to what needs her, and the documentation is a press away, with its pictures."""
    executor.wait_for_url("**/apps/default/runs?status=broken&since=7d")
    executor.get_by_role("heading", name="Latest runs").wait_for()

    executor.get_by_role("link", name="Docs", exact=True).click()
    executor.get_by_role("link", name="Use the sidebar of JupyterLab").click()
    picture = executor.get_by_role("img").first
    picture.wait_for()
    executor.wait_for_function("image => image.naturalWidth > 100", arg=picture.element_handle())


def test_the_intranet_frames_a_dashboard_for_who_is_signed_in(executor, served, intranet):
    """There is no menu in the frame; when the session is gone, a link leads out of it to the way in."""
    page = f"{served.base}/workbench/apps/default/d/nothing?embed=1"
    intranet.append(f'<title>Intranet</title><iframe src="{page}" width="900" height="600"></iframe>')
    executor.wait_for_url("**/apps/default/runs**")
    executor.goto(INTRANET)
    shown = executor.frame_locator("iframe")
    shown.get_by_text("You see no dashboard here").wait_for()
    assert shown.get_by_role("link", name="Home", exact=True).filter(visible=True).count() == 0

    executor.context.clear_cookies()
    executor.goto(INTRANET)
    with executor.expect_popup() as opened:
        shown.get_by_role("link", name="Sign in").click()
    opened.value.wait_for_url(re.compile(r"/workbench/login"))
