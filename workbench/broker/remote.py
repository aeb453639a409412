"""Both ends of a remote `call`: a server that answers with a caller, and a caller that asks the server."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel, TypeAdapter

from workbench.core.caller import Caller
from workbench.core.errors import Malformed, Unavailable, WorkbenchError
from workbench.core.operations import Download, Operation, Registry

from . import ipc
from .framing import HEADER_BYTES, Channel, Decode

log = logging.getLogger(__name__)


@runtime_checkable
class Bearers(Protocol):
    """Callers by what a frame bears: of a peer that asks for many people."""

    def of(self, bearer: str) -> Caller:
        """Who asks.

        Raises:
            WorkbenchError: nobody, or nobody any more.
        """


def serve(
    sock: socket.socket, caller: Caller | Bearers, *, decode: Decode = ipc.reader, header_bytes: int = HEADER_BYTES
) -> None:
    """Answer the frames of one peer until it goes or breaks the framing; refusals are answered as problems.

    `caller` is whom all of them are from, or tells it frame by frame.
    """
    channel = Channel(sock, decode=decode, header_bytes=header_bytes)
    try:
        while (frame := channel.receive()) is not None:
            header, body = frame
            _answer(channel, caller, header, body)
    except (WorkbenchError, OSError, ValueError) as error:
        log.warning("a peer is given up: %s", error)
    finally:
        channel.close()


def _answer(channel: Channel, caller: Caller | Bearers, header: dict[str, Any], body: Any) -> None:
    try:
        name, fields = header["op"], header.get("fields", {})
        if isinstance(caller, Bearers):
            caller = caller.of(str(header.get("bearer", "")))
        reply = caller.stream(name, body, **fields) if header.get("raw") else caller.call(name, **fields)
    except WorkbenchError as error:
        channel.send({"problem": error.problem(error.correlation_id)})
        return
    except (KeyError, TypeError, AttributeError) as error:
        channel.send(
            {"problem": Malformed(f"This is not a call: {error!r}.", fix="Send an op and its fields.").problem()}
        )
        return
    if isinstance(reply, Download):
        _send_file(channel, reply)
        return
    if isinstance(reply, BaseModel) or not hasattr(reply, "schema"):
        try:
            channel.send({"reply": TypeAdapter(Any).dump_python(reply, mode="json")})
        except Malformed as error:  # nothing was sent: the answer is too large for a frame
            channel.send({"problem": error.problem()})
        return
    try:
        channel.send({}, reply)
    except WorkbenchError as error:
        log.info("an answer broke off, as its reader was told: %s", error)


def _send_file(channel: Channel, reply: Download) -> None:
    try:
        told = {"media_type": reply.media_type, "filename": reply.filename}
        channel.pass_on({"download": told}, _pieces(reply.content))
    except WorkbenchError as error:
        log.info("a file broke off, as its reader was told: %s", error)


def _pieces(content: Path | bytes | Iterable[bytes]) -> Iterator[bytes]:
    """Content in pieces that a frame may have, none of them empty."""
    if isinstance(content, Path):
        with content.open("rb") as file:
            yield from iter(partial(file.read, ipc.CHUNK_BYTES), b"")
        return
    for chunk in [content] if isinstance(content, bytes) else content:
        for begin in range(0, len(chunk), ipc.CHUNK_BYTES):
            yield chunk[begin : begin + ipc.CHUNK_BYTES]


class SocketCaller:
    """A `Caller` whose operations are carried out at the other end of a socket."""

    def __init__(self, registry: Registry, sock: socket.socket) -> None:
        self._registry, self._channel, self._lock = registry, Channel(sock), threading.Lock()

    def call(self, name: str, /, **fields: Any) -> Any:
        """Carry out an operation at the other end."""
        with self._lock:
            return ask(self._channel, self._registry[name], fields)

    def stream(self, name: str, /, body: Any = None, **fields: Any) -> Any:
        """Carry out a raw operation at the other end; an Arrow answer is read into memory before the next call."""
        with self._lock:
            answer = ask(self._channel, self._registry[name], fields, body, raw=True)
            return answer.read_all().to_reader() if hasattr(answer, "read_all") else answer

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()


def ask(
    channel: Channel, op: Operation, fields: dict[str, Any], body: Any = None, *, raw: bool = False, bearer: str = ""
) -> Any:
    """Have an operation carried out at the other end; a raw answer comes while it is read.

    `bearer` says for whom, where the other end answers for many.

    Raises:
        WorkbenchError: as the operation does.
        Unavailable: the other end is gone.
    """
    asked = {"op": op.name, "fields": _adapter(dict[str, Any]).dump_python(fields, mode="json"), "raw": raw}
    header, answer = _exchanged(channel, asked | ({"bearer": bearer} if bearer else {}), body)
    if "problem" in header:
        raise WorkbenchError.from_problem(header["problem"])
    if "download" in header:
        return Download(b"".join(answer), **header["download"])
    return _adapter(op.reply).validate_python(header["reply"]) if answer is None else answer


@lru_cache(maxsize=512)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _exchanged(channel: Channel, header: dict[str, Any], body: Any) -> tuple[dict[str, Any], Any]:
    gone = Unavailable("The other end is gone.", fix="See why it ended, then start it again.", code="connection_lost")
    try:
        channel.send(header, body)
        frame = channel.receive(files=True)
    except (OSError, ValueError) as error:  # a closed file is a ValueError to Python
        raise gone from error
    if frame is None:
        raise gone
    return frame
