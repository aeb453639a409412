"""An app reads for its viewer what its version declares and nothing else, and is shown to nobody but her."""

from __future__ import annotations

import asyncio
import html
import io
import json
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pyarrow as pa
import pytest
import websocket
from tornado.httpclient import HTTPRequest, HTTPResponse

from jupyter_ext.served.asking import NO_ANSWER, Failed, asked
from tests.factories import team
from tests.factories.notebooks import plain
from tests.security.team.test_sockets import SECONDS, Person, closed_after
from workbench.core.permissions import Role
from workbench.home import local_caller

pytestmark = pytest.mark.timeout(180)
QUIET = "import panel as pn\npn.pane.Markdown('# Delays').servable()"
HOSTILE = """
import json, os, socket
import workbench as wb
def said(work):
    try:
        return str(work())
    except BaseException as error:
        return f"{type(error).__name__}: {error}"[:90]
def connect():
    with socket.socket() as sock:
        sock.settimeout(2)
        sock.connect(("127.0.0.1", GIVEN["port"]))
found = {
    "own": said(lambda: wb.read("allowed").to_arrow().num_rows),
    "undeclared": said(lambda: wb.read("undeclared")),
    "unshared": said(lambda: wb.read("unshared")),
    "write": said(lambda: wb.write(wb.read("allowed").to_pandas(), "allowed")),
    "query": said(lambda: wb.query("SELECT 1")),
    "connector": said(lambda: wb.read("crm.people")),
    "keys": said(lambda: os.listdir(GIVEN["keys"])),
    "network": said(connect),
}
raise RuntimeError(json.dumps(found))
"""


def publish(admin: Any, name: str, *cells: str, reads: tuple[str, ...] = ()) -> None:
    """A published pipeline."""
    admin.call("pipelines.register", name=name, notebook=plain(*cells))
    admin.call("pipelines.publish", id=name, reads=list(reads), writes=[])


@pytest.fixture(scope="module")
def admin(team_server) -> Any:
    """The home's owner, with tables, and two pipelines that serve something."""
    owner = local_caller(team_server.workbench)
    for name in ("allowed", "undeclared", "unshared"):
        owner.stream("tables.stage", pa.table({"day": [1, 2, 3]}).to_reader(), name=name, mode="replace")
    port = httpx.URL(team_server.base).port
    given = {"port": port, "keys": str(team_server.workbench.settings.keys_dir)}
    publish(owner, "quiet", QUIET, reads=("allowed",))
    publish(owner, "hostile", f"GIVEN = {given!r}", HOSTILE, "0 .servable()", reads=("allowed", "unshared"))
    return owner


@pytest.fixture
def viewer(team_server, admin) -> Iterator[Person]:
    """A Viewer to whom the pipelines and a table were shared."""
    person = Person(team_server, Role.VIEWER)
    person.shares = {
        name: str(admin.call("shares.grant", object_type=kind, object=name, user=person.name, right="view").id)
        for kind, name in (("pipeline", "quiet"), ("pipeline", "hostile"), ("table", "allowed"))
    }
    yield person
    person.client.close()


def opened(person: Person, name: str, **asked: str) -> httpx.Response:
    """The answer to who opens an app: where it is, or why it is not shown."""
    return person.client.get(f"workbench/apps/default/app/{name}/open", params=asked)


