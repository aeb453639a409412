"""Under which names the server is reached, and which other sites' pages may ask it something."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from workbench.core.errors import Malformed, NotPermitted

if TYPE_CHECKING:
    from tornado.httputil import HTTPServerRequest

    from workbench.core.settings import Settings

HERE = ("localhost", "127.0.0.1", "::1")
API = "workbench/api/"
NO_ORIGIN = "null"  # as browsers say it


class Places:
    """The names and origins of one server; `bound` is what it listens on."""

    def __init__(self, settings: Settings, base: str, bound: str, tls: bool) -> None:
        public = urlsplit(settings.public_url)
        names = (*HERE, socket.gethostname(), bound, public.hostname or "", *_several(settings.hosts))
        self.names = frozenset(name.lower().strip("[]") for name in names if name)
        self.secure = tls or public.scheme == "https"
        self.base, self._public = base, public.netloc.lower()
        self.files = str(settings.files_dir).encode()  # the part of a path that is nobody's business
        self._origins = frozenset(_several(settings.cors_origins))

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds a session: bound to this very host where HTTPS vouches for it."""
        return "__Host-workbench" if self.secure else "workbench-session"

    def check_host(self, request: HTTPServerRequest) -> None:
        """Refuse a request to another name: a foreign page whose name was made to lead here sends one.

        Raises:
            Malformed: the name is none of ours.
        """
        name = urlsplit(f"//{request.host}").hostname if _plain(request.host) else None
        if name not in self.names:
            raise Malformed(
                "The Host header holds a name that this server is not known by.",
                fix="Use the server's own address, or have its admin add the name to the setting `hosts`.",
                code="unknown_host",
            )

    def check_origin(
        self, request: HTTPServerRequest, *, bearer: bool, cookie: bool, opaque: bool = False
    ) -> str | None:
        """The foreign origin that may read the answer, None where there is none; `opaque` routes are for no origin.

        Raises:
            NotPermitted: a foreign page asks without a token, with the browser's own credentials, or for a socket.
        """
        origin = request.headers.get("Origin") or request.headers.get("Sec-Websocket-Origin")
        if origin is None or self._ours(origin, request.host) or (opaque and origin == NO_ORIGIN):
            return None
        socket_asked = "Upgrade" in request.headers
        known = origin.lower() in self._origins and request.path.startswith(self.base + API)
        if known and not socket_asked and not cookie:
            return origin
        if socket_asked or not bearer:
            raise NotPermitted(
                "The request comes from the page of another site.",
                fix="Programs send a token and no Origin; the setting `cors_origins` names sites whose pages may ask.",
                code="foreign_origin",
            )
        return None

    def _ours(self, origin: str, host: str) -> bool:
        netloc = urlsplit(origin.lower()).netloc if _plain(origin) else ""
        return bool(netloc) and netloc in (host.lower(), self._public)


def _several(text: str) -> list[str]:
    return [part.strip().rstrip("/").lower() for part in text.split(",") if part.strip()]


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text and "@" not in text
