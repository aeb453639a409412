"""What every response says, whoever made it: policies for browsers, nothing about versions and paths."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tornado.web import OutputTransform

from workbench.core.errors import WorkbenchError
from workbench.ui.documents import WITHIN

from .policy import Content

if TYPE_CHECKING:
    from tornado.httputil import HTTPHeaders, HTTPServerRequest

SECONDS_OF_A_YEAR = 31_536_000
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
POLICIES = {
    Content.DATA: NOTHING,
    Content.KIT: NOTHING,
    Content.PAGE: f"{WITHIN}; form-action 'self'; frame-ancestors 'none'",
    Content.FILE: "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    # JupyterLab compiles the validators of its schemas, and so needs `eval`.
    Content.LAB: (
        "default-src 'self'; script-src 'self' 'unsafe-eval'{inline}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws://{host} wss://{host}; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    ),
}
SCRIPT = re.compile(r"(?i)[^;]*(?:java|ecma)script")
KEPT_ON = "workbench_outfit"
TAKEN = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, traceparent"
EXPOSED = "ETag, Link, Location, Retry-After, traceparent"


@dataclass(frozen=True, slots=True)
class Outfit:
    """What the response to one request wears, by its route.

    `host` is ours, `inline` names the scripts that JupyterLab's page holds, `origin` is a foreign one that may read,
    `files` is a path of this machine that no refusal tells.
    """

    content: Content = Content.DATA
    host: str = ""
    inline: str = ""
    secure: bool = False
    origin: str | None = None
    files: bytes = b""

    def put_on(self, headers: HTTPHeaders) -> None:
        """Complete the headers of a response."""
        for name in [name for name in headers if name.startswith("Access-Control-") or name == "Server"]:
            del headers[name]
        for name, value in ALWAYS.items():
            headers[name] = value
        if self.content is Content.KIT:  # what anybody may have, for documents of no origin
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            headers["Access-Control-Allow-Origin"] = "*"
        if self.content is Content.FILE and SCRIPT.match(headers.get("Content-Type", "")):
            headers["Content-Type"] = "text/plain; charset=UTF-8"  # what a person wrote is no script of a page
        headers.setdefault("Referrer-Policy", "same-origin")
        own = headers.get("Content-Security-Policy", "")
        if not own or "report-uri" in own:  # Jupyter's own, which allows every script
            policy = POLICIES[self.content].format(host=self.host, inline=self.inline)
            headers["Content-Security-Policy"] = policy
        headers.setdefault("Cache-Control", "private, no-cache" if "Etag" in headers else "private, no-store")
        if self.secure:
            headers["Strict-Transport-Security"] = f"max-age={SECONDS_OF_A_YEAR}"
        if self.origin:
            headers["Access-Control-Allow-Origin"] = self.origin
            headers["Access-Control-Expose-Headers"] = EXPOSED
            headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, PUT, PATCH, DELETE"
            headers["Access-Control-Allow-Headers"] = TAKEN
            headers["Access-Control-Max-Age"] = "600"
            headers.add("Vary", "Origin")


class Dressing(OutputTransform):
    """Dresses every response; the guard left its outfit on the request."""

    def __init__(self, request: HTTPServerRequest) -> None:
        self._request = request

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Complete the headers, and replace what a handler of Jupyter's tells of its own failure."""
        if status_code >= 500 and finishing and "traceparent" not in headers:
            chunk = _broken(status_code)
            headers["Content-Type"] = "application/problem+json"
            headers["Content-Length"] = str(len(chunk))
        outfit: Outfit = getattr(self._request, KEPT_ON, None) or Outfit()
        if status_code >= 400 and finishing and outfit.files and outfit.files in chunk:
            chunk = chunk.replace(outfit.files, b"")
            headers["Content-Length"] = str(len(chunk))
        outfit.put_on(headers)
        return status_code, headers, chunk


def _broken(status: int) -> bytes:
    """A failure without its traceback; JupyterLab shows `message`."""
    problem = WorkbenchError("The server failed for a reason that is not yours.").problem()
    return json.dumps(problem | {"status": status, "message": problem["detail"]}).encode()
