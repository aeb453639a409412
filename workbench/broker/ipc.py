"""Arrow batches as chunks of bytes and back, for transports that carry bytes; neither way holds the whole."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

from workbench.core.errors import Malformed

MEDIA_TYPE = "application/vnd.apache.arrow.stream"
CHUNK_BYTES = 1024 * 1024
SLICE_ROWS = 256 * 1024
SLICE_BYTES = 64 * CHUNK_BYTES


def chunks(reader: Any, size: int = CHUNK_BYTES) -> Generator[bytes]:
    """The Arrow IPC stream of a pyarrow.RecordBatchReader, in chunks of some `size` to `4 * size` bytes."""
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


def reader(content: Iterable[bytes], close: Callable[[], None] = lambda: None, *, untrusted: bool = False) -> Any:
    """The pyarrow.RecordBatchReader of an Arrow IPC stream that comes in chunks; `close` is called at its end.

    Batches of an `untrusted` peer are checked value by value: offsets that lie make Arrow read foreign memory.

    Raises:
        Malformed: the bytes are no Arrow IPC stream; also raised while its batches are read.
    """
    import pyarrow as pa

    source = _Source(iter(content), close)
    try:
        # Arrow takes a short read for the end, so something must read on to the next chunk.
        stream = pa.ipc.open_stream(pa.PythonFile(io.BufferedReader(source, CHUNK_BYTES), "r"))
    except (pa.ArrowException, OSError, MemoryError) as error:
        source.close()
        raise malformed(error) from error
    return pa.RecordBatchReader.from_batches(stream.schema, _batches(stream, source, untrusted))


def untrusted(content: Iterable[bytes]) -> Any:
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
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self.size += len(part)
        return len(part)

    def taken(self, most: int) -> Iterator[bytes]:
        """What was written, in pieces of `most` bytes at most; small parts become one piece."""
        parts = [b"".join(self._parts)] if self.size <= most else self._parts
        self._parts, self.size = [], 0
        for part in parts:
            for start in range(0, len(part), most):
                yield part if len(part) <= most else part[start : start + most]


class _Source(io.RawIOBase):
    """Reads chunks as a file."""

    def __init__(self, content: Iterator[bytes], closing: Callable[[], None]) -> None:
        self._content, self._closing = content, closing
        self._rest = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest and not self._ended:
            chunk = next(self._content, None)
            self._ended = chunk is None
            self._rest = memoryview(chunk or b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._closing()
