"""Arrow batches as chunks of bytes and back, for transports that carry bytes; neither way holds the whole."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

from workbench.core.errors import Malformed

MEDIA_TYPE = "application/vnd.apache.arrow.stream"
CHUNK_BYTES = 1024 * 1024
SMALL_BYTES = 256 * 1024
SLICE_ROWS = 256 * 1024
SLICE_BYTES = 64 * CHUNK_BYTES
Bytes = bytes | memoryview


def chunks(reader: Any, size: int = CHUNK_BYTES) -> Generator[Bytes]:
    """The Arrow IPC stream of a pyarrow.RecordBatchReader, in chunks of `4 * size` bytes at most."""
    import pyarrow as pa

    held = _Held()
    with pa.ipc.new_stream(pa.PythonFile(held, "w"), reader.schema) as writer:
        for batch in reader:
            rows = min(SLICE_ROWS, max(1, SLICE_BYTES * batch.num_rows // max(batch.nbytes, 1)))
            for start in range(0, max(batch.num_rows, 1), rows):
                writer.write_batch(batch.slice(start, rows))
                if held.size >= size:
                    yield from held.taken(4 * size)
    yield from held.taken(4 * size)


def reader(content: Iterable[Bytes], close: Callable[[], None] = lambda: None, *, untrusted: bool = False) -> Any:
    """The pyarrow.RecordBatchReader of an Arrow IPC stream that comes in chunks; `close` is called at its end.

    Batches of an `untrusted` peer are checked value by value: offsets that lie make Arrow read foreign memory.

    Raises:
        Malformed: the bytes are no Arrow IPC stream; also raised while its batches are read.
    """
    import pyarrow as pa

    source = _Source(iter(content), close)
    try:
        stream = pa.ipc.open_stream(pa.PythonFile(source, "r"))
    except (pa.ArrowException, OSError, MemoryError) as error:
        source.close()
        raise malformed(error) from error
    return pa.RecordBatchReader.from_batches(stream.schema, _batches(stream, source, untrusted))


def untrusted(content: Iterable[Bytes]) -> Any:
    """As `reader`, of a peer who may lie.

    Raises:
        Malformed: the bytes are no Arrow IPC stream; also raised while its batches are read.
    """
    return reader(content, untrusted=True)


def malformed(error: Exception) -> Malformed:
    """What to say of bytes that are no Arrow IPC stream."""
    cause = str(error) or "it asks for more memory than there is"
    return Malformed(
        f"This is not an Arrow IPC stream: {cause.splitlines()[0][:200]}.",
        fix=f"Send what pyarrow.ipc.new_stream writes, as {MEDIA_TYPE}.",
    )


def _batches(stream: Any, source: _Source, untrusted: bool) -> Iterator[Any]:
    import pyarrow as pa

    try:
        for batch in stream:
            batch.validate(full=untrusted)
            yield batch
    except (pa.ArrowException, OSError, MemoryError) as error:  # a length that lies asks for more than there is
        raise malformed(error) from error
    finally:
        source.close()


class _Held(io.RawIOBase):
    """Keeps what is written until it is taken; columns as they are in memory, not copies of them."""

    def __init__(self) -> None:
        self._parts: list[Bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = memoryview(data).cast("B")
        self._parts.append(part)
        self.size += len(part)
        return len(part)

    def taken(self, most: int) -> Iterator[Bytes]:
        """What was written, in pieces of `most` bytes at most; small parts that follow each other become one piece."""
        parts, self._parts, self.size = self._parts, [], 0
        small: list[Bytes] = []
        for part in parts:
            if len(part) < min(SMALL_BYTES, most):
                small.append(part)
                continue
            yield from _joined(small, most)
            small = []
            for start in range(0, len(part), most):
                yield part[start : start + most]
        yield from _joined(small, most)


def _joined(parts: list[Bytes], most: int) -> Iterator[Bytes]:
    whole = b"".join(parts)
    for start in range(0, len(whole), most):
        yield whole[start : start + most]


class _Source:
    """Reads chunks as a file that is never read short but at its end: else Arrow takes that for the end."""

    def __init__(self, content: Iterator[Bytes], closing: Callable[[], None]) -> None:
        self._content, self._closing = content, closing
        self._rest = memoryview(b"")
        self.closed = False

    def readable(self) -> bool:
        """What Arrow asks."""
        return True

    def read(self, size: int) -> bytes:
        """The next bytes; Arrow keeps them as the rows' own memory."""
        parts, wanted = [], size
        while wanted and (self._rest or self._more()):
            part = self._rest[:wanted]
            self._rest = self._rest[len(part) :]
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def _more(self) -> bool:
        """Whether there is another chunk."""
        for chunk in self._content:
            if chunk:
                self._rest = memoryview(chunk)
                return True
        return False

    def close(self) -> None:
        """Have whoever gave the bytes told, once."""
        if not self.closed:
            self.closed = True
            self._closing()
