"""A JSON API on the loopback that pages, authenticates, throttles and misbehaves as a test wants."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

# The settings of an API that does not answer.
ELSEWHERE = {
    "base_url": "http://127.0.0.1:1",
    "streams": {"things": {"path": "/things"}},
    "auth": "bearer",
    "retries": 0,
}


@dataclass
class Reply:
    """What the API answers."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Request:
    """What the API was asked."""

    path: str
    params: dict[str, str]
    headers: dict[str, str]


class JsonApi:
    """Answers by a function, and remembers what it was asked."""

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self.answer = answer
        self.asked: list[Request] = []
        self.url = ""


@contextmanager
def serving(answer: Callable[[Request], Reply], tls: tuple[Path, Path] | None = None) -> Iterator[JsonApi]:
    """An API on a free port, for as long as the context lasts; `tls` are the files of a certificate and its key."""
    api = JsonApi(answer)

    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "Test/1.0", ""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            request = Request(parts.path, dict(parse_qsl(parts.query)), {k.lower(): v for k, v in self.headers.items()})
            api.asked.append(request)
            reply = api.answer(request)
            raw = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(raw)),
                **reply.headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def paged(rows: list[dict[str, Any]], style: str, size: int = 2) -> Callable[[Request], Reply]:
    """An API whose only list has these rows, in pages of `size`."""

    def answer(request: Request) -> Reply:
        size_asked = int(request.params.get("per_page", size))
        start = {
            "page": (int(request.params.get("page", 1)) - 1) * size_asked,
            "offset": int(request.params.get("offset", 0)),
        }.get(style, int(request.params.get("cursor", 0)))
        page = rows[start:] if style == "none" else rows[start : start + size_asked]
        after = start + size_asked if style != "none" and start + size_asked < len(rows) else None
        headers = {"Link": f'<{request.path}?cursor={after}>; rel="next"'} if style == "link" and after else {}
        following = f"{request.path}?cursor={after}" if style == "next_url" and after else str(after) if after else None
        return Reply({"data": page, "meta": {"next": following}}, headers=headers)

    return answer
