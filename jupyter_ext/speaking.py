"""In which language a request is answered."""

from __future__ import annotations

from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.web import Application, RequestHandler

from workbench.ui.languages import LANGUAGE, accepted


class Speaking(RequestHandler):
    """A handler whose answers people read: in their browser's language, until it is known who comes."""

    def __init__(self, application: Application, request: HTTPServerRequest, **given: Any) -> None:
        """Find out which that is before anything can be refused; it holds for what the request's task does."""
        super().__init__(application, request, **given)
        LANGUAGE.set(accepted(request.headers.get("Accept-Language", "")))
