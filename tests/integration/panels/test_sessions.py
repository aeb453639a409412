"""Sessions end with their pages, and are not made anew."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from contextlib import closing

from tests.factories.toy_pages import WHOLE
from tests.integration.panels.conftest import connect, refused


def test_a_session_that_ended_is_not_made_anew(server, alice):
    """After its session is gone a token opens nothing, however valid its signature."""
    _, token = server.opened(alice)

    def forget():
        context = server.site.stage.host.context(server.site.stage.host.pages[0])
        context._sessions.clear()

    server.on_loop(forget)

    assert refused(server, alice, token) == 403


def test_a_page_dies_with_its_session(server, alice):
    """Nothing of the process keeps a page that nobody looks at: a server is up for weeks."""
    for _ in range(5):
        server.opened(alice, "default/whole")

    async def end():
        context = server.site.stage.host.context(WHOLE)
        pages = [weakref.ref(session.document) for session in context.sessions]
        await context._cleanup_sessions(0)
        return pages

    gone = asyncio.run_coroutine_threadsafe(end(), server.loop).result(30)
    deadline = time.monotonic() + 20
    while any(page() for page in gone) and time.monotonic() < deadline:
        server.on_loop(gc.collect)
        time.sleep(0.2)

    assert len(gone) >= 5
    assert [page() for page in gone if page()] == []


def test_a_browser_that_was_given_up_leaves_in_peace(server, alice, caplog):
    """What it still says, and that it goes, is no fault of the server's once a ping has found it gone."""
    before = set(server.site.sockets)
    with closing(connect(server, alice, server.opened(alice)[1])) as socket:
        socket.recv()

        def give_up():
            (page,) = set(server.site.sockets) - before
            server.site.stage.host.bokeh.client_lost(page.connection)
            return page

        page = server.on_loop(give_up)
        for fragment in ('{"msgid": "1", "msgtype": "PULL-DOC-REQ"}', "{}", "{}"):
            socket.send(fragment)
    while page.ws_connection is not None:
        time.sleep(0.01)
    server.on_loop(lambda: None)

    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []
