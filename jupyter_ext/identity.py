"""Who sent a request: Jupyter's user, or the bearer of one of our tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workbench.core.errors import NotAuthenticated

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from tornado.httputil import HTTPServerRequest

    from workbench.core.context import Origin, Principal
    from workbench.core.workbench import Workbench

BEARER = re.compile(r"(?i:bearer)\s+((?:wbt_|eyJ)\S+)\s*")  # an API token, or an access token of who signed in

VISITOR = "workbench"  # the attribute of a request that holds who a team's guard found it to be from

Identify = Callable[["Workbench", "Session"], "Principal"]


def bearer(authorization: str) -> str | None:
    """The API or access token in an Authorization header, None where there is another thing or nothing."""
    found = BEARER.fullmatch(authorization)
    return found[1] if found else None


def identify(token: str | None, user: Any) -> Identify | None:
    """What finds the principal, anew each time it is called, so that a revocation counts at once; None for nobody.

    A token counts before Jupyter's `user`, because it is always shown on purpose.
    """
    visitor = getattr(user, "visitor", None)  # of a team's server, whose guard has seen what was shown
    if visitor is not None:
        found: Identify | None = visitor.credential
        return found
    if token is not None:
        return lambda workbench, db: of_token(workbench, db, token)
    return whose_server if user is not None else None


def origin_of(request: HTTPServerRequest, base: str) -> Origin:
    """From where a request came, whose Host was checked; `base` is the server's base URL."""
    from workbench.core.context import Origin

    agent = request.headers.get("User-Agent", "")[:300]
    return Origin(str(request.remote_ip or ""), agent, f"{request.protocol}://{request.host}{base}")


def whose_server(_: Workbench, db: Session) -> Principal:
    """The principal of everybody who is signed in to a personal Jupyter server: they hold its one token."""
    from workbench.domains.access import service

    return service.jupyter_principal(db)


def of_token(workbench: Workbench, db: Session, token: str) -> Principal:
    """The principal of an API token, or of an access token.

    Raises:
        NotAuthenticated: the token is not valid.
    """
    from workbench.domains.access import service

    found = service.authenticate if token.startswith("wbt_") else service.use_access
    return found(workbench, db, token)


def nobody() -> NotAuthenticated:
    """The answer to those who did not say who they are."""
    return NotAuthenticated(
        "This needs somebody who is signed in.",
        fix="Sign in to Jupyter, or send a token as `Authorization: Bearer wbt_…`.",
    )
