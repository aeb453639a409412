"""Pages in a process of their own: it knows nothing that it was not given, and the server lives on without it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress

import httpx
import psutil
import pytest
import websocket

from jupyter_ext.pages.children import supervisor
from jupyter_ext.pages.children.judging import MESSAGE_BYTES
from tests.integration.panels.conftest import APART, CANARY, ROWS, connect, refused
from tests.runner.stages import ROOT
from workbench.core.errors import NotAuthenticated
from workbench.core.operations import registry
from workbench.domains.store.drivers.confinement import landlock

pytestmark = pytest.mark.parametrize("server", [APART], indirect=True, ids=["apart"])
# A server's process with nothing but pages, which says the id of the one that draws them.
OWNER = """
import asyncio
from jupyter_ext.pages.children.supervisor import Supervisor
from jupyter_ext.pages.children.visits import Visits

async def main():
    told = {"pages": "tests.factories.toy_pages:PAGES", "prefix": "/"}
    pages = Supervisor("jupyter_ext.pages.children", told, Visits())
    pages.begin()
    while pages.health.state != "ready":
        await asyncio.sleep(0.05)
    print(pages.health.process, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def process(server):
    """The process that draws the pages."""
    return server.site.stage.supervisor.child.process.pid


def lives(server):
    """Whether the server answers."""
    return httpx.get(f"{server.url}/default/plain", timeout=5).status_code == 302


def closed_with(socket):
    """The code with which a socket is closed by the other side."""
    opcode = None
    while opcode != websocket.ABNF.OPCODE_CLOSE:
        opcode, data = socket.recv_data()
    socket.shutdown()  # closing it would no more, now that the other side did
    return int.from_bytes(data[:2], "big")


def ask(socket, padding):
    """Ask a page's socket what Bokeh it is of, with so much beside it."""
    for part in ({"msgid": "1", "msgtype": "SERVER-INFO-REQ"}, {"padding": padding}, {}):
        socket.send(json.dumps(part))


def answer(socket):
    """Wait for what is answered to `ask`."""
    while "SERVER-INFO-REPLY" not in socket.recv():
        pass


def test_a_page_calls_through_the_server(server, alice):
    """What operations answer arrives where the page is drawn, rows as rows."""
    answer = alice.get(f"{server.url}/default/asking")

    assert f"Ada has {ROWS} rows" in answer.text


def test_a_failure_is_told_as_everywhere(server, alice, caplog):
    """The person gets an id, the server's log the traceback under the same."""
    caplog.set_level("WARNING", logger="workbench")
    answer = alice.get(f"{server.url}/default/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    quoted = answer.text.partition("Quote <code>")[2][:32]

    end = time.monotonic() + 10
    while "secret of" not in caplog.text and time.monotonic() < end:
        time.sleep(0.05)
    told = [record for record in caplog.records if getattr(record, "correlation_id", "") == quoted]
    assert "secret of" in told[-1].getMessage()


def test_nothing_of_the_servers_is_there(server, alice, tmp_path):
    """No variable of its environment but those that are named, and none of its files, whoever owns them."""
    (tmp_path / "key").write_text("the key of keys")
    told = alice.get(f"{server.url}/default/prying?path={tmp_path / 'key'}").text

    assert "PYTHONPATH" in told
    assert CANARY not in told
    assert "WORKBENCH_" not in told
    assert ("the key of keys" not in told) == (landlock() > 0)


def test_nobody_else_is_heard(server):
    """A process that found the way to the socket is hung up on, of the same user as it is."""
    child = server.site.stage.supervisor.child
    ask = f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({str(child.peer.path)!r}); "
    ask += "s.sendall(b'GET /asking/ws HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'); print(s.recv(100))"
    heard = subprocess.run([sys.executable, "-S", "-c", ask], capture_output=True, text=True, timeout=30)

    assert "HTTP" not in heard.stdout
    assert [path.stat().st_mode & 0o777 for path in (child.peer.path.parent, child.peer.path)] == [0o700, 0o600]


def test_a_handle_opens_for_its_visit_only(server, alice):
    """A made-up handle calls nothing, and neither does one whose page is no longer open."""
    from workbench.broker.door import DoorCaller

    stage = server.site.stage
    _, token = server.opened(alice)
    opened = stage.visits._by_token[token]
    with closing(DoorCaller(registry.discover(), stage.supervisor.child._door._theirs)) as caller:
        assert caller.bearing(opened.handle).call("me.show").display_name == "Ada"

        stage.visits.close(opened)
        for bearer in ("made up", "", opened.handle):
            with pytest.raises(NotAuthenticated, match="not open any more"):
                caller.bearing(bearer).call("me.show")
    assert refused(server, alice, token) == 403


def test_a_killed_process_is_started_anew(server, alice):
    """The page's socket says that it is lost, the server answers meanwhile, and the page opens again."""
    _, token = server.opened(alice)
    before = process(server)
    socket = connect(server, alice, token)
    os.kill(before, signal.SIGKILL)

    assert closed_with(socket) == 1014
    assert lives(server)
    assert "starting" in alice.get(f"{server.url}/default/plain").text

    server.until_ready()
    assert process(server) != before
    assert "ended by signal 9" in server.site.stage.told.detail
    assert refused(server, alice, token) == 403
    connect(server, alice, server.opened(alice)[1]).close()


def test_a_message_that_is_costly_to_decode_goes_no_further(server, alice, caplog):
    """The sender's socket is closed, the log says so once and quotes nothing; the others' pages are as before."""
    before = process(server)
    colliding = [[i * (2**61 - 1), 0] for i in range(2, 30_000)]
    event = {"kind": "ModelChanged", "attr": "tags", "new": {"type": "map", "entries": colliding}}
    socket = connect(server, alice, server.opened(alice)[1])
    for part in ({"msgid": "1", "msgtype": "PATCH-DOC"}, {}, {"events": [event]}):
        socket.send(json.dumps(part))

    assert closed_with(socket) == 1008
    assert caplog.text.count("characters to the page") == 1
    assert "ModelChanged" not in caplog.text
    server.opened(alice)
    assert process(server) == before


def test_who_says_much_waits_alone(server, alice, bob):
    """A person's messages are taken at their pace, none is lost, and somebody else's is answered meanwhile."""
    asks, answered = 14, threading.Event()  # some nine seconds, of which the other waits one
    hers, his = (connect(server, one, server.opened(one)[1]) for one in (alice, bob))

    def flood():
        for _ in range(asks):
            ask(hers, "x" * (MESSAGE_BYTES - 100))
        for _ in range(asks):
            answer(hers)
        answered.set()

    flooding = threading.Thread(target=flood)
    with closing(hers), closing(his):
        flooding.start()
        time.sleep(1)
        ask(his, "")
        answer(his)
        assert not answered.is_set()
        flooding.join(60)
        assert answered.is_set()


def test_what_failed_in_bokeh_is_logged_without_what_was_sent(server, alice, caplog):
    """The kind and size of a message that no session takes, and where it failed."""
    event = {"kind": "ModelChanged", "model": {"id": "p0"}, "attr": "private", "new": "private"}
    for _ in range(3):  # the process may be one that is about to be replaced, which another test had brought about
        socket = connect(server, alice, server.opened(alice)[1])
        with suppress(websocket.WebSocketConnectionClosedException), closing(socket):
            for part in ({"msgid": "1", "msgtype": "PATCH-DOC"}, {}, {"events": [event]}):
                socket.send(json.dumps(part))
            while "ERROR" not in socket.recv():
                pass
            break

    end = time.monotonic() + 30
    while "a message of a browser was not handled: PATCH-DOC of " not in caplog.text:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert "private" not in caplog.text


@pytest.mark.parametrize("how", [pytest.param("stopped", marks=pytest.mark.thorough), "busy"])
def test_a_process_that_does_not_answer_is_replaced(server, alice, monkeypatch, how):
    """Whether the system halted it or a page keeps it busy; the server answers all the while."""
    monkeypatch.setattr(supervisor, "SILENT_SECONDS", 3.0)
    time.sleep(supervisor.LATE_SECONDS)  # the wait that is under way began before
    before = process(server)
    if how == "stopped":
        os.kill(before, signal.SIGSTOP)
    else:
        with pytest.raises(httpx.ReadTimeout):
            alice.get(f"{server.url}/default/stuck?seconds=60", timeout=1)

    end, answered = time.monotonic() + 60, []
    while psutil.pid_exists(before) and time.monotonic() < end:
        answered.append(lives(server))
        time.sleep(0.1)
    assert answered
    assert all(answered)
    server.until_ready()
    assert process(server) != before
    assert "did not answer" in server.site.stage.told.detail


def test_no_process_is_left_behind(server):
    """Not even by a server that was killed and could see to nothing."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    owner = subprocess.Popen([sys.executable, "-c", OWNER], env=environment, stdout=subprocess.PIPE, text=True)
    with owner:
        drawing = psutil.Process(int(owner.stdout.readline()))
        owner.kill()

    psutil.wait_procs([drawing], timeout=10)
    assert not drawing.is_running() or drawing.status() == psutil.STATUS_ZOMBIE
