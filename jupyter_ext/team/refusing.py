"""Answers what is refused before any handler: a problem to programs, a page to people, the way in to strangers."""

from __future__ import annotations

import http
import json
import math
import secrets
from typing import Any
from urllib.parse import quote

from tornado.web import stream_request_body

from jupyter_ext.bodies import too_much
from jupyter_ext.face import PROBLEM
from jupyter_ext.framing import framers
from jupyter_ext.speaking import Speaking
from workbench.core.context import correlation
from workbench.core.errors import NotAuthenticated, WorkbenchError, WrongMethod
from workbench.ui.documents import QUIET, refused, told
from workbench.ui.languages import tr
from workbench.ui.pages import EMBED, IN_LAB
from workbench.ui.parts import Way
from workbench.ui.visit import Failure

LOGIN, LOGOUT = "workbench/login", "workbench/logout"


class Refusing(Speaking):
    """Refuses; `base` is the server's base URL."""

    def initialize(self, error: WorkbenchError, base: str) -> None:
        self.error, self.base = error, base
        self.correlation_id = correlation(self.request.headers.get("traceparent"))

    def check_xsrf_cookie(self) -> None:
        """Ask nothing of what is refused anyway."""

    def prepare(self) -> None:
        """Answer, whatever was asked for."""
        self._refuse()

    def write_error(self, status_code: int, **_: Any) -> None:  # noqa: ARG002
        """Answer likewise what tornado refuses first, such as a method that nobody knows."""
        self._refuse()

    def compute_etag(self) -> None:
        """Have nothing kept."""

    def _refuse(self) -> None:
        error, headers = self.error, self.request.headers
        self.set_status(error.status, http.HTTPStatus(error.status).phrase)
        self.set_header("traceparent", f"00-{self.correlation_id}-{secrets.token_hex(8)}-01")
        self.set_header("Cache-Control", "no-store")
        if error.retry_after is not None:
            self.set_header("Retry-After", str(math.ceil(error.retry_after)))
        if isinstance(error, WrongMethod):
            self.set_header("Allow", error.params.get("allow", "GET"))
        if too_much(self.request):
            self.set_header("Connection", "close")
        person = self.request.method == "GET" and "text/html" in headers.get("Accept", "") and "Upgrade" not in headers
        if isinstance(error, NotAuthenticated) and person and self._framed():
            self._lead_out()
        elif isinstance(error, NotAuthenticated) and person:
            self.redirect(f"{self.base}{LOGIN}?next={quote(self.request.uri or '', safe='')}")
        elif person:
            self._show()
        else:
            self._tell()

    def _framed(self) -> bool:
        """Whether a page is asked for that is made for a frame, and in one: our way in is shown in none."""
        return (
            self.get_query_argument(EMBED, "") in ("1", IN_LAB)
            and self.request.headers.get("Sec-Fetch-Dest") == "iframe"
        )

    def _lead_out(self) -> None:
        """Lead who is not signed in out of the frame: nothing but a link, so that nobody types a password there."""
        self.set_status(401)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", f"{QUIET}; frame-ancestors {framers(self.settings)}")
        text = tr(
            "This part is shown to people who are signed in. Sign in in a window of its own, then load this page again."
        )
        self.finish(told(tr("Sign in first"), text, Way(tr("Sign in"), href=f"{self.base}{LOGIN}")))

    def _tell(self) -> None:
        if isinstance(self.error, NotAuthenticated):
            self.set_header("WWW-Authenticate", 'Bearer realm="jupyter-workbench"')
        self.set_header("Content-Type", PROBLEM)
        problem = self.error.problem(self.correlation_id)
        self.finish(json.dumps(problem | {"message": self.error.detail}, default=str))  # which JupyterLab shows

    def _show(self) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        failure = Failure(self.error.title, self.error.detail, self.error.fix, self.correlation_id)
        self.finish(refused("Workbench", failure, Way(tr("Go to the start"), href=f"{self.base}workbench")))


@stream_request_body
class RefusingAtOnce(Refusing):
    """Refuses before the body comes, and takes none of it."""

    def data_received(self, chunk: bytes) -> None:
        """Pass the body over."""
