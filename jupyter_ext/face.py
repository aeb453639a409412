"""What all handlers have in common: who asks, a correlation id, and problems instead of pages."""

from __future__ import annotations

import http
import json
import math
import secrets
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado import web
from tornado.iostream import StreamClosedError

from workbench.core.context import Origin, correlation
from workbench.core.errors import (
    Malformed,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    TooLarge,
    Unavailable,
    WorkbenchError,
    WrongMethod,
)

from .identity import Identify, bearer, identify, origin_of

if TYPE_CHECKING:
    from .opening import Opening

PROBLEM = "application/problem+json"
_KINDS = (Malformed, NotAuthenticated, NotPermitted, NotFound, WrongMethod, TooLarge, Unavailable)
_ERRORS = {kind.status: kind for kind in _KINDS}


class Face(APIHandler):
    """A handler of the workbench."""

    correlation_id = ""
    identify: Identify | None = None
    _token: str | None = None

    def initialize(self, opening: Opening) -> None:
        self.opening = opening
        self.correlation_id = correlation(self.request.headers.get("traceparent"))
        self.set_default_headers()

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Find out who asks; nobody is let through here, each handler says itself what it asks for."""
        self._token = bearer(self.request.headers.get("Authorization", ""))
        await JupyterHandler.prepare(self, _redirect_to_login=_redirect_to_login)
        if not self.check_origin():
            raise web.HTTPError(404)
        self.identify = identify(self._token, self.current_user)

    @property
    def origin(self) -> Origin:
        """From where the request came."""
        return origin_of(self.request, self.base_url)

    def check_xsrf_cookie(self) -> None:
        """Ask for the cookie's twin of browsers alone: an API token is never sent by itself, nobody has no cookie."""
        asked = hasattr(self, "_jupyter_current_user")  # tornado calls this once too early
        if asked and self._token is None and self.current_user is not None:
            super().check_xsrf_cookie()

    def skip_check_origin(self) -> bool:
        """Let a bearer come from anywhere."""
        return self._token is not None or super().skip_check_origin()

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Cache-Control", "private, no-cache")
        if self.correlation_id:
            self.set_header("traceparent", f"00-{self.correlation_id}-{secrets.token_hex(8)}-01")

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """Log faults of ours with their traceback; those of callers, and that one left early, not at all."""
        if not isinstance(error, WorkbenchError | StreamClosedError):
            super().log_exception(kind, error, trace)

    def write_error(self, status_code: int, **more: Any) -> None:
        """Answer a problem document (RFC 9457)."""
        cause = (more.get("exc_info") or (None, None, None))[1]
        error = cause if isinstance(cause, WorkbenchError) else self._translated(status_code, cause)
        self.set_status(error.status, http.HTTPStatus(error.status).phrase)
        if error.retry_after is not None:
            self.set_header("Retry-After", str(math.ceil(error.retry_after)))
        if isinstance(error, WrongMethod):
            self.set_header("Allow", error.params.get("allow", "GET"))
        if isinstance(error, NotAuthenticated):
            self.set_header("WWW-Authenticate", 'Bearer realm="jupyter-workbench"')
        self.finish(json.dumps(error.problem(self.correlation_id), default=str), set_content_type=PROBLEM)

    def _translated(self, status: int, cause: BaseException | None) -> WorkbenchError:
        """What tornado or Jupyter said, as an error of ours."""
        message = (cause.log_message or "") if isinstance(cause, web.HTTPError) else ""
        if "_xsrf" in message or "XSRF" in message:
            return NotPermitted(
                "This request may have been sent by a foreign page.",
                fix="Send the _xsrf cookie's value as X-XSRFToken, or a token as `Authorization: Bearer wbt_…`.",
                code="xsrf",
            )
        if status in _ERRORS:
            return _ERRORS[status](message, fix="" if status != 405 else "See openapi.json for what there is.")
        return WorkbenchError(
            "The server failed for a reason that is not yours.",
            fix=f"Look for {self.correlation_id} in the server's log and report it.",
        )
