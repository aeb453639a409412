"""The process of one app: executes a notebook's cells for each visit, and serves what they mark `.servable()`.

Run as `python -m workbench.engines.serving NOTEBOOK LISTENING LIFE`: the notebook's JSON, and two inherited
descriptors, of a socket that listens and of a pipe at whose end the process ends. Whoever connects asks `/open` for a
visit's HTML, with `?dark` in dark colours, and `/ws` for its socket; all addresses within that HTML are relative to
where it is shown. A visit that fails is answered with 500 and, as JSON, what failed in which cell.
"""

from __future__ import annotations

import asyncio
import json
import linecache
import os
import re
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from types import ModuleType
from typing import Any

from workbench.engines.dressing import dress

TOKEN_SECONDS = 300
KEEP_ALIVE_MS = 20_000
UNUSED_MS = 15_000
LONGEST_MESSAGE = 2_000
MESSAGE_BYTES = 20 * 1024 * 1024  # as many as are relayed, see jupyter_ext/peers.py
MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)
CELL_MAGIC = re.compile(r"\s*%%(\w+)[^\n]*\n?")
TRANSPARENT = frozenset({"time", "timeit", "capture", "prun"})  # of which an app wants what they are about
LOST = "The app has ended, or the connection to it is lost. Press Restart above to open it again."
NOTHING_SERVED = "NothingServed"


class Failed(Exception):
    """A visit that could not be made, and why; `cell` counts from 1 and is 0 where it was no cell."""

    def __init__(self, cell: int, name: str, message: str) -> None:
        super().__init__(message)
        self.told = {"cell": cell, "name": name, "message": message[:LONGEST_MESSAGE]}


def code_cells(notebook: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """The number and the plain Python of each code cell: magics and shell commands have no place in an app."""
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "code":
            source = cell["source"]
            yield number, plain_python(source if isinstance(source, str) else "".join(source))


def plain_python(source: str) -> str:
    """A cell without its magics; a line keeps its number, and a cell in another language is left out whole."""
    magic = CELL_MAGIC.match(source)
    if magic is not None:
        source = "\n" + source[magic.end() :] if magic[1] in TRANSPARENT else ""
    try:
        compile(source, "<cell>", "exec")
    except SyntaxError:
        return MAGIC.sub(r"\1pass", source)
    return source


def execute(notebook: Mapping[str, Any]) -> None:
    """Execute the cells in a module of their own, as a notebook's are.

    Raises:
        Failed: a cell raised something, or asked to end.
    """
    module = ModuleType("__main__")
    for number, source in code_cells(notebook):
        name = f"<cell {number}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            exec(compile(source, name, "exec"), module.__dict__)  # noqa: S102 - this is what an app is
        except (Exception, SystemExit) as error:
            raise Failed(number, type(error).__name__, str(error)) from error


_failure: ContextVar[list[Failed]] = ContextVar("workbench_failure")
_dark: ContextVar[bool] = ContextVar("workbench_dark", default=False)


def application(notebook: Mapping[str, Any], title: str) -> Any:
    """The notebook as what Bokeh's server makes documents of."""
    from bokeh.io import curdoc
    from panel.config import config
    from panel.io.application import build_applications

    own: Any = config  # of each visit, as Panel keeps it

    def draw() -> None:
        own.notifications, own.disconnect_notification = True, LOST
        dress(_dark.get())
        try:
            execute(notebook)
        except Failed as failed:
            _failure.get().append(failed)
            return
        _bring_scripts()
        if not curdoc().roots:
            _failure.get().append(Failed(0, NOTHING_SERVED, "No cell marked anything as servable."))

    served: Any = {"/": draw}
    return build_applications(served, {"/": title})


def _bring_scripts() -> None:
    """Have this visit's page bring what its objects need to be drawn, such as tables, whether or not the cells said so.

    Panel imports the models of such an object when it is first shown, and their scripts come with a page whose own
    cells named the extension; without them the page stays blank, and nothing says why.
    """
    from panel.config import panel_extension

    known: Mapping[str, str] = panel_extension._imports
    panel_extension(*{name for name, module in known.items() if module in sys.modules and "models" in module})


def server(notebook: Mapping[str, Any], title: str) -> Any:
    """The Bokeh server of an app, which begins to hold sessions on the running event loop."""
    from bokeh.server.tornado import BokehTornado
    from tornado.ioloop import IOLoop

    made = BokehTornado(
        application(notebook, title), extra_patterns=[(r"/open", visits())], extra_websocket_origins=["*"],
        use_index=False, include_headers=[], include_cookies=[], session_token_expiration=TOKEN_SECONDS,
        keep_alive_milliseconds=KEEP_ALIVE_MS, check_unused_sessions_milliseconds=UNUSED_MS,
        unused_session_lifetime_milliseconds=UNUSED_MS, websocket_max_message_size_bytes=MESSAGE_BYTES,
    )  # fmt: skip
    made.initialize(IOLoop.current())
    made.start()
    return made


def visits() -> type[Any]:
    """The handler that makes a visit; made here, for its base takes half a second to import."""
    from bokeh.util.token import generate_jwt_token, generate_session_id
    from panel.io.resources import Resources
    from panel.io.server import server_html_page_for_session
    from panel.io.state import set_curdoc
    from tornado.web import RequestHandler

    class Visits(RequestHandler):
        async def get(self) -> None:
            """Execute the cells and answer the HTML, or what failed."""
            bokeh: Any = self.application
            session_id = generate_session_id(signed=False)
            payload: Any = {"headers": {}, "cookies": {}, "arguments": {}}
            token = generate_jwt_token(session_id, signed=False, extra_payload=payload, expiration=TOKEN_SECONDS)
            before = _failure.set([])
            _dark.set("dark" in self.request.query_arguments)  # for what follows in this request's own context
            try:
                context = bokeh.applications["/"]
                self.request.app_path = "/"  # type: ignore[attr-defined]
                session = await context.create_session_if_needed(session_id, self.request, token)
                failed = _failure.get()
            finally:
                _failure.reset(before)
            if failed:
                self._fail(session, failed[0])
                return
            document = session.document
            try:
                document.to_json()  # what cannot be sent would leave the page blank, without a word
            except Exception as error:  # noqa: BLE001 - whatever the objects of a person's notebook raise
                self._fail(session, Failed(0, type(error).__name__, str(error)))
                return
            with set_curdoc(document):
                shown = server_html_page_for_session(
                    session, resources=Resources.from_bokeh(bokeh.resources()), title=document.title, token=token,
                    template=document.template, template_variables=document.template_variables,
                )  # fmt: skip
            self.finish(shown)

        def _fail(self, session: Any, failed: Failed) -> None:
            session.destroy()
            self.set_status(500)
            self.finish(failed.told)

    return Visits


async def serve(notebook: Mapping[str, Any], title: str, listening: socket.socket) -> None:
    """Serve until the process is ended."""
    from tornado.httpserver import HTTPServer

    listening.setblocking(False)
    http = HTTPServer(server(notebook, title))
    http.add_socket(listening)
    await asyncio.Event().wait()


def main() -> None:
    """Serve the notebook that the command line names."""
    path, listening, life = sys.argv[1:]
    threading.Thread(target=_end_with, args=(int(life),), daemon=True).start()
    given = json.loads(Path(path).read_bytes())
    asyncio.run(serve(given["notebook"], given["title"], socket.socket(fileno=int(listening))))


def _end_with(life: int) -> None:
    """End this process, whatever its cells are at, when its owner is gone."""
    os.read(life, 1)
    os._exit(0)


if __name__ == "__main__":
    main()
