"""Where pages are drawn: in the server's own process, as a personal server does and tests do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import Any, Protocol

from workbench.doctor.findings import Finding
from workbench.ui.host import Host
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Failure, Visit


class Undrawn(Exception):
    """A page could not be drawn; the log has it, and the person is told `failure`."""

    def __init__(self, failure: Failure, status: int) -> None:
        super().__init__(failure.title)
        self.failure, self.status = failure, status


class NotYet(Exception):
    """Pages cannot be drawn at this moment, and can be in a few seconds."""


class Stage(Protocol):
    """Where pages are drawn."""

    def begin(self) -> None:
        """Get ready to draw, on the event loop."""

    @property
    def ready(self) -> bool:
        """Whether pages can be drawn now.

        Raises:
            Exception: they never will.
        """

    @property
    def told(self) -> Finding | None:
        """How it is, for who looks after the server; None where there is nothing to say."""

    async def draw(self, visit: Visit, request: Any, bound_to: Mapping[str, str]) -> str:
        """The document of a visit's page, whose socket opens for whom it is bound to.

        Raises:
            NotYet: not at this moment.
            Exception: as the page's view does, or `Undrawn`.
        """

    def bound_to(self, token: str) -> Mapping[str, str]:
        """What the session of a token is bound to; nothing where there is none."""

    def socket(self) -> type[Any]:
        """The handler of a page's socket."""

    def stop(self) -> None:
        """Draw no more, and end what was drawn."""


class Here:
    """Draws in this process; what drawing needs is imported in a thread."""

    def __init__(self, pages: Sequence[PageSpec], prefix: str, secret: bytes, executor: Executor) -> None:
        self.host = Host(pages, prefix, secret)
        self._executor = executor
        self._prepared: Future[None] | None = None

    def begin(self) -> None:
        """Import what drawing needs."""
        if self._prepared is None:
            self._prepared = self._executor.submit(self.host.prepare)

    @property
    def ready(self) -> bool:
        """Whether pages can be drawn; the first call after the imports ended begins to hold sessions."""
        if self._prepared is None or not self._prepared.done():
            return False
        self._prepared.result()
        if self.host.bokeh is None:
            self.host.start()
        return True

    @property
    def told(self) -> None:
        """Nothing: it is as the server is."""
        return None

    async def draw(self, visit: Visit, request: Any, bound_to: Mapping[str, str]) -> str:
        """The document of a visit's page."""
        return (await self.host.open(visit, request, bound_to)).document

    def bound_to(self, token: str) -> Mapping[str, str]:
        """What was signed into a token."""
        return self.host.bound_to(token)

    def socket(self) -> type[Any]:
        """The handler of a page's socket, whose class needs the kit."""
        from .socket import PageSocket

        return PageSocket

    def stop(self) -> None:
        """End all sessions."""
        self.host.stop()
