"""Sends batches, files and long documents as fast as the client takes them.

A thread makes and compresses the chunks, the loop sends them.
"""

from __future__ import annotations

import asyncio
import logging
import re
import unicodedata
import zlib
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import TimeoutError as NotYet
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tornado.iostream import StreamClosedError
from tornado.web import GZipContentEncoding

from workbench.core.errors import NotFound, Throttled

if TYPE_CHECKING:
    from tornado.web import RequestHandler

    from workbench.core.operations import Download
    from workbench.core.places import Place
    from workbench.core.pools import Pool, Pools

log = logging.getLogger("workbench.server")

STALL_SECONDS = 120
READ_BYTES = 1024 * 1024
PIECE_BYTES = 256 * 1024
COMPRESSIBLE = re.compile(r"text/|application/(json|x-ndjson|xml)|image/svg")
INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml", "text/plain"})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is sent: the headers, and the chunks as they are made."""

    headers: dict[str, str]
    chunks: Iterator[bytes]
    close: Callable[[], None] = lambda: None


class Sending:
    """One answer that is sent in chunks; a client that goes away or takes nothing for long stops it."""

    def __init__(self, handler: RequestHandler, pools: Pools) -> None:
        self._handler, self._pools = handler, pools
        self._loop = asyncio.get_running_loop()
        self._stopped = self._begun = False

    def stop(self) -> None:
        """Make no more chunks: nobody takes them."""
        self._stopped = True

    async def send(self, status: int, outgoing: Outgoing, holder: str) -> None:
        """Answer a holder what is outgoing, and close it in any case.

        Errors up to the first chunk are raised; later ones cut the connection, so that no half is taken for the whole.

        Raises:
            Throttled: too much is being sent already, or too much of it to this holder.
        """
        sent = self._pools.sent
        try:
            place = sent.take(holder, self.stop)
        except Throttled:
            outgoing.close()
            raise
        try:
            await self._sent(self._pools.streams, status, outgoing, place)
        finally:
            sent.free(place)

    async def _sent(self, pool: Pool, status: int, outgoing: Outgoing, place: Place) -> None:
        try:
            sent = pool.submit(self._pump, status, outgoing, place)
        except Throttled:
            outgoing.close()
            raise
        try:
            await asyncio.wrap_future(sent)
        except (StreamClosedError, NotYet):
            self._cut()
        except Exception:
            if not self._begun:
                raise
            log.exception("an answer broke off after it had begun")
            self._cut()
        else:
            await self._handler.finish()

    def _pump(self, status: int, outgoing: Outgoing, place: Place) -> None:
        with closing(outgoing):
            headers, chunks = self._compressed(outgoing)
            first = next(chunks, b"")
            self._on_loop(self._begin(status, headers))
            for chunk in chain([first], chunks):
                place.rest()  # while the client takes it
                self._on_loop(self._write(chunk))
                place.resume()

    def _compressed(self, outgoing: Outgoing) -> tuple[dict[str, str], Iterator[bytes]]:
        """Headers and chunks as they are sent: tornado would compress them as well, but on the loop."""
        accepted = self._handler.request.headers.get("Accept-Encoding", "")
        enabled = GZipContentEncoding in self._handler.application.transforms
        if not (enabled and "gzip" in accepted and COMPRESSIBLE.match(outgoing.headers["Content-Type"])):
            return outgoing.headers, outgoing.chunks
        headers = {name: value for name, value in outgoing.headers.items() if name != "Content-Length"}
        return headers | {"Content-Encoding": "gzip"}, _gzipped(outgoing.chunks)

    async def _begin(self, status: int, headers: dict[str, str]) -> None:
        self._begun = True
        self._handler.set_status(status)
        for name, value in headers.items():
            self._handler.set_header(name, value)

    async def _write(self, chunk: bytes) -> None:
        self._handler.write(chunk)
        await self._handler.flush()

    def _on_loop(self, work: Coroutine[Any, Any, None]) -> None:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            for _ in range(STALL_SECONDS):
                try:
                    return future.result(timeout=1)
                except NotYet:
                    if self._stopped or not self._loop.is_running():
                        break
            future.cancel()
            raise StreamClosedError
        finally:
            del future  # it holds the error whose traceback holds this frame: the reader would stay open until then

    def _cut(self) -> None:
        connection = self._handler.request.connection
        if connection is not None and (stream := getattr(connection, "stream", None)):
            stream.close()


def arrow(reader: Any) -> Outgoing:
    """A pyarrow.RecordBatchReader as an Arrow IPC stream."""
    from workbench.broker import ipc

    chunks = ipc.chunks(reader)
    headers = {"Content-Type": ipc.MEDIA_TYPE}
    return Outgoing(headers, map(bytes, chunks), chunks.close)  # only a reader that is let go of ends


def document(body: bytes) -> Outgoing:
    """A JSON document that is long, in pieces."""
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    return Outgoing(headers, (body[at : at + PIECE_BYTES] for at in range(0, len(body), PIECE_BYTES)))


def download(reply: Download) -> Outgoing:
    """A file for the client to keep; pictures and plain text without a name may be shown.

    Raises:
        NotFound: the file is gone.
    """
    disposition = "inline" if reply.filename is None and reply.media_type in INLINE else attachment(reply.filename)
    headers = {
        "Content-Type": reply.media_type,
        "Content-Disposition": disposition,
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    if isinstance(reply.content, Path):
        return _of_file(reply.content, headers)
    if isinstance(reply.content, bytes):
        return Outgoing(headers | {"Content-Length": str(len(reply.content))}, iter([reply.content]))
    return _of_chunks(reply.content, headers)


def _of_file(path: Path, headers: dict[str, str]) -> Outgoing:
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotFound("The file is not there any more.", code="file_gone") from error
    size = path.stat().st_size
    return Outgoing(headers | {"Content-Length": str(size)}, iter(lambda: file.read(READ_BYTES), b""), file.close)


def _of_chunks(content: Iterable[bytes], headers: dict[str, str]) -> Outgoing:
    return Outgoing(headers, iter(content), getattr(content, "close", lambda: None))


def _gzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    packing = zlib.compressobj(level=6, wbits=31)  # 16 more than the window's bits: with gzip's header
    for chunk in chunks:
        yield packing.compress(chunk) + packing.flush(zlib.Z_SYNC_FLUSH)
    yield packing.flush()


def attachment(filename: str | None) -> str:
    """A Content-Disposition that names a file, whatever its name holds (RFC 6266)."""
    if not filename:
        return "attachment"
    name = re.sub(r"[\x00-\x1f\x7f/\\]+", "_", filename)[:200]
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace('"', "'") or "download"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
