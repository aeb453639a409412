"""Closes the sockets of whoever may not have them any more: a socket is asked only once who it is, when it opens."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.core.errors import NotAuthenticated, WorkbenchError

from .policy import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tornado.httputil import HTTPServerRequest

    from workbench.core.context import Principal
    from workbench.core.workbench import Workbench

    from .activity import Activity
    from .visitor import Credential, Visitor

log = logging.getLogger("workbench.server")

LOOK_SECONDS = 1.0
OPENING_SECONDS = 300.0
FAREWELL_SECONDS = 0.3
SIGN_IN_AGAIN = 4001


@dataclass(slots=True)
class Held:
    """A socket, and who opened it; `found` makes its handler."""

    found: Any
    credential: Credential
    principal: Principal
    since: float = field(default_factory=time.monotonic)
    opened: bool = False

    def look(self, activity: Activity) -> bool:
        """Whether the socket is open or may yet open; one to a kernel waits for the kernel first."""
        if getattr(self._handler, "ws_connection", None) is not None:
            if not self.opened:
                activity.listen(name_of(self.found.handler_class), self._handler, self.credential)
            self.opened = True
            return True
        return not self.opened and time.monotonic() - self.since < OPENING_SECONDS

    def close(self) -> None:
        """Say that she is to sign in again, hear nothing more, and hang up whether or not the browser agrees.

        One that is not open yet is met again at the next look.
        """
        handler, connection = self._handler, getattr(self._handler, "ws_connection", None)
        if connection is None:
            return
        handler.on_message = lambda _: None
        handler.close(SIGN_IN_AGAIN, "sign in again")
        asyncio.get_running_loop().call_later(FAREWELL_SECONDS, connection.stream.close)

    @property
    def _handler(self) -> Any:
        return getattr(self.found, "handler", None)


class Watch:
    """The open sockets of one server, looked at every second."""

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._held: list[Held] = []
        self._task: asyncio.Task[None] | None = None

    def hear(self, request: HTTPServerRequest, found: Any, visitor: Visitor) -> None:
        """Note a request that becomes a socket."""
        if "Upgrade" in request.headers and visitor.credential is not None and visitor.principal is not None:
            self._held.append(Held(found, visitor.credential, visitor.principal))

    def start(self, home: Callable[[], Workbench]) -> None:
        """Begin to look, on the running event loop; `home` is the open home."""
        self._task = asyncio.get_running_loop().create_task(self._look_on(home))

    def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()

    async def _look_on(self, home: Callable[[], Workbench]) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._held = [held for held in self._held if held.look(self._activity)]
            looked_at = list(self._held)  # others may open meanwhile
            if not looked_at:
                continue
            try:
                workbench = home()
                asked = {held.credential.digest: held.credential for held in looked_at}
                now = await asyncio.wrap_future(workbench.pools.gate.submit(principals, workbench, asked.values()))
            except WorkbenchError as error:
                log.warning("sockets wait to be looked at: %s", error)
                continue
            except Exception:
                log.exception("sockets wait to be looked at")
                continue
            for held in looked_at:
                if now.get(held.credential.digest) != held.principal:
                    held.close()


def principals(workbench: Workbench, credentials: Iterable[Credential]) -> dict[str, Principal]:
    """Who shows each credential now, by its digest; those that are not valid any more are left out. In a thread."""
    found: dict[str, Principal] = {}
    with workbench.read() as db:
        for credential in credentials:
            with suppress(NotAuthenticated):
                found[credential.digest] = credential(workbench, db)
    return found
