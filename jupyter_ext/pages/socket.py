"""The socket of a page: Bokeh's protocol. Imports the kit; see `door.SocketDoor`."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

from bokeh.protocol.message import Message
from bokeh.util.token import get_session_id
from panel.io.server import WSHandler
from tornado import web
from tornado.websocket import WebSocketClosedError

from .door import PageDoor, token_of

if TYPE_CHECKING:
    from workbench.ui.host import Host
    from workbench.ui.pages import PageSpec


def _says_more(record: logging.LogRecord) -> bool:
    """Whether a line of the log says more than that a browser left while it was being told something."""
    gone = record.exc_info and isinstance(record.exc_info[1], WebSocketClosedError)
    return not (gone or record.msg == "Failed sending message as connection was closed")


def _without_content(record: logging.LogRecord) -> bool:
    """Have a line that quotes what a browser sent say its kind and size instead, and what failed where."""
    sent = next((one for one in _args(record) if isinstance(one, Message | str | bytes)), None)
    error = next((one for one in _args(record) if isinstance(one, Exception)), None)
    if error is not None and sent is not None:
        kind, size = (sent.msgtype, len(sent.content_json)) if isinstance(sent, Message) else ("part", len(sent))
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
        record.msg = "a message of a browser was not handled: %s of %d characters, %s at %s"
        record.args, record.exc_info, record.exc_text = (kind, size, type(error).__name__, place), None, None
    return True


def _args(record: logging.LogRecord) -> tuple[Any, ...]:
    return record.args if isinstance(record.args, tuple) else ()


for _name in ("asyncio", "bokeh.server.views.ws"):
    logging.getLogger(_name).addFilter(_says_more)
for _name in ("bokeh.server.protocol_handler", "bokeh.server.views.ws"):
    logging.getLogger(_name).addFilter(_without_content)


class SessionSocket(WSHandler):
    """Opens for the session of a token, while it lives; whoever comes was let in by the server."""

    def __init__(self, web_app: Any, request: Any, *, host: Host, page: PageSpec) -> None:  # noqa: ARG002 - as routed
        super().__init__(host.bokeh, request, application_context=host.context(page), bokeh_websocket_path="")

    async def prepare(self) -> None:
        """Refuse a token whose session has ended: Bokeh would make it anew."""
        if not self.alive(token_of(self.request)):
            raise web.HTTPError(403, "This session has ended.")

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002 - the signature is Tornado's
        """Whatever the server let in."""
        return True

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

    def alive(self, token: str) -> bool:
        """Whether the session of a token is there."""
        session_id = get_session_id(token)
        return any(session.id == session_id for session in self.application_context.sessions)


class PageSocket(PageDoor, SessionSocket):
    """Opens for the user, workspace and page that the session was made for, while the session lives."""

    def __init__(self, web_app: Any, request: Any, *, site: Any, page: PageSpec) -> None:
        self.come_to(web_app, request, site, page)
        super().__init__(web_app, request, host=site.stage.host, page=page)

    async def prepare(self) -> None:
        """Refuse whoever is not signed in, or shows a token that is not theirs."""
        await self.let_in()
        await super().prepare()

    def check_origin(self, origin: str) -> bool:
        """Jupyter's rule: the same host, or what the server's configuration allows."""
        return self.origin_is_ours(origin)
