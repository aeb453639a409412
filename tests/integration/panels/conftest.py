"""A Jupyter server with nothing but pages."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest
import websocket

from tests.factories.pages import Answers, me
from tests.factories.toy_pages import PAGES, PLAIN
from tests.runner.stages import ROOT
from workbench.core.errors import NotFound
from workbench.core.permissions import Role
from workbench.domains.access.schemas import PreferencesView

TOKEN, CANARY = "sesame", "canary-of-the-servers-environment"
ROWS = 50_000
HERE, APART = "", "tests.factories.toy_pages:PAGES"


class Asked(Answers):
    """A caller whose streams are rows."""

    def stream(self, name: str, /, body: Any = None, **fields: Any) -> Any:
        """Some rows, whatever is asked."""
        return pa.table({"a": range(ROWS)}).to_reader()


def caller_for(user: Any, workspace: str, **_: Any) -> Answers:
    """Everybody may enter `default` and `other`, where they like German, and no other workspace."""
    if workspace not in ("default", "other"):
        raise NotFound(f"There is no workspace {workspace!r} here.", fix="Open the workspace default.")
    liked = PreferencesView(values={"ui.language": "de"} if workspace == "other" else {})
    return Asked(me_show=me("default", "other", role=Role.VIEWER), preferences_show=liked)


@dataclass
class Server:
    """A running server; `loop` is where its handlers live."""

    app: Any
    site: Any
    port: int
    loop: asyncio.AbstractEventLoop

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/base/workbench/apps"

    @contextmanager
    def browser(self, *, signed_in: bool = True) -> Iterator[httpx.Client]:
        """A client that keeps cookies; signed in as somebody of its own."""
        with httpx.Client(timeout=30) as client:
            if signed_in:
                client.get(f"{self.url}/default/plain", params={"token": TOKEN}, follow_redirects=False)
            yield client

    def opened(self, client: httpx.Client, page: str = "default/plain") -> tuple[str, str]:
        """A page's document and the token of its session."""
        answer = client.get(f"{self.url}/{page}", follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer.text, re.search(r'"token":\s*"([^"]+)"', answer.text)[1]

    def until_ready(self, seconds: float = 60) -> None:
        """Wait until pages are drawn."""
        with self.browser() as client:
            end = time.monotonic() + seconds
            while "starting" in client.get(f"{self.url}/default/plain").text:
                assert time.monotonic() < end
                time.sleep(0.1)

    def on_loop(self, work: Any) -> Any:
        """Do something where the handlers live, and wait for it."""

        async def call() -> Any:
            return work()

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(10)


@pytest.fixture(scope="module")
def server(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose pages are ready; drawn in its own process, or `apart` where a test asks for it."""
    with serving(tmp_path_factory.mktemp("root"), getattr(request, "param", HERE)) as running:
        yield running


@contextmanager
def serving(root: Path, apart: str) -> Iterator[Server]:
    """A server whose pages are ready; a process of its own draws those that `apart` names."""
    started: list[Server] = []
    ready, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(root, apart, started, ready, stop)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("WORKBENCH_KEY", CANARY)
        thread.start()
        assert ready.wait(60)
        try:
            started[0].until_ready()
            yield started[0]
        finally:
            stop.set()
            thread.join(30)


async def _serve(root: Path, apart: str, started: list[Server], ready: threading.Event, stop: threading.Event) -> None:
    from jupyter_server.serverapp import ServerApp
    from tornado.httpserver import HTTPServer
    from tornado.netutil import bind_sockets
    from traitlets.config import Config

    from jupyter_ext.pages import APPS, mounting

    ServerApp.clear_instance()
    app = ServerApp.instance(
        config=Config({"IdentityProvider": {"token": TOKEN}}), root_dir=str(root), base_url="/base/",
        open_browser=False, allow_root=True, log_level="ERROR",
    )  # fmt: skip
    app.init_signal = lambda: None
    app.initialize(argv=[], find_extensions=False, new_httpserver=False)
    site = mounting.mount(app, caller_for, lambda _: f"{APPS}/other/{PLAIN.path}", PAGES, apart=apart)
    mounting.mount_lost(site)
    http = HTTPServer(app.web_app)
    sockets = bind_sockets(0, "127.0.0.1")
    http.add_sockets(sockets)
    started.append(Server(app, site, sockets[0].getsockname()[1], asyncio.get_running_loop()))
    ready.set()
    while not stop.is_set():  # noqa: ASYNC110 - a thread sets it
        await asyncio.sleep(0.02)
    http.stop()
    await http.close_all_connections()
    mounting.unmount(site)
    await app.kernel_manager.shutdown_all()
    ServerApp.clear_instance()


@pytest.fixture
def alice(server: Server) -> Iterator[httpx.Client]:
    """Somebody who is signed in."""
    with server.browser() as client:
        yield client


@pytest.fixture
def bob(server: Server) -> Iterator[httpx.Client]:
    """Somebody else who is signed in."""
    with server.browser() as client:
        yield client


def connect(
    server: Server, client: httpx.Client | None, token: str, page: str = "default/plain", **headers: Any
) -> websocket.WebSocket:
    """A socket as a browser opens it.

    Raises:
        WebSocketBadStatusException: it did not open.
    """
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar) if client else None
    address = f"{server.url}/{page}/ws".replace("http:", "ws:", 1)
    origin = headers.pop("Origin", f"http://127.0.0.1:{server.port}")
    return websocket.create_connection(
        address,
        subprotocols=["bokeh", token],
        cookie=cookies,
        origin=origin,
        host=headers.pop("Host", None),
        timeout=10,
    )


def refused(
    server: Server, client: httpx.Client | None, token: str, page: str = "default/plain", **headers: Any
) -> int:
    """The status with which a socket did not open."""
    with pytest.raises(websocket.WebSocketBadStatusException) as caught:
        connect(server, client, token, page, **headers)
    return caught.value.status_code
