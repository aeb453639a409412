"""A Jupyter server with the extension, in a thread of the test's process and on a port of its own."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from workbench.core.settings import Settings
from workbench.core.workbench import Workbench


class Server:
    """A running server; `client()` is signed in with Jupyter's own token."""

    def __init__(self, app: Any, extension: Any, port: int, token: str, loop: asyncio.AbstractEventLoop) -> None:
        self.app, self.extension, self.token, self.loop = app, extension, token, loop
        self.base = f"http://127.0.0.1:{port}/base/"
        self.api = f"{self.base}workbench/api/v1"

    @property
    def workbench(self) -> Workbench:
        """The workbench that the server opened."""
        return self.extension.opening.wait()  # type: ignore[no-any-return]

    def client(self, **headers: str) -> httpx.Client:
        """A client below the API's prefix, with Jupyter's token unless another Authorization is given."""
        given = {"Authorization": f"token {self.token}"} | headers
        return httpx.Client(base_url=self.api, headers={k: v for k, v in given.items() if v}, timeout=30)

    def call_soon(self, work: Callable[[], Any]) -> Any:
        """Do something on the server's loop and wait for it."""

        async def call() -> Any:
            return work()

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(10)


@contextmanager
def serving(root: Path, settings: Settings | None = None, opener: Any = None, **config: Any) -> Iterator[Server]:
    """A server; `opener(settings)` opens the home instead of `open_home`, `config` are ServerApp's traits."""
    with _running(lambda: _personal(root, settings, config), opener, settings) as server:
        yield server


@contextmanager
def serving_team(settings: Settings, opener: Any = None) -> Iterator[Server]:
    """The server of a team, as `workbench serve` starts it."""
    with _running(lambda: _team(settings), opener, settings) as server:
        yield server


@contextmanager
def _running(make: Callable[[], tuple[Any, str]], opener: Any, settings: Settings | None) -> Iterator[Server]:
    started: list[Server] = []
    failed: list[BaseException] = []
    ready, stop = threading.Event(), threading.Event()

    def run() -> None:
        try:
            asyncio.run(_serve(make, opener, settings, started, ready, stop))
        except BaseException as error:  # noqa: BLE001 - it is raised in the test's thread
            failed.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="jupyter-server")
    thread.start()
    ready.wait(60)
    if failed:
        raise failed[0]
    try:
        yield started[0]
    finally:
        stop.set()
        thread.join(30)
    if failed:
        raise failed[0]


def _personal(root: Path, settings: Settings | None, config: dict[str, Any]) -> tuple[Any, str]:
    from jupyter_server.serverapp import ServerApp
    from traitlets.config import Config

    token = secrets.token_hex(8)
    traits = {"home": str(settings.home), "database_url": settings.database_url or None} if settings else {}
    options = {"IdentityProvider": {"token": token}, "WorkbenchApp": traits | {"executor": False}}
    options |= {name: options.get(name, {}) | value for name, value in config.items()}
    app = ServerApp(
        config=Config(options), root_dir=str(root), base_url="/base/", open_browser=False, allow_root=True,
        jpserver_extensions={"jupyter_ext": True}, log_level="ERROR",
    )  # fmt: skip
    return app, token


def _team(settings: Settings) -> tuple[Any, str]:
    from jupyter_ext.team.server import TeamServer, traits

    return TeamServer(base_url="/base/", log_level="ERROR", pages_at_once=False, **traits(settings)), ""


async def _serve(
    make: Callable[[], tuple[Any, str]],
    opener: Any,
    settings: Settings | None,
    started: list[Server],
    ready: threading.Event,
    stop: threading.Event,
) -> None:
    from tornado.httpserver import HTTPServer
    from tornado.netutil import bind_sockets

    app, token = make()
    app.init_signal = lambda: None
    app.initialize(argv=[], find_extensions=False, new_httpserver=False)
    name = next(name for name in app.jpserver_extensions if name.startswith("jupyter_ext"))
    extension = next(iter(app.extension_manager.extension_apps[name]))
    if opener is not None:
        extension.opening._opener = lambda: opener(settings)
    http = HTTPServer(app.web_app, max_buffer_size=app.max_buffer_size, xheaders=app.trust_xheaders)
    sockets = bind_sockets(0, "127.0.0.1")
    http.add_sockets(sockets)
    await app.extension_manager.start_all_extensions()
    started.append(Server(app, extension, sockets[0].getsockname()[1], token, asyncio.get_running_loop()))
    ready.set()
    await asyncio.get_running_loop().run_in_executor(None, stop.wait)
    http.stop()
    await http.close_all_connections()
    await app.extension_manager.stop_all_extensions()
    await app.kernel_manager.shutdown_all()
