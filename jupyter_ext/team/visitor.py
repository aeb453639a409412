"""Who a request is from: what it shows, and the person behind it where the route needs one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jupyter_server.auth import User

from jupyter_ext.identity import VISITOR, bearer, of_token
from workbench.core.errors import Malformed, NotAuthenticated
from workbench.core.permissions import Level, Role, level

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from tornado.httputil import HTTPServerRequest

    from workbench.core.context import Principal
    from workbench.core.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request shows; called, it finds the principal anew, so that a revocation counts at once."""

    text: str = field(repr=False)
    cookie: bool = False  # whether browsers send it by themselves, so that a foreign page could make them
    found: Callable[[str, Principal], None] = field(default=lambda *_: None, repr=False)  # is told whose it is

    def __call__(self, workbench: Workbench, db: Session) -> Principal:
        """The principal.

        Raises:
            NotAuthenticated: it is not valid, or not any more.
        """
        principal = self._principal(workbench, db)
        self.found(self.digest, principal)
        return principal

    def _principal(self, workbench: Workbench, db: Session) -> Principal:
        from workbench.domains.access import service

        if self.cookie:  # looking at a session does not keep it alive: sockets are looked at every second
            return service.session_principal(db, self.text)
        return of_token(workbench, db, self.text)

    @property
    def digest(self) -> str:
        """What the credential may be remembered by."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass
class TeamUser(User):
    """A person as Jupyter sees her; her id is her user name, so that nobody inherits what a namesake owned."""

    visitor: Visitor | None = None


@dataclass(slots=True)
class Visitor:
    """Who a request is from; `principal` is None for nobody, and where the rule leaves it to the handler to ask."""

    credential: Credential | None = None
    principal: Principal | None = None
    display_name: str = ""
    workspaces: Mapping[str, UUID] = field(default_factory=dict)

    def may(self, permission: str, workspace: str) -> bool:
        """Whether she holds a permission, at whatever level, in a workspace of that name."""
        who = self.principal
        if who is None or workspace not in self.workspaces or not within_scopes(who, permission):
            return False
        return level(permission, who.roles.get(self.workspaces[workspace], ())) is not Level.NONE

    def roles(self, workspace: str) -> Collection[Role]:
        """What she is in a workspace where she has a part."""
        return self.principal.roles.get(self.workspaces[workspace], ()) if self.principal is not None else ()

    def where(self, permission: str) -> list[str]:
        """The workspaces in which she holds a permission, by name."""
        return sorted(name for name in self.workspaces if self.may(permission, name))

    @property
    def user(self) -> TeamUser | None:
        """The person, for Jupyter's handlers."""
        if self.credential is None:
            return None
        who = self.principal
        name = str(who.user_id or who.name) if who is not None else "somebody"
        shown = self.display_name or name
        return TeamUser(name, shown, shown, visitor=self)


def within_scopes(principal: Principal, permission: str) -> bool:
    """Whether the scopes of what was shown leave a permission in."""
    return principal.scopes is None or permission in principal.scopes


def visitor_of(request: Any) -> Visitor:
    """Who the guard found a request to be from."""
    visitor: Visitor = getattr(request, VISITOR, None) or Visitor()
    return visitor


def shown_by(request: HTTPServerRequest, cookie: str, found: Callable[[str, Principal], None]) -> Credential | None:
    """What a request shows; `cookie` is the name of a session's, and `found` is told whose it is, each time anew.

    Raises:
        NotAuthenticated: it shows something that no team server takes.
        Malformed: it shows it in the address, where logs and histories keep it.
    """
    if "token" in request.query_arguments:
        raise Malformed(
            "A token stands in the address.",
            fix="Send it as `Authorization: Bearer wbt_…`: addresses are kept in logs and histories.",
            code="token_in_address",
        )
    given = request.headers.get("Authorization", "")
    if not given:
        kept = request.cookies.get(cookie)
        return Credential(kept.value, True, found) if kept is not None and kept.value else None
    token = bearer(given)
    if token is None:
        raise NotAuthenticated(
            "The Authorization header holds nothing that is taken here.",
            fix="Send `Authorization: Bearer wbt_…`, with a token of `workbench tokens create`.",
            code="unknown_credential",
        )
    return Credential(token, False, found)
