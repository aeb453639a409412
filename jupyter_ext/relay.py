"""Relays requests and WebSockets to a server of this machine that listens on a unix socket.

Who may ask is the handler's to find out: what comes here was let through. Neither credentials nor what a proxy in front
said are passed on, and an answer sets no cookies and no policies of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Any

from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters
from tornado.httputil import HTTPHeaders, HTTPInputError, HTTPMessageDelegate, RequestStartLine, ResponseStartLine
from tornado.iostream import IOStream, StreamClosedError
from tornado.web import HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from .peers import FarSocket, Peer, checked

ANSWER_SECONDS = 60.0
BODY_BYTES = 256 * 1024 * 1024
AWAY, LOST = 1001, 1014  # the browser left; the far server is gone ("bad gateway")
_HOP = frozenset({
    "connection", "content-length", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
    "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip
_NOT_ASKED = _HOP | {"authorization", "cookie", "expect", "forwarded", "host", "x-real-ip", "x-scheme", "x-xsrftoken"}
_NOT_ANSWERED = _HOP - {"content-length"} | {
    "clear-site-data", "content-security-policy", "content-security-policy-report-only", "date", "server",
    "service-worker-allowed", "set-cookie", "strict-transport-security",
}  # fmt: skip
_FAMILIES = ("x-forwarded-", "access-control-", "sec-websocket-")


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


async def relay(
    handler: RequestHandler, peer: Peer, target: str, headers: Mapping[str, str] | None = None,
    *, patience: float = ANSWER_SECONDS, largest: int = BODY_BYTES,
) -> None:  # fmt: skip
    """Answer a handler's request with what `peer` answers at `target`; `headers` are sent besides the browser's.

    The answer is passed on while it comes, at most `largest` bytes of it, and no faster than the browser takes it. One
    that breaks off breaks off for the browser, too. `patience` are the seconds until an answer begins.

    Raises:
        HTTPError: 502 to 504, the peer does not answer, or not in HTTP; nothing was sent.
    """
    target, stream = checked(target), await peer.connect()
    answering = _Answering(handler, stream)
    try:
        known = HTTP1ConnectionParameters(no_keep_alive=True, header_timeout=patience, max_body_size=largest)
        connection = HTTP1Connection(stream, True, known)
        method, body = str(handler.request.method), handler.request.body or None
        asked = _asked(handler, headers or {})
        with suppress(OSError):  # a peer that refuses a body answers before it read it
            await connection.write_headers(RequestStartLine(method, target, ""), asked, body)
            connection.finish()
        with suppress(OSError, HTTPInputError):
            await connection.read_response(answering)
    finally:
        stream.close()
        if answering.begun and not answering.whole:
            _cut(handler)
    if not answering.begun:
        raise HTTPError(502, "What was asked did not answer.")
    if answering.whole:
        await handler.finish()


class _Answering(HTTPMessageDelegate):
    """Passes on an answer while it comes; each part waits until the browser took the one before."""

    def __init__(self, handler: RequestHandler, stream: IOStream) -> None:
        self._handler, self._stream = handler, stream
        self.begun = self.whole = False

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        assert isinstance(start_line, ResponseStartLine)
        if start_line.code < 200:
            return None
        self.begun = True
        self._handler.set_status(start_line.code, start_line.reason)
        for name, value in _passed(headers, _NOT_ANSWERED).get_all():
            self._handler.set_header(name, value)
        return None

    async def data_received(self, chunk: bytes) -> None:
        self._handler.write(chunk)
        try:
            await self._handler.flush()
        except StreamClosedError:  # the browser left, and nobody wants the rest
            self._stream.close()

    def finish(self) -> None:
        self.whole = True


def sendable(code: int | None, reason: str | None, otherwise: int) -> tuple[int, str | None]:
    """The code and reason to close one end with, after the other was closed with these; `otherwise` for a lost one."""
    if code is None or not (1000 <= code <= 1014 or 3000 <= code <= 4999) or code in (1004, 1005, 1006):
        return (1000, None) if code == 1005 else (otherwise, None)
    return code, reason


def _asked(handler: RequestHandler, headers: Mapping[str, str]) -> HTTPHeaders:
    request = handler.request
    asked = _passed(request.headers, _NOT_ASKED)
    asked["Host"] = request.host
    for name, value in headers.items():
        asked[name] = value
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        asked["Content-Length"] = str(len(request.body))
    return asked


def _passed(headers: HTTPHeaders, without: frozenset[str]) -> HTTPHeaders:
    """Headers without those that are for this leg of the way only, and those that are not for the other side."""
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    passed = HTTPHeaders()
    for name, value in headers.get_all():
        if (low := name.lower()) not in without and low not in named and not low.startswith(_FAMILIES):
            passed.add(name, value)
    return passed


def _cut(handler: RequestHandler) -> None:
    """End the browser's connection, so that no half is taken for the whole."""
    if (stream := getattr(handler.request.connection, "stream", None)) is not None:
        stream.close()
