"""What is relayed arrives whole or not at all, and nothing goes along that is not the other side's."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace

import pytest
from tornado import web
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets, bind_unix_socket
from tornado.websocket import WebSocketHandler, websocket_connect

from jupyter_ext.peers import Peer
from jupyter_ext.relay import RelayedSocket, sendable
from workbench.engines.runtime import RuntimeFolder

pytestmark = pytest.mark.anyio

PIECE = b"x" * 65536
PIECES = 1500  # more than all buffers on the way hold
LARGEST = 200_000


@pytest.fixture
def anyio_backend():
    """Tornado's loop."""
    return "asyncio"


class FarSocket(WebSocketHandler):
    """Says again what it hears, and does what it is told."""

    def prepare(self):
        if "refuse" in self.request.arguments:
            raise web.HTTPError(403)

    def select_subprotocol(self, subprotocols):
        return subprotocols[1]

    async def on_message(self, message):
        if message == "flood":
            with suppress(Exception):
                for number in range(PIECES):
                    self.settings["sent"] = number
                    await self.write_message(PIECE, binary=True)
        elif message == "close":
            self.close(4321, "as told")
        elif message == "die":
            self.ws_connection.stream.close()
        else:
            await self.write_message(message, binary=isinstance(message, bytes))

    def on_close(self):
        self.settings["closed"].set_result((self.close_code, self.close_reason))


class NearSocket(RelayedSocket):
    """Passes on whatever is said."""

    def initialize(self, peer):
        self.peer = peer

    async def far_end(self):
        return await self.peer.websocket(self.request.uri, ["bokeh", "token"], largest=LARGEST)


@asynccontextmanager
async def relayed(uid=-1):
    """A server on a unix socket, and one on a port that relays to it."""
    folder = RuntimeFolder()
    path = folder.path / "far"
    state = {"sent": 0, "closed": asyncio.get_running_loop().create_future()}
    far = HTTPServer(web.Application([("/ws", FarSocket)], **state))
    far.add_socket(bind_unix_socket(str(path)))
    near = HTTPServer(web.Application([("/ws", NearSocket, {"peer": Peer(path, uid)})]))
    socket = bind_sockets(0, "127.0.0.1")[0]
    near.add_socket(socket)
    address = f"127.0.0.1:{socket.getsockname()[1]}"
    application = far.request_callback
    try:
        yield SimpleNamespace(ws=f"ws://{address}", far=far, settings=application.settings)
    finally:
        for server in (near, far):
            server.stop()
            await server.close_all_connections()
        folder.close()


async def standing_still(settings):
    """How much was sent when no more is taken."""
    before = -1
    while before != settings["sent"]:
        before = settings["sent"]
        await asyncio.sleep(0.3)
    return before


async def test_where_nobody_listens_the_browser_is_told():
    """Nor is anything sent to a socket where somebody else listens."""
    async with relayed() as at:
        at.far.stop()
        with pytest.raises(HTTPClientError, match="503"):
            await websocket_connect(f"{at.ws}/ws", subprotocols=["bokeh", "token"])
    async with relayed(os.getuid() + 1) as at:
        with pytest.raises(HTTPClientError, match="503"):
            await websocket_connect(f"{at.ws}/ws", subprotocols=["bokeh", "token"])


async def test_messages_arrive_both_ways_as_they_are():
    """Text stays text and bytes bytes; the far end's choice of a subprotocol is the browser's; so is how it closes."""
    async with relayed() as at:
        socket = await websocket_connect(f"{at.ws}/ws", subprotocols=["bokeh", "token"])
        for message in ("täxt", b"\xff\x00", "", "y" * LARGEST):
            await socket.write_message(message, binary=isinstance(message, bytes))
            assert await socket.read_message() == message
        assert socket.selected_subprotocol == "token"

        await socket.write_message("close")
        assert await socket.read_message() is None
        assert (socket.close_code, socket.close_reason) == (4321, "as told")
        socket.close()


async def test_the_far_end_hears_how_the_browser_left():
    """Its code and its words; one that was cut off has gone away."""
    async with relayed() as at:
        socket = await websocket_connect(f"{at.ws}/ws", subprotocols=["bokeh", "token"])
        socket.close(4000, "enough")
        assert await asyncio.wait_for(at.settings["closed"], 10) == (4000, "enough")

    async with relayed() as at:
        socket = await websocket_connect(f"{at.ws}/ws", subprotocols=["bokeh", "token"])
        socket.protocol.stream.close()
        assert (await asyncio.wait_for(at.settings["closed"], 10))[0] == 1001
        socket.close()


async def test_a_far_end_that_is_lost_or_refuses_is_told():
    """A refusal keeps its status, a lost server is a bad gateway, and a message that is too large ends the socket."""
    async with relayed() as at:
        with pytest.raises(HTTPClientError, match="403"):
            await websocket_connect(f"{at.ws}/ws?refuse", subprotocols=["bokeh", "token"])
        foreign = HTTPRequest(f"{at.ws}/ws", headers={"Origin": "http://evil.example"})
        with pytest.raises(HTTPClientError, match="403"):
            await websocket_connect(foreign, subprotocols=["bokeh", "token"])
        socket = await websocket_connect(f"{at.ws}/ws", subprotocols=["bokeh", "token"])
        await socket.write_message("die")
        assert await socket.read_message() is None
        assert socket.close_code == 1014
        socket.close()


async def test_messages_come_no_faster_than_they_are_taken():
    """A page that shows much to a browser that reads slowly fills no memory of the server's."""
    async with relayed() as at:
        socket = await websocket_connect(f"{at.ws}/ws", subprotocols=["bokeh", "token"])
        await socket.write_message("flood")

        assert await standing_still(at.settings) < PIECES / 2

        for _ in range(PIECES):
            assert await asyncio.wait_for(socket.read_message(), 10) == PIECE
        socket.close()


@pytest.mark.parametrize(
    ("closed", "sent"),
    [((1000, "x"), (1000, "x")), ((None, None), (1001, None)), ((1005, None), (1000, None)),
     ((1006, "x"), (1001, None)), ((1015, None), (1001, None)), ((2999, None), (1001, None)), ((4001, ""), (4001, ""))],
)  # fmt: skip
def test_what_cannot_be_sent_as_a_code_is_told_by_another(closed, sent):
    """Some codes stand for what no side may say."""
    assert sendable(*closed, 1001) == sent
