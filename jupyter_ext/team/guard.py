"""Stands before all routes: what nobody reviewed is denied to everybody, before a handler exists or a body is read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tornado.httputil import HTTPMessageDelegate

from jupyter_ext.bodies import announced, too_much
from jupyter_ext.identity import VISITOR
from workbench.core.errors import NotAuthenticated, TooLarge, Unavailable, WorkbenchError

from .headers import KEPT_ON, Dressing, Outfit
from .places import Places
from .policy import Content, Rule, Who, rule_of, unreviewed
from .rates import Rates
from .refusing import Refusing, RefusingAtOnce
from .visitor import Credential, Visitor, shown_by

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from tornado.httputil import HTTPServerRequest, RequestStartLine, ResponseStartLine
    from tornado.web import Application

    from jupyter_ext.opening import Opening
    from workbench.core.context import Principal
    from workbench.core.workbench import Workbench

log = logging.getLogger("workbench.server")

ADDRESS_LENGTH = 8 * 1024
# Is told of each request that is let through, and may change what its handler is made with.
Hear = Callable[["HTTPServerRequest", Any, Visitor], None]


class Guard:
    """Replaces an application's `find_handler`; `opening` is set once there is a home to open."""

    def __init__(self, app: Application, places: Places, rates: Rates, *, inline: str = "") -> None:
        self.places, self.rates, self._inline = places, rates, inline
        self.opening: Opening | None = None
        self.hearers: list[Hear] = []
        self._app, self._find = app, app.find_handler
        app.find_handler = self.find_handler  # type: ignore[method-assign, assignment]
        app.transforms.append(Dressing)

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> HTTPMessageDelegate:
        """What serves a request: the handler that would, behind this guard."""
        return Guarded(self, request, self._find(request, **kwargs))

    async def admit(self, request: HTTPServerRequest, found: Any) -> None:
        """Let a request through to the handler that was found for it.

        Raises:
            WorkbenchError: it is refused, and why.
        """
        self.places.check_host(request)
        if len(request.uri or "") > ADDRESS_LENGTH:
            raise TooLarge("The address is too long.", fix="Send what is long in a body.", code="address_too_long")
        rule = self._rule(request, found)
        credential = shown_by(request, self.places.cookie, self.rates.remember)
        cookie = credential is not None and credential.cookie
        bearer = credential is not None and not cookie
        origin = self.places.check_origin(request, bearer=bearer, cookie=cookie, opaque=rule.opaque)
        outfit = Outfit(rule.content, request.host, self._inline, self.places.secure, origin, self.places.files)
        setattr(request, KEPT_ON, outfit)
        await self.rates.count(rule.rate, str(request.remote_ip), credential.digest if credential else None)
        visitor = await self._visitor(rule.who_for(str(request.method)), credential)
        setattr(request, VISITOR, visitor)
        self._bound(request, rule)
        for hear in self.hearers:
            hear(request, found, visitor)

    def refusing(self, request: HTTPServerRequest, error: Exception) -> HTTPMessageDelegate:
        """What answers a request that is refused."""
        if not isinstance(error, WorkbenchError):
            log.error("a request could not be judged", exc_info=error)
            error = Unavailable("The request could not be judged.", fix="Try again; the server's log says more.")
        setattr(request, KEPT_ON, Outfit(Content.PAGE, secure=self.places.secure))
        kind = RefusingAtOnce if too_much(request) else Refusing
        return self._app.get_handler_delegate(request, kind, {"error": error, "base": self.places.base})

    def _rule(self, request: HTTPServerRequest, found: Any) -> Rule:
        handler = getattr(found, "handler_class", None)
        rule = rule_of(handler) if handler is not None else None
        if rule is None or not request.path.startswith(self.places.base):
            raise unreviewed(request.path)
        rule.check(str(request.method), request.path.removeprefix(self.places.base))
        return rule

    async def _visitor(self, who: Who, credential: Credential | None) -> Visitor:
        if credential is None and not who.anyone:
            raise NotAuthenticated("This needs somebody who is signed in.", fix="Sign in at /workbench/login.")
        if credential is None or who.anyone:
            return Visitor(credential)
        workbench = await self.opened()
        found: Visitor = await asyncio.wrap_future(workbench.pools.gate.submit(self.find, workbench, credential))
        assert found.principal is not None
        who.check(found.principal)
        return found

    def find(self, workbench: Workbench, credential: Credential) -> Visitor:
        """Who shows a credential; in a thread.

        Raises:
            NotAuthenticated: it is not valid.
        """
        with workbench.read() as db:
            principal = credential(workbench, db)
            return Visitor(credential, principal, _display_name(db, principal), _workspaces(db, principal))

    async def opened(self) -> Workbench:
        """The open home.

        Raises:
            Unavailable: it is closed.
        """
        return await self._opening().opened()

    def home(self) -> Workbench:
        """The open home, without waiting.

        Raises:
            Unavailable: it is closed.
        """
        return self._opening().now()

    def _opening(self) -> Opening:
        if self.opening is None:
            raise Unavailable(
                "The workbench could not be loaded.", fix="See the server's log.", code="home_unavailable"
            )
        return self.opening

    def _bound(self, request: HTTPServerRequest, rule: Rule) -> None:
        if rule.body is None:
            return
        if announced(request) > rule.body:
            raise TooLarge(f"The body has more than {rule.body} bytes.", fix="Send less at once.", limit=rule.body)
        connection: Any = request.connection
        connection.set_max_body_size(rule.body)


class Guarded(HTTPMessageDelegate):
    """Reads a request for the handler that was found, or for a refusal, as the guard says."""

    def __init__(self, guard: Guard, request: HTTPServerRequest, found: HTTPMessageDelegate) -> None:
        self._guard, self._request, self._found = guard, request, found
        self._serving: HTTPMessageDelegate | None = None
        self._gone = False

    async def headers_received(self, start_line: RequestStartLine | ResponseStartLine, headers: Any) -> None:
        """Decide who serves the request; the connection reads no body meanwhile."""
        try:
            await self._guard.admit(self._request, self._found)
            serving = self._found
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody gets past it
            serving = self._guard.refusing(self._request, error)
        if self._gone:
            return
        self._serving = serving
        ready = serving.headers_received(start_line, headers)
        if ready is not None:
            await ready

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return self._serving.data_received(chunk) if self._serving is not None else None

    def finish(self) -> None:
        if self._serving is not None:
            self._serving.finish()

    def on_connection_close(self) -> None:
        self._gone = True
        if self._serving is not None:
            self._serving.on_connection_close()


def _display_name(db: Session, principal: Principal) -> str:
    """How a person is called on pages."""
    from workbench.domains.access.models import User

    user = db.get(User, principal.user_id)
    return user.display_name if user is not None else principal.name


def _workspaces(db: Session, principal: Principal) -> dict[str, UUID]:
    """Where a person has a part, by name."""
    from workbench.domains.access.service import mine

    return {workspace.name: workspace.id for workspace in db.scalars(mine(principal))}
