"""Asks the process of an app something, and takes none of its answers at its word."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado import web
from tornado.httpclient import HTTPError, HTTPRequest, HTTPResponse
from tornado.iostream import UnsatisfiableReadError

from jupyter_ext.peers import Peer

ANSWER_BYTES = 16 * 1024 * 1024
ASK_SECONDS = 120.0
NO_ANSWER = 599
FAILED = 500
NAME, MESSAGE = 200, 2000  # the longest of what it says


async def asked(place: Path, target: str, seconds: float = ASK_SECONDS) -> HTTPResponse:
    """What the app that listens at `place` answers to a GET; nothing of a browser's request reaches it.

    The status is 599 where it is gone, does not answer in time, or answers with more than 16 MiB or packed: what is
    small on its way may be very large here.
    """
    client = Peer(place).client(max_body_size=ANSWER_BYTES)
    request = HTTPRequest(
        f"http://app{target}", request_timeout=seconds, connect_timeout=seconds, follow_redirects=False,
        decompress_response=False,
    )  # fmt: skip
    try:
        answer = await client.fetch(request, raise_error=False)
        return HTTPResponse(request, NO_ANSWER) if "Content-Encoding" in answer.headers else answer
    except (OSError, HTTPError, web.HTTPError, UnsatisfiableReadError):
        # It ended before, or while, it was asked; or says what is no answer.
        return HTTPResponse(request, NO_ANSWER)
    finally:
        client.close()


@dataclass(frozen=True, slots=True)
class Failed:
    """Why an app says that a visit failed; `cell` counts from 1 and is 0 where it was none."""

    cell: int
    name: str
    message: str

    @classmethod
    def of(cls, answer: HTTPResponse) -> Failed | None:
        """What an answer says; None where the visit did not fail, or the app is gone."""
        if answer.code in (200, NO_ANSWER):
            return None
        try:
            said = json.loads(answer.body)
            return cls(int(said["cell"]), _text(said["name"])[:NAME], _text(said["message"])[:MESSAGE])
        except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
            return cls(0, "Error", "It answered with an error.")


def _text(said: Any) -> str:
    """What was said, with question marks for the halves of characters, which no document can hold."""
    return str(said).encode(errors="replace").decode()
