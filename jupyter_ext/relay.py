"""Relays WebSockets to a server of this machine that listens on a unix socket.

Who may ask is the handler's to find out: what comes here was let through. No header of the browser's is passed on.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from .peers import MESSAGE_BYTES, FarSocket

AWAY, LOST = 1001, 1014  # the browser left; the far server is gone ("bad gateway")


class RelayedSocket(WebSocketHandler):
    """A WebSocket whose messages go to a peer and come from it; a subclass says to which.

    What one side does not take the other does not get rid of: each message waits until the one before was taken.
    """

    far: FarSocket | None = None
    _carrying: asyncio.Task[None] | None = None

    async def far_end(self, *args: Any, **kwargs: Any) -> FarSocket:
        """The connection to relay to, as `Peer.websocket` makes it; called with what `get` is.

        Raises:
            HTTPError: there is none for this visitor.
        """
        raise NotImplementedError

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Open both ends, the far one first, so that its refusal is one to the browser, too."""
        origin = self.request.headers.get("Origin") or self.request.headers.get("Sec-Websocket-Origin")
        if origin is not None and not self.check_origin(origin):
            raise HTTPError(403, "Another origin may not connect.")
        self.far = await self.far_end(*args, **kwargs)
        try:
            await super().get(*args, **kwargs)  # until the socket is closed
        finally:
            if self._carrying is not None:
                self._carrying.cancel()
            await self.far.leave(*sendable(self.close_code, self.close_reason, AWAY))

    @property
    def max_message_size(self) -> int:
        """As much as the far end may send."""
        return MESSAGE_BYTES

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """What the far end chose."""
        chosen = self.far.selected_subprotocol if self.far is not None else None
        return chosen if chosen in subprotocols else None

    def open(self, *_: Any, **__: Any) -> None:
        """Begin to carry what the far end says."""
        assert self.far is not None
        self.far.near = self
        self._carrying = asyncio.ensure_future(self._carry(self.far))

    async def on_message(self, message: str | bytes) -> None:
        """Pass on what the browser says, once the far end takes it."""
        assert self.far is not None
        with suppress(WebSocketClosedError, StreamClosedError):
            await self.far.write_message(message, binary=isinstance(message, bytes))

    async def _carry(self, far: FarSocket) -> None:
        with suppress(WebSocketClosedError, StreamClosedError):
            while (message := await far.read_message()) is not None:
                await self.write_message(message, binary=isinstance(message, bytes))
        self.close(*sendable(far.close_code, far.close_reason, LOST))


def sendable(code: int | None, reason: str | None, otherwise: int) -> tuple[int, str | None]:
    """The code and reason to close one end with, after the other was closed with these; `otherwise` for a lost one."""
    if code is None or not (1000 <= code <= 1014 or 3000 <= code <= 4999) or code in (1004, 1005, 1006):
        return (1000, None) if code == 1005 else (otherwise, None)
    return code, reason
