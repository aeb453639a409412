"""What keeps a session alive: what a person does, and not what her window asks by itself.

A session is in use by a request that changes something, by a page or a file that is opened, by what a kernel is told,
by what is done on a page, and by what the sidebar asks after a press. JupyterLab asks for lists all the time, sockets
are pinged and open again by themselves: none of that is her.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workbench.core.errors import WorkbenchError

from .policy import rule_of

if TYPE_CHECKING:
    from tornado.httputil import HTTPServerRequest

    from workbench.core.workbench import Workbench

    from .visitor import Credential, Visitor

log = logging.getLogger("workbench.server")

BY = "X-Workbench-By"  # by which the sidebar says that a read follows from a press, and not from an event
EVERY_SECONDS = 60.0
REMEMBERED = 10_000


def _on_page(message: str | bytes) -> bool:
    """Whether a control of a page was used; a page also tells by itself how large it is."""
    return isinstance(message, str) and '"kind":"MessageSent"' in message


def _to_kernel(message: str | bytes) -> bool:
    """Whether a kernel is told something, and not only greeted, as a window does whenever it connects."""
    greeting = "kernel_info_request" if isinstance(message, str) else b"kernel_info_request"
    return greeting not in message  # type: ignore[operator]


# What tells that a message is a person's doing, by the handler of its socket; on all others nobody says anything.
DEEDS: dict[str, Callable[[str | bytes], bool]] = {
    "jupyter_ext.pages.door.SocketDoor": _on_page,
    "jupyter_server.services.kernels.websocket.KernelWebsocketHandler": _to_kernel,
}


class Activity:
    """Notes that sessions are in use, each at most once a minute; `home` is the open home."""

    def __init__(self, home: Callable[[], Workbench]) -> None:
        self._home = home
        self._noted: dict[str, float] = {}

    def hear(self, request: HTTPServerRequest, found: Any, visitor: Visitor) -> None:
        """Take note of a request that was let through."""
        rule = rule_of(found.handler_class)
        if rule is not None and (rule.by_person(str(request.method)) or request.headers.get(BY) == "person"):
            self.note(visitor.credential)

    def note(self, credential: Credential | None) -> None:
        """Have a session last on; programs' tokens see to that themselves."""
        if credential is None or not credential.cookie:
            return
        moment = time.monotonic()
        if moment - self._noted.get(credential.digest, -EVERY_SECONDS) < EVERY_SECONDS:
            return
        from workbench.domains.access import service

        try:
            workbench = self._home()
            workbench.pools.gate.submit(service.note_use_of, workbench, credential.text)
        except WorkbenchError as error:
            log.debug("it was not noted that a session is in use: %s", error)
            return
        if len(self._noted) >= REMEMBERED:
            self._noted.clear()
        self._noted[credential.digest] = moment

    def listen(self, name: str, handler: Any, credential: Credential) -> None:
        """Hear what a person does over an open socket; `name` is its handler's in the table of routes."""
        is_deed = DEEDS.get(name)
        if is_deed is None:
            return
        heard = handler.on_message

        def hear(message: str | bytes) -> Any:
            if is_deed(message):
                self.note(credential)
            return heard(message)

        handler.on_message = hear
