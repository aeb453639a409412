"""Servers of this machine that listen on a unix socket, and on no port."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import socket
import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.httputil import HTTPHeaders
from tornado.iostream import IOStream
from tornado.simple_httpclient import HTTPTimeoutError, SimpleAsyncHTTPClient
from tornado.tcpclient import TCPClient
from tornado.web import HTTPError
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, WebSocketError, WebSocketHandler

log = logging.getLogger("workbench.server")

CONNECT_SECONDS = 10.0
FAREWELL_SECONDS = 1.0
MESSAGE_BYTES = 20 * 1024 * 1024
_TARGET = re.compile(r"/[!-~]*")
_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that listens at `path`; whoever listens there must be the user `uid` of this machine."""

    path: Path
    uid: int = -1  # this process's

    async def connect(self) -> IOStream:
        """A connection to it.

        Raises:
            HTTPError: 503, nobody listens, or somebody else does; 504, it takes no connection.
        """
        stream = IOStream(socket.socket(socket.AF_UNIX))
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await stream.connect(str(self.path))
            wanted = os.getuid() if self.uid == -1 else self.uid
            if (who := user_of(stream.socket)) not in (wanted, None):
                raise PermissionError(f"the user {who} listens at {self.path.name}")
        except (OSError, TimeoutError) as error:
            stream.close()
            raise _unreachable(error) from error
        return stream

    def client(self, **options: Any) -> SimpleAsyncHTTPClient:
        """A client of it, whatever the addresses say; to be closed."""
        made = SimpleAsyncHTTPClient(force_instance=True, **options)
        made.tcp_client = _Line(self)
        return made

    async def post(self, target: str, body: bytes, patience: float) -> bytes:
        """What it answers to a body that is posted to it, within `patience` seconds.

        Raises:
            HTTPError: 502 to 504, it does not answer, or says that it failed.
        """
        client = self.client()
        asked = HTTPRequest(f"http://peer{checked(target)}", "POST", body=body, request_timeout=patience)
        try:
            return (await client.fetch(asked)).body
        except HTTPTimeoutError as error:
            raise _unreachable(TimeoutError(str(error))) from error
        except (HTTPClientError, OSError) as error:
            raise _unreachable(error) from error
        finally:
            client.close()

    async def websocket(
        self, target: str, subprotocols: Sequence[str] = (), headers: Mapping[str, str] | None = None,
        largest: int = MESSAGE_BYTES,
    ) -> FarSocket:  # fmt: skip
        """A WebSocket to it.

        Raises:
            HTTPError: it refused, with its status; 502 to 504, it does not answer.
        """
        far = FarSocket(checked(target), headers or {}, self, list(subprotocols) or None, largest)
        try:
            await far.connect_future
        except HTTPTimeoutError as error:
            raise _unreachable(TimeoutError(str(error))) from error
        except HTTPClientError as error:
            raise HTTPError(error.code if 400 <= error.code < 500 else 502) from error
        except (OSError, WebSocketError) as error:
            raise _unreachable(error) from error
        return far


class _Line(TCPClient):
    """Connects to a peer, whatever the address says."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def connect(self, *_: Any, **__: Any) -> IOStream:
        return await self._peer.connect()

    def close(self) -> None:
        """Nothing is kept."""


class FarSocket(WebSocketClientConnection):
    """The far end of a relayed WebSocket; `near` hears its pings, so that the way to the browser is kept open."""

    near: WebSocketHandler | None = None

    def __init__(
        self, target: str, headers: Mapping[str, str], peer: Peer, subprotocols: list[str] | None, largest: int
    ) -> None:
        asked = HTTPRequest(
            f"ws://peer{target}", headers=HTTPHeaders(headers), connect_timeout=CONNECT_SECONDS,
            request_timeout=CONNECT_SECONDS,
        )  # fmt: skip
        super().__init__(asked, max_message_size=largest, subprotocols=subprotocols)
        self._gone = asyncio.Event()
        self.tcp_client = _Line(peer)  # before the first step of connecting, which the loop takes later

    def on_connection_close(self) -> None:
        super().on_connection_close()
        self._gone.set()

    async def leave(self, code: int, reason: str | None) -> None:
        """Close, and hang up soon whether or not the far end agrees."""
        stream = getattr(self.protocol, "stream", None)
        self.close(code, reason)
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                await self._gone.wait()
        except TimeoutError:
            pass
        finally:
            if stream is not None:
                stream.close()

    def on_ping(self, data: bytes) -> None:
        if self.near is not None:
            with suppress(WebSocketClosedError):
                self.near.ping(data)


def user_of(sock: socket.socket) -> int | None:
    """The user id of the process at the other end of a unix socket; None where the system does not say."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    return _credentials(sock)[1]


def process_of(sock: socket.socket) -> int | None:
    """The id of the process at the other end of a unix socket; None where the system does not say."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    return _credentials(sock)[0]


def _credentials(sock: socket.socket) -> tuple[int, int, int]:
    process, user, group = _CREDENTIALS.unpack(
        sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    )
    return process, user, group


def checked(target: str) -> str:
    """An address below a peer, with what is asked of it.

    Raises:
        HTTPError: 400, it is none.
    """
    if not _TARGET.fullmatch(target):
        raise HTTPError(400, "This address cannot be passed on.")
    return target


def _unreachable(error: Exception) -> HTTPError:
    log.warning("a process of this server does not answer: %s: %s", type(error).__name__, error)
    return HTTPError(504 if isinstance(error, TimeoutError) else 503, "What was asked does not answer now.")
