"""In which language a request is answered."""

from __future__ import annotations

from typing import Any, Final

from tornado.httputil import HTTPServerRequest
from tornado.web import Application, RequestHandler

from workbench.ui.languages import LANGUAGES, SPOKEN, accepted

ASKED: Final = "language"  # what an address may ask for, as the page around an app does


class Speaking(RequestHandler):
    """A handler whose answers people read: in the language that is asked for, else that of their browser."""

    def __init__(self, application: Application, request: HTTPServerRequest, **given: Any) -> None:
        """Find out which that is before anything can be refused.

        It stands for the connection's next requests, too, until one of these handlers takes the next; no other draws.
        """
        super().__init__(application, request, **given)
        asked = request.query_arguments.get(ASKED, [b""])[-1].decode("utf-8", "replace")  # may be anything
        SPOKEN.set(asked if asked in LANGUAGES else accepted(request.headers.get("Accept-Language", "")))
