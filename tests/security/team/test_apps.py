"""An app reads for its viewer what its version declares and nothing else, and is shown to nobody but her."""

from __future__ import annotations

import html
import io
import json
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import pyarrow as pa
import pytest
import websocket

from tests.factories import team
from tests.factories.notebooks import plain
from tests.security.team.test_sockets import SECONDS, Person, closed_after
from workbench.core.errors import NotFound
from workbench.core.permissions import Role
from workbench.home import local_caller

pytestmark = pytest.mark.timeout(180)
# What a stranger asks, who waits while the machine does much else.
get, post = partial(httpx.get, timeout=60), partial(httpx.post, timeout=60)
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
    """What is shown at an app's address once it has started, to a stranger."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        answer = get(httpx.URL(server.base).join(address))
        if "The app is starting" not in answer.text:
            return answer
        assert re.search(r"is starting: \d+ s so far", answer.text)
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
    assert get(document.url, headers=framed_by).status_code == 404
    script = get(document.url.join("static/js/bokeh.min.js"))
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
        assert get(document.url).status_code == 404
    finally:
        socket.shutdown()


def test_an_app_speaks_as_the_page_around_it(team_server, viewer):
    """While it starts, and when it is not there any more; a language that is none is the browser's."""
    address = opened(viewer, "quiet", language="de").headers["Location"]
    assert address.endswith("/?language=de")
    gone = httpx.URL(team_server.base).join(address).join(f"../{'A' * 43}/")

    for asked, header, language in (
        ("de", "en", "de"),
        ("tlh", "de", "de"),
        ("tlh", "en", "en"),
        (b"\xff", "de", "de"),
    ):
        answer = get(gone.copy_with(params={"language": asked}), headers={"Accept-Language": header})
        assert (answer.status_code, f'<html lang="{language}"' in answer.text) == (404, True)


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
        return get(httpx.URL(team_server.base).join(word)).status_code

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


def test_no_line_of_the_log_tells_the_address_of_an_app(team_server, viewer, monkeypatch):
    """Whether it is refused, breaks in our hands or is asked what it never answers: the address is a key."""
    from jupyter_ext.served import handlers

    address = opened(viewer, "quiet").headers["Location"]
    word = address.rstrip("/").rpartition("/")[2]
    at = httpx.URL(team_server.base).join(address)
    with logged(team_server) as lines:
        assert post(at).status_code == 405
        assert get(at.join("static/%00")).status_code == 404
        assert get(at.join("ws"), headers={"Origin": "https://elsewhere.example"}).status_code == 403
        assert get(at.join("ws"), headers={"Origin": "null"}).status_code >= 400
        monkeypatch.setattr(handlers, "policy_of", lambda *_: 1 / 0)
        monkeypatch.setattr(handlers, "starting", lambda *_: 1 / 0)
        assert get(at).status_code == 500
        logging.getLogger("tornado.application").error("Uncaught exception in %s", at.path)

    text = lines.getvalue()
    for line in ("405 POST", "403 GET", "an app's address failed", "ZeroDivisionError", "Uncaught exception in"):
        assert line in text
    assert text.count("/served/***") >= 3
    assert word not in text


@contextmanager
def logged(server: Any) -> Iterator[io.StringIO]:
    """What the handlers of the server's own logs write meanwhile."""
    lines = io.StringIO()
    loggers = (logging.getLogger("workbench"), server.app.log, logging.getLogger())
    handlers = {one for logger in loggers for one in logger.handlers if type(one) is logging.StreamHandler}
    assert handlers
    before = {one: (one.stream, one.level) for one in handlers}
    try:
        for one in handlers:
            one.stream = lines  # `setStream` would flush what it had, which may be what another test captured into
            one.setLevel(logging.INFO)
        yield lines
    finally:
        for one, (stream, level) in before.items():
            one.stream = stream
            one.setLevel(level)


def test_a_file_whose_name_is_none_is_not_there(team_server, viewer):
    """It is no failure of ours."""
    assert viewer.client.get("workbench/apps/static/%00").status_code == 404


def test_places_are_counted_by_the_person_whatever_she_shows(team_server, admin, viewer, monkeypatch):
    """Another token of hers is another session, and gives no more places; another person has her own."""
    from jupyter_ext.served import handlers

    seen: list[Any] = []

    async def noted(_: Any, who: Any, *__: Any, **___: Any) -> None:
        seen.append(who)
        raise NotFound("Nothing is begun.")

    monkeypatch.setattr(handlers.Apps, "open", noted)
    again = team.token(team_server.workbench, viewer.id)
    other = Person(team_server, Role.VIEWER)
    for token in (viewer.token, again, other.token):
        headers = {"Authorization": f"Bearer {token}"}
        get(f"{team_server.base}workbench/apps/default/app/quiet/open", headers=headers)
    other.client.close()

    assert [one.person for one in seen] == [str(viewer.id), str(viewer.id), str(other.id)]
    assert len({one.session for one in seen}) == 3
