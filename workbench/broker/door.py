"""A door through which the processes of a sandbox reach operations: one inherited socket, many connections.

The sandbox asks for a connection by sending one end of a socket pair through the door; the broker outside answers the
calls that come on the other. So each thread and each stream has a connection of its own, forked processes do not talk
into each other's frames, and what was left half read is simply closed. There is no path that anybody else could open.
"""

from __future__ import annotations

import logging
import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from typing import Any

from workbench.core.caller import Caller
from workbench.core.errors import Unavailable, WorkbenchError
from workbench.core.operations import Registry

from . import ipc
from .framing import HEADER_BYTES, Channel, Decode
from .remote import Bearers, ask, serve

log = logging.getLogger(__name__)
CONNECTIONS = 16
KNOCK = b"c"


class Door:
    """The broker's side: answers with `caller` whatever comes through, until it is closed."""

    def __init__(
        self, caller: Caller | Bearers, *, decode: Decode = ipc.untrusted, connections: int = CONNECTIONS,
        header_bytes: int = HEADER_BYTES,
    ) -> None:  # fmt: skip
        self._caller, self._decode, self._header_bytes = caller, decode, header_bytes
        self._ours, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._places = threading.BoundedSemaphore(connections)
        self._open: set[socket.socket] = set()
        self._lock, self._closed, self._resting = threading.Lock(), False, False
        self._thread = threading.Thread(target=self._attend, name="broker", daemon=True)
        self._thread.start()

    def fileno(self) -> int:
        """The descriptor that the sandbox inherits."""
        return self._theirs.fileno()

    def rest(self) -> None:
        """End all connections, and close new ones at once, until it goes on."""
        with self._lock:
            self._resting = True
            under_way = list(self._open)
        _cut(under_way)

    def go_on(self) -> None:
        """Answer again after a rest."""
        self._resting = False

    def close(self) -> None:
        """Answer nothing any more; calls under way end as soon as they notice."""
        with self._lock:
            self._closed = True
            under_way = list(self._open)
        _cut([self._ours, *under_way])
        self._thread.join()
        self._ours.close()
        self._theirs.close()

    def _attend(self) -> None:
        while True:
            try:
                message, descriptors, _, _ = socket.recv_fds(self._ours, len(KNOCK) + 1, 1)
            except OSError:
                return
            if message == KNOCK and len(descriptors) == 1:
                self._admit(descriptors[0])
                continue
            for descriptor in descriptors:
                os.close(descriptor)
            if not message:
                return
            log.warning("a sandbox sent something else than a connection")

    def _admit(self, descriptor: int) -> None:
        """Serve a connection, if it is one and there is place; else close it, which is answer enough."""
        if not _is_stream(descriptor) or not self._places.acquire(blocking=False):
            os.close(descriptor)
            return
        sock = socket.socket(fileno=descriptor)
        with self._lock:
            if self._closed or self._resting:
                sock.close()
                self._places.release()
                return
            self._open.add(sock)
        threading.Thread(target=self._serve, args=(sock,), name="broker-connection", daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        try:
            serve(sock, self._caller, decode=self._decode, header_bytes=self._header_bytes)
        except Exception:
            log.exception("a sandbox's connection is given up")
        finally:
            with self._lock:
                self._open.discard(sock)
            sock.close()
            self._places.release()


def _no_answer() -> Unavailable:
    return Unavailable(
        "The workbench outside this sandbox does not answer.",
        fix="Sign in again, where you were signed out; a run that has ended is started anew.",
        code="connection_lost",
    )


def _cut(socks: list[socket.socket]) -> None:
    for sock in socks:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


class DoorCaller:
    """The sandbox's side: a `Caller` whose threads and streams each have a connection while they need one."""

    def __init__(self, registry: Registry, door: socket.socket, *, header_bytes: int = HEADER_BYTES) -> None:
        self._registry, self._lines, self._bearer = registry, _Lines(door, header_bytes), ""

    def bearing(self, bearer: str) -> DoorCaller:
        """A caller over the same connections, for whomever `bearer` stands at the other end."""
        made = copy(self)
        made._bearer = bearer
        return made

    def call(self, name: str, /, **fields: Any) -> Any:
        """Carry out an operation outside."""
        return self._asked(name, fields)

    def stream(self, name: str, /, body: Any = None, **fields: Any) -> Any:
        """Carry out a raw operation outside; an Arrow answer comes while it is read."""
        return self._asked(name, fields, body, raw=True)

    def close(self) -> None:
        """Close the connections that nobody uses now, those of all who bear something."""
        self._lines.close()

    def _asked(self, name: str, fields: dict[str, Any], body: Any = None, *, raw: bool = False) -> Any:
        op, channel = self._registry[name], self._lines.take()
        try:
            answer = ask(channel, op, fields, body, raw=raw, bearer=self._bearer)
        except WorkbenchError as error:
            if error.code == "connection_lost":
                channel.close()
                raise _no_answer() from error
            self._lines.give_back(channel)
            raise
        except BaseException:
            channel.close()
            raise
        if not hasattr(answer, "read_next_batch"):
            self._lines.give_back(channel)
            return answer
        import pyarrow as pa

        batches = self._batches(answer, channel)
        next(batches)
        return pa.RecordBatchReader.from_batches(answer.schema, batches)

    def _batches(self, answer: Any, channel: Channel) -> Iterator[Any]:
        whole = False
        try:
            yield None  # for `_asked`: only a generator that has begun is ended with a reader that nobody reads
            yield from answer
            whole = True
        finally:
            if whole:
                self._lines.give_back(channel)
            else:
                channel.close()


class _Lines:
    """Connections through a door, those that nobody uses kept for whoever asks next."""

    def __init__(self, door: socket.socket, header_bytes: int) -> None:
        self._door, self._header_bytes = door, header_bytes
        self._idle: list[Channel] = []
        self._owner = os.getpid()

    def take(self) -> Channel:
        """A connection that nobody else uses.

        Raises:
            Unavailable: there is nobody at the other end.
        """
        if self._owner != os.getpid():  # after a fork the connections are the parent's
            self._idle, self._owner = [], os.getpid()
        with suppress(IndexError):
            return self._idle.pop()
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._door, [KNOCK], [theirs.fileno()])
        except OSError as error:
            ours.close()
            raise _no_answer() from error
        return Channel(ours, header_bytes=self._header_bytes)

    def give_back(self, channel: Channel) -> None:
        """Keep a connection whose last answer was read to its end."""
        self._idle.append(channel)

    def close(self) -> None:
        """Keep none."""
        while self._idle:
            self._idle.pop().close()


def _is_stream(descriptor: int) -> bool:
    """Whether a descriptor is a connected socket between processes of this machine, and nothing else."""
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        return False
    with socket.socket(fileno=os.dup(descriptor)) as sock:
        kind = sock.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE)
        listening = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        return sock.family == socket.AF_UNIX and kind == socket.SOCK_STREAM and not listening
