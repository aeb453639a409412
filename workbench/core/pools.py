"""Bounded thread pools, so that slow work of one kind never starves another or the event loop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from .errors import Throttled
from .places import Places

SENT = 16  # answers that are sent at once, of which one person has half at most


class Pool:
    """Threads behind a queue of limited length."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=f"workbench-{name}")
        self._places = threading.BoundedSemaphore(threads + waiting)
        self.name = name

    def submit(self, work: Callable[..., Any], *args: Any) -> Future[Any]:
        """Have `work` done.

        Raises:
            Throttled: the queue is full.
        """
        if not self._places.acquire(blocking=False):
            raise Throttled(f"Too many requests wait for the {self.name} pool.", fix="Try again.", retry_after=1)
        future = self._executor.submit(work, *args)
        future.add_done_callback(lambda _: self._places.release())
        return future

    def close(self) -> None:
        """Let running work end and refuse new."""
        self._executor.shutdown(wait=False, cancel_futures=True)


class Pools:
    """The pools of a process; threads start when they are first needed."""

    def __init__(self) -> None:
        self.gate = Pool("gate", threads=8, waiting=200)
        self.writes = Pool("writes", threads=4, waiting=200)  # wait for each other, and must not keep readers waiting
        self.work = Pool("work", threads=6, waiting=100)  # other systems, files and tables, which may take long
        self.streams = Pool("streams", threads=SENT, waiting=SENT)  # each thread waits for its client's network
        self.sent = Places("answers", in_all=SENT, each=SENT // 2)  # one that was taken away may still hold its thread
        self.passwords = Pool("passwords", threads=2, waiting=50)  # each hash takes 19 MiB and a whole core

    def of(self, effect: str) -> Pool:
        """Where an operation of an effect is carried out; what holds no session may take long."""
        return {"read": self.gate, "write": self.writes}.get(effect, self.work)

    def close(self) -> None:
        """Close all pools."""
        for pool in (self.gate, self.writes, self.work, self.streams, self.passwords):
            pool.close()
