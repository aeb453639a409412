"""What is being answered in this process, so that who asked can end it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workbench.core.context import Context
from workbench.core.errors import Conflict, WorkbenchError
from workbench.core.workbench import Workbench

if TYPE_CHECKING:
    from workbench.domains.store.drivers.workers import Query

Key = tuple[str, str, str]


class Ticket:
    """One question, which may ask several workers one after another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._query: Query | None = None
        self.ended = False

    def begun(self, query: Query) -> None:
        """A worker was given the question; where that was ended meanwhile, so is the worker."""
        with self._lock:
            self._query = query
            if self.ended:
                query.close()

    def end(self) -> None:
        """End it."""
        with self._lock:
            self.ended = True
            if self._query is not None:
                self._query.close()


class Tickets:
    """The questions under way; a key holds who asked, so that nobody ends another's."""

    def __init__(self) -> None:
        self._open: dict[Key, Ticket] = {}

    @contextmanager
    def held(self, ctx: Context, name: str | None) -> Iterator[Ticket]:
        """A ticket while something is asked.

        Raises:
            Conflict: who asked ended it.
        """
        ticket, key = Ticket(), _key(ctx, name or "")
        if name is not None:
            self._open[key] = ticket
        try:
            yield ticket
        except WorkbenchError as error:
            if ticket.ended:
                raise Conflict("You ended the query.", fix="Run it again.", code="query_cancelled") from error
            raise
        finally:
            if self._open.get(key) is ticket:
                del self._open[key]

    def end(self, ctx: Context, name: str) -> bool:
        """End what the caller asked under a name; answers whether anything was."""
        ticket = self._open.get(_key(ctx, name))
        if ticket is not None:
            ticket.end()
        return ticket is not None


def tickets(workbench: Workbench) -> Tickets:
    """The questions under way in an opened home."""
    return workbench.part("queries.tickets", Tickets)


def _key(ctx: Context, name: str) -> Key:
    return ctx.workspace_id.hex, ctx.principal.name, name
