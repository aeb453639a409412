"""Opens the home beside the server's start, and says for as long as it is closed why."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.core.errors import Unavailable, WorkbenchError

if TYPE_CHECKING:
    from workbench.core.workbench import Workbench

    from .routes import Routes

log = logging.getLogger("workbench.server")

PATIENCE_SECONDS = 20.0
AGAIN_SECONDS = 5.0


class Opening:
    """A home that is being opened, is open, or cannot be opened for now."""

    def __init__(self, opener: Callable[[], Workbench], then: Callable[[Workbench], None]) -> None:
        """`opener` opens the home, `then` does what must wait for it; both are called in a thread."""
        self._opener, self._then = opener, then
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._closed = False
        self._tried = 0.0
        self._thread: threading.Thread | None = None
        self.workbench: Workbench | None = None
        self.problem: Unavailable | None = None
        self.routes: Routes | None = None

    def begin(self) -> None:
        """Start opening in a thread, unless the home is open, being opened, or was refused just now."""
        with self._lock:
            opening = self._thread is not None and self._thread.is_alive()
            recently = self.problem is not None and time.monotonic() - self._tried < AGAIN_SECONDS
            if self._closed or self.workbench is not None or opening or recently:
                return
            self._tried = time.monotonic()
            self._done.clear()
            self._thread = threading.Thread(target=self._open, name="workbench-opening", daemon=True)
            self._thread.start()

    def _open(self) -> None:
        from .routes import Routes

        opened: Workbench | None = None
        try:
            opened = self._opener()
            self.routes = Routes(opened.registry.discover())
            self._then(opened)
        except Exception as error:
            if opened is not None:
                opened.close()
            self.problem = refusal(error)
            expected = isinstance(error, WorkbenchError)
            log.log(logging.WARNING if expected else logging.ERROR, "closed: %s", self.problem, exc_info=not expected)
        else:
            self.workbench, self.problem = opened, None
        self._done.set()

    async def opened(self, patience: float = PATIENCE_SECONDS) -> Workbench:
        """The open home, waiting for it if it is being opened.

        Raises:
            Unavailable: it cannot be opened, or not yet.
        """
        if self.workbench is not None:
            return self.workbench
        return await asyncio.get_running_loop().run_in_executor(None, self.wait, patience)

    def wait(self, patience: float = PATIENCE_SECONDS) -> Workbench:
        """The open home, for those who may block.

        Raises:
            Unavailable: it cannot be opened, or not yet.
        """
        self.begin()
        self._done.wait(patience)
        return self.now()

    def now(self) -> Workbench:
        """The open home, without waiting.

        Raises:
            Unavailable: it is not open.
        """
        if self.workbench is not None:
            return self.workbench
        if self.problem is not None:
            raise refusal(self.problem)  # a fresh one: an error that is raised again and again grows its traceback
        raise Unavailable("The home is being opened.", fix="Try again.", code="home_opening", retry_after=1)

    def close(self) -> None:
        """Close the home, waiting for an opening that is under way."""
        with self._lock:
            self._closed = True
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS)
        if self.workbench is not None:
            self.workbench.close()
            self.workbench = None


def refusal(error: Exception) -> Unavailable:
    """Why the home is closed, as the one error that every route answers meanwhile."""
    if isinstance(error, WorkbenchError):
        known = Unavailable(error.detail, fix=error.fix, code=error.code, errors=error.errors)
        known.retry_after, known.params = error.retry_after, error.params
        return known
    return Unavailable(
        f"The home cannot be opened: {type(error).__name__}: {str(error)[:200]}",
        fix="Run `workbench doctor`; the server's log says more.",
        code="home_unavailable",
    )
