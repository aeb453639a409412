"""Serves airlines and planes on loopback as a JSON API with the habits of real ones: a token, pages and 429."""

from __future__ import annotations

import hmac
import itertools
import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from workbench.core.errors import Unavailable
from workbench.core.files import write_whole

from .places import Sources

HOST = "127.0.0.1"
PAGE = 100
LARGEST_PAGE = 500
BUSY_EVERY = 5
RETRY_AFTER = 1


@dataclass(frozen=True)
class Endpoint:
    """Where the API answers, and the token that it wants; `is_new` when no connector can know that token yet."""

    port: int
    token: str
    is_new: bool = field(default=False, compare=False)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


@contextmanager
def serving(sources: Sources) -> Iterator[Endpoint]:
    """Serve the API while the block lasts, on the home's own port and with its own token.

    When another process of this home serves it already, that one is used. When a stranger has taken the port, another
    is chosen and remembered, so compare the endpoint with what a connector says.
    """
    is_new, token = _token(sources.api / "token")
    remembered = _remembered(sources.api / "port")
    if remembered and _answers(Endpoint(remembered, token)):
        yield Endpoint(remembered, token)
        return
    server = _bind(remembered, token, _resources(sources))
    write_whole(sources.api / "port", str(server.server_port).encode())
    thread = _in_thread(server)
    try:
        yield Endpoint(server.server_port, token, is_new)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ensure(home: Path | None = None) -> str:
    """Have the API answer: from this process, as long as it lives, where no other serves it. Answers its address.

    Raises:
        Unavailable: the demo has not been in this home, or another program has taken the port.
    """
    from workbench.core.settings import load

    sources = Sources((home or load().home) / "sources")
    port = _remembered(sources.api / "port")
    fix = "Run `workbench demo --exit`, which sets it up."
    if not port:
        raise Unavailable(f"{sources.folder} has no practice API.", fix=fix, code="demo_api_missing")
    endpoint = Endpoint(port, _token(sources.api / "token")[1])
    if not _answers(endpoint):
        try:
            _in_thread(_Server(port, endpoint.token, _resources(sources)))
        except OSError as error:
            cause = error.strerror or error
            raise Unavailable(f"The practice API cannot answer at {endpoint.url}: {cause}.", fix=fix) from error
    return endpoint.url


def _in_thread(server: _Server) -> threading.Thread:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="demo-api", daemon=True)
    thread.start()
    return thread


def _resources(sources: Sources) -> dict[str, list[dict[str, Any]]]:
    return {name: json.loads((sources.api / f"{name}.json").read_bytes()) for name in ("airlines", "planes")}


def _token(path: Path) -> tuple[bool, str]:
    """Whether it is new, and the token of this home: made once, whole, and readable by its owner only."""
    made = secrets.token_urlsafe(24)
    draft = path.with_name(f"token.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(made)
    try:
        path.hardlink_to(draft)  # fails where another process was first; a rename would take its token away
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    token = path.read_text()
    return token == made, token


def _remembered(path: Path) -> int:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return 0


def _answers(endpoint: Endpoint) -> bool:
    """Whether this home's API is there; a stranger on the port is never shown the token."""
    nonce = secrets.token_hex(16)
    connection = HTTPConnection(HOST, endpoint.port, timeout=2)
    try:
        connection.request("GET", f"/proof?nonce={nonce}")
        return connection.getresponse().read().decode() == _proof(endpoint.token, nonce)
    except (OSError, HTTPException, UnicodeDecodeError):
        return False
    finally:
        connection.close()


def _proof(token: str, nonce: str) -> str:
    return hmac.digest(token.encode(), nonce.encode(), "sha256").hex()


def _bind(port: int, token: str, resources: dict[str, list[dict[str, Any]]]) -> _Server:
    try:
        return _Server(port, token, resources)
    except OSError:
        return _Server(0, token, resources)


class _Server(ThreadingHTTPServer):
    """Holds what the API serves and how many requests it has had."""

    daemon_threads = True

    def __init__(self, port: int, token: str, resources: dict[str, list[dict[str, Any]]]) -> None:
        self.token, self.resources = token, resources
        self._count, self._counting = itertools.count(1), threading.Lock()
        super().__init__((HOST, port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking a name server for this machine's name, as the library would."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    def busy(self) -> bool:
        """Whether this request is the one in `BUSY_EVERY` that is put off."""
        with self._counting:
            return next(self._count) % BUSY_EVERY == 0


class _Handler(BaseHTTPRequestHandler):
    """Answers `GET /airlines` and `GET /planes`, page by page."""

    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "reference-api"
    timeout = 30

    def do_GET(self) -> None:
        """Answer a page of a resource, or say why not."""
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        if url.path == "/proof":
            proof = _proof(self.server.token, query.get("nonce", ""))
            self._send(200, proof.encode(), {"Content-Type": "text/plain"})
        elif not self._signed_in():
            self._json(401, {"error": "A bearer token is needed."}, {"WWW-Authenticate": "Bearer"})
        elif self.server.busy():
            self._json(429, {"error": "Too many requests."}, {"Retry-After": str(RETRY_AFTER)})
        elif (resource := url.path.strip("/")) not in self.server.resources:
            self._json(404, {"error": "There is no such resource.", "resources": sorted(self.server.resources)})
        else:
            self._page(resource, query)

    def _signed_in(self) -> bool:
        given = self.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self.server.token}".encode())

    def _page(self, resource: str, query: dict[str, str]) -> None:
        try:
            page = _whole(query, "page", 1, largest=10**6)
            size = _whole(query, "per_page", PAGE, largest=LARGEST_PAGE)
        except ValueError as error:
            self._json(400, {"error": str(error)})
            return
        rows, following = self.server.resources[resource], None
        if page * size < len(rows):
            following = f"/{resource}?{urlencode({'page': page + 1, 'per_page': size})}"
        data = rows[(page - 1) * size : page * size]
        body = {"data": data, "page": page, "total": len(rows), "next": following}
        self._json(200, body, {"Link": f'<{following}>; rel="next"'} if following else {})

    def _json(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name is the library's
        """Say nothing: the demo's terminal belongs to its progress."""


def _whole(query: dict[str, str], name: str, default: int, *, largest: int) -> int:
    text = query.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= largest:
        raise ValueError(f"{name} must be a whole number from 1 to {largest}.")
    return int(text)
