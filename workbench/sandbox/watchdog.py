"""Ends a sandbox whose processes together take more than they may."""

from __future__ import annotations

import json
import logging
import os
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from . import group
from .limits import Limits

log = logging.getLogger(__name__)
MEMORY_SECONDS = 0.25
DISK_SECONDS = 1.0
MIB = 1024 * 1024


class Watchdog:
    """Watches one sandbox from a thread until it has ended; `reason` says why it was killed, None if it was not."""

    def __init__(self, limits: Limits, folders: tuple[Path, ...], info: int, killing: Callable[[], None]) -> None:
        """Watch the sandbox that tells about itself on descriptor `info`, which is taken over."""
        self._limits, self._folders, self._killing = limits, folders, killing
        self._info, self._known, self._ended = info, threading.Event(), threading.Event()
        self._init: int | None = None
        self.reason: str | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox-watchdog", daemon=True)
        self._thread.start()

    def interrupt(self, number: int, wait: float = 5.0) -> None:
        """Send a signal to the person's code; nothing if the sandbox is not up within `wait` seconds."""
        if self._known.wait(wait) and self._init is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._init, number)  # the first process inside heeds no signal but SIGKILL

    def close(self) -> None:
        """Stop watching."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            with os.fdopen(self._info) as info:
                said = info.read()  # ends when bubblewrap has made the sandbox, or is gone
            self._init = int(json.loads(said)["child-pid"]) if said else None
            living = os.pidfd_open(self._init) if self._init is not None else None
        except OSError:
            living = None  # it is gone already
        finally:
            self._known.set()
        if living is not None:
            try:
                self._watch(self._init or 0, living)
            finally:
                os.close(living)

    def _watch(self, init: int, living: int) -> None:
        due, before = 0.0, self._size([]) if self._limits.disk else 0
        while not self._ended.wait(MEMORY_SECONDS) and not select.select([living], [], [], 0)[0]:
            pids = group.members(init)
            held = group.memory(pids, self._limits.memory) if self._limits.memory else 0
            if held > self._limits.memory:
                self._kill(f"it held {held // MIB} MiB of memory, and may hold {self._limits.memory // MIB}")
                return
            if self._limits.disk and time.monotonic() >= due:
                grown = self._size(pids) - before
                if grown > self._limits.disk:
                    self._kill(f"it wrote more than the {self._limits.disk // MIB} MiB that it may keep on disk")
                    return
                due = time.monotonic() + DISK_SECONDS

    def _size(self, pids: list[int]) -> int:
        return sum(group.disk(folder, pids) for folder in self._folders)

    def _kill(self, reason: str) -> None:
        log.warning("a sandbox is ended: %s", reason)
        self.reason = reason
        self._killing()
