"""The stream of events over a WebSocket, taken up again where it broke off."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from workbench.core.errors import NotAuthenticated, Unavailable, WorkbenchError

LOST = 4001
PAUSE_SECONDS = 1.0
QUIET_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `sequence` goes up in the order of commits."""

    sequence: int
    at: str
    name: str
    workspace_id: UUID | None
    object_type: str
    object_id: UUID | None
    data: dict[str, Any]


def events(api: str, token: str, since: int | None) -> Iterator[Event]:
    """Events after `since`, or from now on; `api` is the URL of the API.

    Raises:
        NotAuthenticated: the token is not, or no longer, valid.
        Unavailable: there is no such server.
    """
    import websocket

    cursor, connected = since, False
    while True:
        socket = None
        try:
            socket = _connect(api, token, cursor)
            connected = True
            for message in _messages(socket):
                cursor = message["sequence"]
                if message["name"] != "stream.opened":
                    yield _event(message)
        except (OSError, websocket.WebSocketException) as error:
            if not connected or 400 <= getattr(error, "status_code", 0) < 500:
                raise _refused(error) from error
        finally:
            if socket is not None:
                socket.close()
                socket.shutdown()  # which close() leaves out where the server closed first
        time.sleep(PAUSE_SECONDS)


def _connect(api: str, token: str, since: int | None) -> Any:
    import websocket

    url = api.replace("http", "ws", 1) + "/events" + (f"?since={since}" if since is not None else "")
    socket = websocket.WebSocket(skip_utf8_validation=True)  # JSON is decoded anyway, and much faster
    socket.settimeout(QUIET_SECONDS)
    try:
        socket.connect(url, header={"Authorization": f"Bearer {token}"})
    except BaseException:
        socket.shutdown()
        raise
    return socket


def _messages(socket: Any) -> Iterator[dict[str, Any]]:
    while True:
        code, data = socket.recv_data()
        if code == 8:  # the server says goodbye, and why
            if int.from_bytes(data[:2], "big") == LOST:
                raise NotAuthenticated("The token is not valid any more.", fix="Make a new one.", code="token_invalid")
            return
        yield json.loads(data)


def _event(message: dict[str, Any]) -> Event:
    def uuid(name: str) -> UUID | None:
        return UUID(message[name]) if message[name] else None

    return Event(
        sequence=message["sequence"],
        at=message["at"],
        name=message["name"],
        workspace_id=uuid("workspace_id"),
        object_type=message["object_type"],
        object_id=uuid("object_id"),
        data=message["data"],
    )


def _refused(error: Exception) -> WorkbenchError:
    body = getattr(error, "resp_body", None)
    try:
        problem = json.loads(body) if body else {}
    except ValueError:
        problem = {}
    if "code" in problem:
        return WorkbenchError.from_problem(problem)
    return Unavailable(
        f"The stream of events cannot be opened: {error}.", fix="Check the URL.", code="server_unreachable"
    )