def shown(server: Any, address: str) -> httpx.Response:
    """What is shown at an app's address once it has started, to somebody without any credentials."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        answer = httpx.get(httpx.URL(server.base).join(address), timeout=60)
        if "The app is starting" not in answer.text:
            return answer
        time.sleep(0.2)
    raise AssertionError("the app does not start")


def connected(server: Any, address: str, document: str, origin: str = "null") -> websocket.WebSocket:
    """The socket of a visit."""
    token = re.search(r'"token":\s*"([^"]+)"', document)[1]
    made = websocket.WebSocket()
    made.settimeout(20)
    url = str(httpx.URL(server.base).join(address)).replace("http", "ws", 1) + "ws"
    made.connect(url, subprotocols=["bokeh", token], origin=origin)
    return made


@pytest.mark.thorough
def test_a_hostile_app_gets_what_was_declared_and_open_to_its_viewer_and_nothing_else(team_server, viewer):
    """Neither keys nor network, no other verb, and no table but that which version, author and viewer agree on."""
    answer = shown(team_server, opened(viewer, "hostile").headers["Location"])

    assert answer.status_code == 424
    found = json.loads(re.search(r"RuntimeError: (\{.*?\})", html.unescape(answer.text))[1])
    assert found.pop("own") == "3"
    assert {name: text.partition(":")[0] for name, text in found.items()} == {
        "undeclared": "NotPermitted", "unshared": "NotPermitted", "write": "NotPermitted", "query": "NotPermitted",
        "connector": "NotPermitted", "keys": "FileNotFoundError", "network": "ConnectionRefusedError",
    }  # fmt: skip


@pytest.mark.thorough
def test_an_app_is_of_no_origin_and_ends_with_the_session_of_its_viewer(team_server, viewer):
    """Its document is sandboxed, its socket opens from no origin only, and both end within seconds of her sign-out."""
    address = opened(viewer, "quiet").headers["Location"]
    document = shown(team_server, address)
    policy = document.headers["Content-Security-Policy"]
    assert document.status_code == 200
    assert policy.startswith("sandbox allow-scripts allow-forms; default-src 'none'")
    assert "set-cookie" not in document.headers
    framed_by = {"Sec-Fetch-Dest": "document"}
    assert httpx.get(document.url, headers=framed_by).status_code == 404
    script = httpx.get(document.url.join("static/js/bokeh.min.js"))
    assert (script.status_code, script.headers["Cross-Origin-Resource-Policy"]) == (200, "cross-origin")
    for origin in ("https://elsewhere.example", team_server.base.removesuffix("/base/")):
        with pytest.raises(websocket.WebSocketBadStatusException):
            connected(team_server, address, document.text, origin)
    socket = connected(team_server, address, document.text)
    try:
        assert "ACK" in socket.recv() + socket.recv() + socket.recv()
        team.expire(team_server.workbench, viewer.token)
        taken, _ = closed_after(socket)
        assert taken < 2 * SECONDS
        assert httpx.get(document.url).status_code == 404
    finally:
        socket.shutdown()


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("name", ["quiet", "absent"])
def test_what_was_not_shared_is_not_opened(team_server, name):
    """A Viewer to whom a pipeline was not shared gets the same answer as for one that is not there."""
    stranger = Person(team_server, Role.VIEWER)
    assert opened(stranger, name).status_code == 404
    stranger.client.close()


def test_an_address_is_of_use_while_its_viewer_may_see_the_app(team_server, admin, viewer, monkeypatch):
    """A word that is unknown, another session's, too old, or whose viewer lost a share leads nowhere."""
    from jupyter_ext.served import grants

    words = [opened(viewer, "quiet").headers["Location"] for _ in range(2)]

    def answers(word: str) -> int:
        return httpx.get(httpx.URL(team_server.base).join(word)).status_code

    assert [answers(word) for word in words] == [200, 200]
    assert answers(words[0][:-5] + "AAAA/") == 404
    other = Person(team_server, Role.ADMIN)
    assert other.client.get(words[0]).status_code == 404  # somebody else's session, an Admin's even
    other.client.close()
    monkeypatch.setattr(grants, "GRANT_SECONDS", -1.0)
    assert answers(words[0]) == 200  # the last time that it is of use: it was used within its time
    assert answers(words[0]) == 404
    monkeypatch.undo()
    for lost in ("allowed", "quiet"):  # a table that it reads, and the pipeline
        word = opened(viewer, "quiet").headers["Location"]
        assert answers(word) == 200
        admin.call("shares.revoke", id=viewer.shares[lost])
        assert answers(word) == 404


def test_a_notebook_that_serves_nothing_says_how_to_make_it_serve(team_server, admin):
    """No process is started for it."""
    publish(admin, "nothing", "1 + 1")
    person = Person(team_server, Role.DEVELOPER)
    answer = opened(person, "nothing")
    assert answer.status_code == 409
    assert ".servable()" in answer.text
    person.client.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nxyz",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
    ],
)  # fmt: skip
def test_what_is_no_answer_of_an_app_counts_as_none(tmp_path, answer):
    """Its process may say anything; the server neither waits for it nor breaks at it."""
    place = tmp_path / "s"

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()

    async def ask() -> int:
        async with await asyncio.start_unix_server(answers, place):
            return (await asked(place, "/open", 10)).code

    assert asyncio.run(ask()) == NO_ANSWER


@pytest.mark.parametrize(
    "said", [b"", b"[]", b'{"cell": "x", "name": 1, "message": 2}', b'{"cell": 1}', b"[" * 100_000, b"\xff"]
)
def test_what_an_app_says_of_its_failure_is_taken_as_text_or_not_at_all(said):
    """Whatever it sends instead of a cell, a name and a message."""
    answer = HTTPResponse(HTTPRequest("http://app/open"), 500, buffer=io.BytesIO(said))

    assert Failed.of(answer) == Failed(0, "Error", "It answered with an error.")
