"""Workers for SQL that people write: one process a query, one kept ready, killed at the deadline."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.broker.framing import Channel
from workbench.core.errors import Invalid, Malformed, Unavailable, WorkbenchError
from workbench.core.places import Place, Places

from .bound import NO_VALUES, Values, sent
from .refusals import died, refusal, stalled, too_late

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE, MOST_EACH = 8, 3
START_SECONDS = 60.0
BOOT = (
    "import json, sys; a = json.loads(sys.argv[1]); sys.path[:] = a['path'];"
    "from workbench.domains.store.drivers.sql_worker import main; main(a['fd'], a['memory'], a['seconds'], a['nice'])"
)
# Nothing of this process's environment: no secret, and no thread before the forks.
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system", "JE_ARROW_MALLOC_CONF": "background_thread:false",
}  # fmt: skip


class Workers:
    """The nursery of this process and its workers; `memory` in bytes and `seconds` bound one query.

    Of all that run at once one holder has `each`, by default all.
    """

    def __init__(
        self, *, memory: int, seconds: float, threads: int | None = None, at_once: int = AT_ONCE,
        each: int | None = None, nice: int = 5,
    ) -> None:  # fmt: skip
        self._memory, self._seconds, self._nice = memory, seconds, nice
        self._threads = threads or os.cpu_count() or 2
        self._lock = threading.Lock()
        self._places = Places("queries", at_once, each or at_once)
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ready: list[socket.socket] = []
        self._owner = os.getpid()

    def query(self, holder: str) -> Query:
        """A worker for one query of a holder; one whose rows nobody takes is ended where there is no place else.

        Raises:
            Throttled: too many queries run, or too many of hers.
        """
        place = self._places.take(holder)
        try:
            try:
                return self._begun(place, fresh=False)
            except Invalid:  # a worker that was kept ready is dead, and perhaps the nursery
                return self._begun(place, fresh=True)
        except BaseException:
            self._places.free(place)
            raise

    def _begun(self, place: Place, *, fresh: bool) -> Query:
        with self._lock:
            if fresh:
                self._forget()
            ready = self._ready.pop() if self._ready and self._owner == os.getpid() else self._new()
            self._ready.append(self._new())
        return Query(ready, self._seconds, self._threads, place, self._places.free)

    def _new(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            for attempt in (1, 2):
                try:
                    socket.send_fds(self._door(), [b"w"], [theirs.fileno()])
                    return ours
                except OSError:
                    self._stop()
                    if attempt == 2:
                        ours.close()
                        raise
        raise AssertionError

    def _door(self) -> socket.socket:
        if self._owner != os.getpid():  # after a fork the nursery is the parent's
            self._nursery, self._control, self._ready, self._owner = None, None, [], os.getpid()
        if self._control is None:
            self._control, theirs = socket.socketpair()
            given = {
                "path": sys.path, "fd": theirs.fileno(), "memory": self._memory, "seconds": self._seconds,
                "nice": self._nice,
            }  # fmt: skip
            with theirs:
                self._nursery = subprocess.Popen(
                    [sys.executable, "-I", "-c", BOOT, json.dumps(given)],
                    env=ENVIRONMENT, cwd="/", pass_fds=[theirs.fileno()], start_new_session=True,
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )  # fmt: skip
        return self._control

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._nursery is not None:
            self._nursery.kill()
            self._nursery.wait()
        self._control = self._nursery = None
        self._forget()

    def _forget(self) -> None:
        while self._ready:
            self._ready.pop().close()

    def close(self) -> None:
        """End the nursery, and with it every worker."""
        with self._lock:
            if self._owner == os.getpid():
                self._stop()


class Query:
    """One worker: ask which tables some SQL reads, then for its rows; then it is over."""

    def __init__(
        self, sock: socket.socket, seconds: float, threads: int, place: Place, done: Callable[[Place], None]
    ) -> None:
        self._sock, self._channel, self._threads = sock, Channel(sock), threads
        self._seconds = self._left = seconds
        self._lock = threading.Lock()
        self._process: int | None = None
        self._late = self._closed = False
        self._place = place
        self._done: Callable[[Place], None] = lambda _: None  # until it has begun there is no place to give back
        try:
            self.pid: int = self._wait(START_SECONDS)[0]["pid"]
            self._process = _opened(self.pid)
        except BaseException:
            self.close()
            raise
        self._done = done
        place.end = self.close  # what is not used is at rest, and it rests only while its reader has the turn

    @property
    def channel(self) -> Channel:
        """The way to the worker, for those who ask it for something else than SQL."""
        return self._channel

    def tables(self, sql: str) -> list[str]:
        """The names that `sql` reads from.

        Raises:
            Invalid: it is not exactly one SELECT.
        """
        with self._ended_on_error():
            self._send({"sql": sql})
            return list(self._wait()[0]["tables"])

    def columns(self, expression: str) -> list[str]:
        """The columns that one scalar expression names; may be asked again and again.

        Raises:
            Invalid: it is something else, such as a subquery; the worker can be asked on.
        """
        self._send({"expression": expression})
        return list(self._wait()[0]["columns"])

    def stream(
        self, sql: str, views: Mapping[str, str], paths: Sequence[str], limit: int | None = None,
        values: Values = NO_VALUES,
    ) -> pa.RecordBatchReader:  # fmt: skip
        """The rows of `sql` over views, whose SELECTs read `paths`; the worker ends with the stream.

        `values` are those of the parameters of `sql`, by name.

        Raises:
            Invalid: at once or while streaming, with DuckDB's sentence.
            TimedOut: likewise, when the worker used up its time.
        """
        import pyarrow as pa

        with self._ended_on_error():
            asked = {"sql": sql, "views": dict(views), "paths": list(paths), "limit": limit, "threads": self._threads}
            self._send(asked | {"values": sent(values)})
            schema = self._wait()[1].schema
        batches = self._batches()
        next(batches)
        return pa.RecordBatchReader.from_batches(schema, batches)

    def _batches(self) -> Iterator[pa.RecordBatch | None]:
        try:
            self._place.rest()
            yield None  # for `stream`: only a generator that has begun is ended with a reader that nobody reads
            while True:
                self._place.resume()
                header, table = self._wait()
                if "done" in header:
                    return
                for batch in table.to_batches():
                    self._place.rest()
                    yield batch
        finally:
            self.close()

    def _send(self, header: dict[str, Any]) -> None:
        try:
            self._channel.send(header)
        except (OSError, ValueError) as error:
            raise died() from error

    def _wait(self, seconds: float | None = None) -> tuple[dict[str, Any], Any]:
        allowed = self._left if seconds is None else seconds
        timer = threading.Timer(max(allowed, 0), self._expire)
        timer.daemon = True
        timer.start()
        began = time.monotonic()
        try:
            frame = self._channel.receive()
            body = frame[1].read_all() if frame and frame[1] is not None else None
        except (OSError, ValueError, Unavailable, Malformed) as error:  # a closed file is a ValueError to Python
            raise self._why() from error
        finally:
            timer.cancel()
            if seconds is None:
                self._left -= time.monotonic() - began
        if frame is None:
            raise self._why()
        if "error" in frame[0]:
            raise refusal(frame[0]["error"])
        return frame[0], body

    def _expire(self) -> None:
        self._late = True
        self._kill()

    def _kill(self) -> None:
        with self._lock, contextlib.suppress(OSError):
            if self._closed:
                return
            if self._process is not None:
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
            else:
                self._sock.shutdown(socket.SHUT_RDWR)

    def _why(self) -> WorkbenchError:
        """Why there is no worker any more."""
        return stalled() if self._place.lost else too_late(self._seconds) if self._late else died()

    @contextlib.contextmanager
    def _ended_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the worker."""
        self._kill()
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._channel.close()
            if self._process is not None:
                os.close(self._process)
        self._done(self._place)


def _opened(pid: int) -> int | None:
    """A descriptor of a process, by which no other one is ever meant; None where the system has no such thing."""
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        descriptor = os.pidfd_open(pid)
    except OSError as error:
        raise died() from error
    if select.select([descriptor], [], [], 0)[0]:
        os.close(descriptor)
        raise died()
    return descriptor
