"""The process in which pages are drawn: `python -m jupyter_ext.pages.children TOLD`, as the supervisor starts it."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import mimetypes
import os
import secrets
import socket
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.netutil import bind_unix_socket
from tornado.web import Application, RequestHandler

import jupyter_ext
import workbench
from jupyter_ext.peers import process_of
from workbench.broker.door import DoorCaller
from workbench.core import logs
from workbench.core.collecting import loading
from workbench.core.errors import WorkbenchError
from workbench.core.operations import registry
from workbench.domains.store.drivers import confinement
from workbench.ui.host import Host
from workbench.ui.languages import SPOKEN
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Failure, Person, Visit

THREADS = 8
BEAT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Told:
    """What the supervisor tells: where the pages are declared and mounted, and what was inherited."""

    pages: str  # `module:name` of the pages, or of a function that answers them
    prefix: str
    socket: str
    owner: int  # the process that may connect
    life: int
    door: int
    frame_bytes: int


class Answering:
    """What the handlers share."""

    def __init__(self, told: Told) -> None:
        self.host = Host(_pages(told.pages), told.prefix, secrets.token_bytes(32))
        self.caller = DoorCaller(registry, socket.socket(fileno=told.door), header_bytes=told.frame_bytes)
        self.executor = ThreadPoolExecutor(THREADS, thread_name_prefix="pages")
        self.pages = {page.path: page for page in self.host.pages}


class Opens(RequestHandler):
    """Draws the page of a visit, which the server has let in."""

    def initialize(self, answering: Answering) -> None:
        self.answering = answering

    async def post(self) -> None:
        """Answer the page's document and its session's token, or why it could not be drawn."""
        told = json.loads(self.request.body)
        page = self.answering.pages[told["page"]]
        SPOKEN.set(told["visit"]["language"])
        try:
            shown = await self.answering.host.open(self._visit(told, page), self.request, told["bound_to"])
        except Exception as error:  # noqa: BLE001 - whatever it was, the person is told and the log says more
            failure = Failure.of(error, f"opening the page {page.path}")
            status = error.status if isinstance(error, WorkbenchError) else 500
            self.finish({"failure": asdict(failure), "status": status})
            return
        self.finish({"document": shown.document, "token": shown.token})

    def _visit(self, told: dict[str, Any], page: PageSpec) -> Visit:
        answering = self.answering
        person = TypeAdapter(Person).validate_python(told["person"])
        return Visit(
            caller=answering.caller.bearing(told["handle"]), person=person, page=page, pages=answering.host.pages,
            executor=answering.executor, **told["visit"],
        )  # fmt: skip


class ForOwner(HTTPServer):
    """Hears one process of this machine, and no other."""

    owner: int

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        """Take a connection, or hang up."""
        if process_of(stream.socket) in (self.owner, None):
            super().handle_stream(stream, address)
        else:
            logging.getLogger("workbench.pages").warning("another process tried to connect")
            stream.close()


def main(argv: Sequence[str]) -> None:
    """Serve pages until the server that started this ends."""
    told = Told(**json.loads(argv[1]))
    _leash(told.owner)
    life = socket.socket(fileno=told.life)
    threading.Thread(target=_end_with, args=[life], name="life", daemon=True).start()
    logs.configure()
    logging.getLogger().handlers = logging.getLogger("workbench").handlers
    asyncio.run(_serve(told, life))


async def _serve(told: Told, life: socket.socket) -> None:
    with loading():
        from jupyter_ext.pages.socket import SessionSocket

        registry.discover()
        answering = Answering(told)
        answering.host.prepare()
    answering.host.start()
    sockets: list[Any] = [
        (rf"/{page.key}/ws", SessionSocket, {"host": answering.host, "page": page}) for page in answering.host.pages
    ]
    server = ForOwner(Application([*sockets, (r"/.*", Opens, {"answering": answering})], log_function=_quietly))
    server.owner = told.owner
    server.add_socket(bind_unix_socket(told.socket, 0o600))
    _confine()
    while True:
        life.send(b".")
        await asyncio.sleep(BEAT_SECONDS)


def _quietly(handler: RequestHandler) -> None:
    """The server logs requests; what fails here without a word of its own is said."""
    if handler.get_status() >= 500:
        logging.getLogger("workbench.pages").error("%s: %d", handler.request.path, handler.get_status())


def _end_with(life: socket.socket) -> None:
    """End this process, whatever it does, once its server is gone."""
    life.recv(1)
    os._exit(0)


def _leash(owner: int) -> None:
    confinement.leash(die_with_parent=True)
    if os.getppid() != owner:
        os._exit(0)


def _confine() -> None:
    """Open no other file than Python's and ours from now on, and reach no network; where the kernel can see to it."""
    mimetypes.init()  # reads files of the system's
    if not confinement.confine((), folders=[str(Path(package.__path__[0])) for package in (workbench, jupyter_ext)]):
        logging.getLogger("workbench.pages").info("the kernel has no Landlock: pages could read what the server can")


def _pages(named: str) -> tuple[PageSpec, ...]:
    module, _, name = named.partition(":")
    found = getattr(importlib.import_module(module), name)
    return tuple(found() if callable(found) else found)


if __name__ == "__main__":
    main(sys.argv)
