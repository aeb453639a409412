"""How a header and an Arrow stream, or a file, travel over a socket.

Each number is four bytes, the greatest first. A frame is the length of a JSON header and the header; where that says
`"body": true`, chunks of an Arrow IPC stream follow (or of a file, to whoever asked for one), each behind its length,
and a length of 0 ends them. Where the sender fails among its batches, `ABORTED` stands for a length, and behind it one
chunk with the problem as JSON.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from workbench.core.errors import Malformed, Unavailable, WorkbenchError

from . import ipc

LENGTH = struct.Struct(">I")
HEADER_BYTES = 4 * 1024 * 1024
CHUNK_BYTES = ipc.CHUNK_BYTES
UNDER_WAY_BYTES = 4 * CHUNK_BYTES
BUFFER_BYTES = 64 * 1024  # what is larger goes where it belongs at once
LARGEST_CHUNK = 16 * CHUNK_BYTES
ABORTED = 2**32 - 1
Decode = Callable[[Iterable[ipc.Bytes]], Any]


class Channel:
    """One end of a connection; frames alternate, so one thread at a time."""

    def __init__(self, sock: socket.socket, *, decode: Decode = ipc.reader, header_bytes: int = HEADER_BYTES) -> None:
        """Speak over `sock`; `decode` makes a pyarrow.RecordBatchReader of the chunks of a body.

        No header is larger than `header_bytes`, at which both ends are to agree.
        """
        self._sock, self._decode, self._header_bytes = sock, decode, header_bytes
        # Room for the next batch, so that it is made while the one before is worked on.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNDER_WAY_BYTES)
        self._reader = sock.makefile("rb", buffering=BUFFER_BYTES)
        self._open: _Body | None = None

    def send(self, header: dict[str, Any], body: Any = None) -> None:
        """Send a header and, where given, the batches of a pyarrow.RecordBatchReader.

        Raises:
            WorkbenchError: as `body` does while it is read; the peer is told, and the connection stays usable.
        """
        self._send_header(header, body=body is not None)
        if body is not None:
            self._send_body(ipc.chunks(body))

    def pass_on(self, header: dict[str, Any], chunks: Iterable[ipc.Bytes]) -> None:
        """Send a header and a body that came in chunks, without looking at it.

        Raises:
            WorkbenchError: as `chunks` does; the peer is told.
        """
        self._send_header(header, body=True)
        self._send_body(chunks)

    def _send_header(self, header: dict[str, Any], *, body: bool) -> None:
        data = json.dumps(header | {"body": body}).encode()
        if len(data) > self._header_bytes:
            raise Malformed(f"A header of {len(data)} bytes is more than {self._header_bytes}.")
        self._sock.sendall(LENGTH.pack(len(data)) + data)

    def _send_body(self, chunks: Iterable[ipc.Bytes]) -> None:
        try:
            for chunk in chunks:
                self._send_chunk(chunk)
            self._sock.sendall(LENGTH.pack(0))
        except WorkbenchError as error:
            self._sock.sendall(LENGTH.pack(ABORTED))
            self._send_chunk(json.dumps(error.problem(error.correlation_id), default=str).encode())
            raise
        except BaseException:
            self.close()  # half a body cannot be taken back, and what follows would be taken for its rest
            raise

    def _send_chunk(self, chunk: ipc.Bytes) -> None:
        self._sock.sendall(LENGTH.pack(len(chunk)))
        self._sock.sendall(chunk)

    def receive(self, *, files: bool = False) -> tuple[dict[str, Any], Any] | None:
        """The next header and its body as a pyarrow.RecordBatchReader or None; None when the peer is gone.

        With `files` the body of a header that has `download` is the chunks as they come. What nobody read of the body
        before is passed over.

        Raises:
            Malformed: the bytes are not a frame, or the body is no Arrow stream.
        """
        if self._open is not None:
            self._open.drain()
            self._open = None
        prefix = self._reader.read(LENGTH.size)
        if not prefix:
            return None
        size = LENGTH.unpack(prefix)[0] if len(prefix) == LENGTH.size else self._header_bytes + 1
        if size > self._header_bytes:
            raise Malformed("The peer did not send a frame.")
        try:
            header = json.loads(self._exactly(size))
        except (ValueError, RecursionError) as error:
            raise Malformed("The header is not JSON.") from error
        if not isinstance(header, dict):
            raise Malformed("The header is not a JSON object.")
        if not header.get("body"):
            return header, None
        self._open = _Body(self)
        return header, self._open if files and "download" in header else self._decode(self._open)

    def next_chunk(self) -> bytes:
        """The next chunk of a body; empty at its end.

        Raises:
            Unavailable: the connection ended before the body did.
            WorkbenchError: the peer failed among its batches, as the error says.
        """
        size = self._length()
        if size == ABORTED:
            raise WorkbenchError.from_problem(json.loads(self._exactly(self._length())))
        return self._exactly(size)

    def _length(self) -> int:
        size: int = LENGTH.unpack(self._exactly(LENGTH.size))[0]
        if LARGEST_CHUNK < size < ABORTED:
            raise Malformed("The peer did not send a chunk.")
        return size

    def _exactly(self, size: int) -> bytes:
        data: bytes = self._reader.read(size)
        if len(data) < size:
            raise Unavailable("The connection ended in the middle of a frame.", code="connection_lost")
        return data

    def close(self) -> None:
        """Close the connection."""
        self._reader.close()
        self._sock.close()


class _Body:
    """The chunks of one body."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._ended = channel, False

    def __iter__(self) -> Iterator[bytes]:
        while not self._ended:
            self._ended = True  # also where the peer failed: what follows is the next frame
            chunk = self._channel.next_chunk()
            self._ended = not chunk
            if chunk:
                yield chunk

    def drain(self) -> None:
        """Pass over what nobody read, so that the next frame starts where it should."""
        try:
            for _ in self:
                pass
        except WorkbenchError as error:
            if error.code == "connection_lost":
                raise
