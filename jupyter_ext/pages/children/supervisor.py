"""Keeps one process running: starts it, hears that it lives, replaces it where it ended or does not answer."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any

from jupyter_ext.peers import Peer
from workbench.broker.door import Door
from workbench.broker.remote import Bearers
from workbench.core.secrets import mask
from workbench.engines.runtime import RuntimeFolder

log = logging.getLogger("workbench.server")
said = logging.getLogger("workbench.pages")

START_SECONDS = 120.0  # on a busy machine; what is imported takes two seconds of processor time
SILENT_SECONDS = 10.0  # without a sign of life a process counts as blocked, and is replaced
LATE_SECONDS = 2.5  # without one it is not asked for now
FIRST_DELAY, LONGEST_DELAY, STEADY_SECONDS = 0.2, 30.0, 60.0
CONNECTIONS = 32
FRAME_BYTES = 64 * 1024 * 1024
# The rest of the server's environment is not the child's: it may hold keys, tokens and where the home is.
PASSED_ON = frozenset(
    {"PATH", "PYTHONPATH", "PYTHONHASHSEED", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "VIRTUAL_ENV"}
)


@dataclass(frozen=True, slots=True)
class Health:
    """How a supervised process is: `state` is starting, ready, silent or stopped."""

    state: str
    process: int | None
    since: float  # seconds
    restarts: int
    last_end: str

    def __str__(self) -> str:
        told = f"The pages' process is {self.state}"
        told += f" (process {self.process}, for {self.since:.0f} s)." if self.process else "."
        return told + (
            f" It was started anew {self.restarts} times, last because {self.last_end}." if self.restarts else ""
        )


class Child:
    """A process that was started: `python -m module`, told what it is to do as JSON, and heard of by a socket.

    It inherits that socket, on which it sends a byte a second once it is ready, and a door to operations. It ends when
    the other end of the socket is closed, which the system sees to, however this process ends.
    """

    def __init__(self, module: str, told: Mapping[str, Any], bearers: Bearers, folder: RuntimeFolder) -> None:
        self.since, self.heard = time.monotonic(), 0.0
        self._folder, self._closed = folder, False
        self.peer = Peer(self._folder.path / "pages")
        self._door = Door(bearers, connections=CONNECTIONS, header_bytes=FRAME_BYTES)
        self._life, theirs = socket.socketpair()
        self._life.setblocking(False)
        with theirs:
            passed = (theirs.fileno(), self._door.fileno())
            given = {**told, "socket": str(self.peer.path), "owner": os.getpid(), "frame_bytes": FRAME_BYTES}
            command = [sys.executable, "-P", "-m", module, json.dumps(given | {"life": passed[0], "door": passed[1]})]
            try:
                self.process = subprocess.Popen(
                    command, env=self._environment(), cwd=folder.path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, pass_fds=passed, text=True, errors="replace", start_new_session=True,
                )  # fmt: skip
            except BaseException:
                self._let_go()
                raise
        try:
            threading.Thread(target=echo, args=[self.process.stdout], name="pages-log", daemon=True).start()
        except BaseException:
            self.close()
            raise

    def _environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if name in PASSED_ON}
        return ours | {"HOME": str(self._folder.path), "TMPDIR": str(self._folder.path), "PYTHONUNBUFFERED": "1"}

    @property
    def ready(self) -> bool:
        """Whether it said so, and was heard of lately."""
        return self.heard > 0 and time.monotonic() - self.heard < LATE_SECONDS

    async def watch(self) -> str:
        """Wait for as long as it lives and answers; why it does not any more."""
        loop = asyncio.get_running_loop()
        while True:
            patience = SILENT_SECONDS if self.heard else START_SECONDS
            try:
                async with asyncio.timeout(patience):
                    sign = await loop.sock_recv(self._life, 256)
            except TimeoutError:
                sign = self._overheard()
                if not sign:
                    return f"it did not answer for {patience:.0f} s"
            except OSError:
                sign = b""
            if not sign:
                return f"it ended {self._how()}"
            self.heard = time.monotonic()

    def _overheard(self) -> bytes:
        """A sign that came while this process itself had no time to listen."""
        with suppress(OSError):
            return self._life.recv(256)
        return b""

    def _how(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            code = self.process.wait(1)
            return f"by signal {-code}" if code < 0 else f"with code {code}"
        return "without a word"

    def close(self) -> None:
        """Have it end now, and whatever it held; blocks for a moment."""
        if self._closed:
            return
        self._closed = True
        self.process.kill()
        self.process.wait()
        self._let_go()

    def _let_go(self) -> None:
        self._life.close()
        self._door.close()
        self._folder.close()


@dataclass(slots=True)
class Supervisor:
    """Keeps a child running from `begin` to `stop`, both called on the event loop; `ended` is told when one ended."""

    module: str
    told: Mapping[str, Any]
    bearers: Bearers = field(repr=False)
    ended: Callable[[], None] = field(default=lambda: None, repr=False)
    child: Child | None = None
    restarts: int = 0
    last_end: str = ""
    _task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start the child, unless that was done."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._keep())

    def stop(self) -> None:
        """End the child, and start none any more."""
        if self._task is not None:
            self._task.cancel()
        if self.child is not None:
            self.child.close()
            self.child = None

    @property
    def health(self) -> Health:
        """How the child is."""
        child = self.child
        if child is None:
            return Health("starting" if self._task else "stopped", None, 0, self.restarts, self.last_end)
        state = "ready" if child.ready else "silent" if child.heard else "starting"
        return Health(state, child.process.pid, time.monotonic() - child.since, self.restarts, self.last_end)

    async def _keep(self) -> None:
        delay = FIRST_DELAY
        while True:
            began = time.monotonic()
            try:
                self.last_end = await self._once()
            except Exception as error:  # whatever it was, without pages somebody has to try again
                log.exception("the pages' process could not be started")
                self.last_end = f"it could not be started: {error}"
            self.restarts += 1
            delay = FIRST_DELAY if time.monotonic() - began > STEADY_SECONDS else min(delay * 2, LONGEST_DELAY)
            log.warning("the pages' process is started anew in %.1f s: %s", delay, self.last_end)
            await asyncio.sleep(delay)

    async def _once(self) -> str:
        """Start a child and wait for its end; why it ended."""
        in_thread = asyncio.get_running_loop().run_in_executor
        folder = await in_thread(None, RuntimeFolder)  # sweeps what killed processes left
        # The child is started by the loop's own thread, whose end would be the child's.
        child = self.child = Child(self.module, self.told, self.bearers, folder)
        try:
            return await child.watch()
        finally:
            self.child = None
            self.ended()
            await in_thread(None, child.close)


def echo(lines: IO[str]) -> None:
    """Write what a child says to this process's log, until it ends."""
    with lines:
        for line in lines:
            record = _record(line)
            level = logging.getLevelNamesMapping().get(str(record.get("level")), logging.WARNING)
            extra = {name: record[name] for name in ("correlation_id",) if name in record}
            text = "\n".join(str(record[name]) for name in ("message", "exception") if name in record)
            said.log(level, "%s", mask(text), extra=extra)


def _record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    return record if isinstance(record, dict) else {"message": line.rstrip()}
