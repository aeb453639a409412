"""Takes rows of somebody who may lie: a confined process decodes them, and only what it gives back is looked at.

Arrow's format lets a few bytes stand for a great many (dictionaries, runs, views, lengths that lie), so bytes from a
sandbox are never decoded where there are keys or other people's data. What comes back is in the types of the store, in
batches of bounded size.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from workbench.core.errors import Invalid, Throttled, WorkbenchError

from .workers import Query, Workers

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.broker.ipc import Bytes

AT_ONCE = 4


class Sieve:
    """Decodes the bodies of one peer, a few at once, in processes of `workers`."""

    def __init__(self, workers: Workers) -> None:
        self._workers, self._places = workers, threading.BoundedSemaphore(AT_ONCE)

    def __call__(self, chunks: Iterable[Bytes]) -> pa.RecordBatchReader:
        """The rows of an Arrow IPC stream that comes in chunks, in the types of the store.

        Raises:
            Invalid: at once or while streaming, the bytes are no such stream, a value does not fit the store, or they
                take more memory than a body may.
            Throttled: the peer sends too many bodies at once.
        """
        if not self._places.acquire(blocking=False):
            raise Throttled(f"{AT_ONCE} streams of rows are under way already.", fix="Write one after another.")
        try:
            query = self._workers.query("sieve")
        except BaseException:
            self._places.release()
            raise
        return _Sieving(query, chunks, self._places.release).reader()


class _Sieving:
    """One body on its way through a process."""

    def __init__(self, query: Query, chunks: Iterable[Bytes], done: Any) -> None:
        self._query, self._chunks, self._done = query, chunks, done
        self._channel = query.channel
        self._pump = threading.Thread(target=self._send, name="sieve", daemon=True)

    def reader(self) -> pa.RecordBatchReader:
        """The rows that come back; the process ends with them."""
        import pyarrow as pa

        try:
            self._channel.send({"sieve": True})
            self._received()
            self._pump.start()
            header, rows = self._received()
            if "problem" in header:
                raise WorkbenchError.from_problem(header["problem"])
        except BaseException as error:
            self._close()
            raise _explained(error) from error
        batches = self._batches(rows)
        next(batches)
        return pa.RecordBatchReader.from_batches(rows.schema, batches)

    def _received(self) -> tuple[dict[str, Any], Any]:
        frame = self._channel.receive()
        if frame is None:
            raise EOFError
        return frame

    def _batches(self, rows: pa.RecordBatchReader) -> Iterator[Any]:
        try:
            yield None  # for `reader`: only a generator that has begun is ended with a reader that nobody reads
            yield from rows
        except WorkbenchError as error:
            raise _explained(error) from error
        finally:
            self._close()

    def _send(self) -> None:
        with suppress(OSError, ValueError, WorkbenchError):  # the reader hears of it from the process
            self._channel.pass_on({"sieve": True}, self._chunks)

    def _close(self) -> None:
        self._query.close()
        if self._pump.ident:
            self._pump.join()  # else it would take what its peer sends next
        self._done()


def _explained(error: BaseException) -> BaseException:
    """What a process that ended means: nothing but memory ends it."""
    lost = isinstance(error, WorkbenchError) and (
        error.code == "connection_lost" or isinstance(error.__cause__, ConnectionError)
    )
    if not lost and not isinstance(error, OSError | EOFError | ValueError):
        return error
    return Invalid(
        "These rows take more memory than a body may, once they are decoded.",
        fix="Write them in smaller batches; dictionary-encoded columns count with what they stand for.",
        code="body_too_large",
    )
