"""The socket of a page: Bokeh's protocol behind Jupyter's sign-in. Imports the kit; see `panels.SocketDoor`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from bokeh.util.token import get_session_id
from jupyter_server.base.handlers import JupyterHandler
from panel.io.server import WSHandler
from tornado import web
from tornado.websocket import WebSocketClosedError

from .panels import binding

if TYPE_CHECKING:
    from workbench.ui.pages import PageSpec

    from .panels import Site


def _says_more(record: logging.LogRecord) -> bool:
    """Whether a line of the log says more than that a browser left while it was being told something."""
    gone = record.exc_info and isinstance(record.exc_info[1], WebSocketClosedError)
    return not (gone or record.msg == "Failed sending message as connection was closed")


for _name in ("asyncio", "bokeh.server.views.ws"):
    logging.getLogger(_name).addFilter(_says_more)


class Visitor(JupyterHandler):
    """Asks Jupyter who sent a request, whether its host is ours, and whether its origin is allowed."""


class PageSocket(WSHandler):
    """Opens for the user, workspace and page that the session was made for, while the session lives."""

    def __init__(self, web_app: Any, request: Any, *, site: Site, page: PageSpec) -> None:
        self.site, self.page = site, page
        self.visitor = Visitor(web_app, request)
        context = site.host.context(page)
        super().__init__(site.host.bokeh, request, application_context=context, bokeh_websocket_path="")

    async def prepare(self) -> None:
        """Refuse whoever is not signed in, or shows a token that is not theirs."""
        await self.visitor.prepare(_redirect_to_login=False)
        user = self.visitor.current_user
        if user is None:
            raise web.HTTPError(403, "Nobody is signed in.")
        token = self.request.headers.get("Sec-WebSocket-Protocol", "").rpartition(",")[2].strip()
        named = self.path_kwargs
        wanted = binding(user, named.get("workspace", ""), self.page, named.get("subject", ""))
        if self.site.host.bound_to(token) != wanted or not self._alive(token):
            raise web.HTTPError(403, "This session is not yours, or has ended.")
        self.site.sockets.add(self)

    def check_origin(self, origin: str) -> bool:
        """Jupyter's rule: the same host, or what the server's configuration allows."""
        return bool(self.visitor.check_origin(origin))

    async def on_message(self, fragment: str | bytes) -> None:
        """Hear the browser, but not what was on its way when it was given up."""
        if not self._given_up:
            await super().on_message(fragment)

    def on_close(self) -> None:
        """Clean up, unless that is done.

        Bokeh's ping gives up a browser that has left, and takes its session away, which the clean-up then asks for.
        """
        if not self._given_up:
            super().on_close()

    @property
    def _given_up(self) -> bool:
        return self.connection is not None and self.connection._session is None

    def _alive(self, token: str) -> bool:
        session_id = get_session_id(token)
        return any(session.id == session_id for session in self.application_context.sessions)
