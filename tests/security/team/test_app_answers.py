"""What the process of an app answers is text of a bounded size, or nothing."""

from __future__ import annotations

import asyncio
import gzip
import io
from contextlib import suppress

import pytest
from tornado.httpclient import HTTPRequest, HTTPResponse

from jupyter_ext.served.asking import ANSWER_BYTES, NO_ANSWER, Failed, asked

PACKED = gzip.compress(b"packed, as nobody asked for it")


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nxyz",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PACKED) + PACKED,
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (ANSWER_BYTES + 1) + bytes(ANSWER_BYTES + 1),
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
    ],
)  # fmt: skip
def test_what_is_no_answer_of_an_app_counts_as_none(tmp_path, answer):
    """Its process may say anything; the server neither waits for it nor breaks at it."""
    place = tmp_path / "s"

    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()

    async def ask() -> int:
        async with await asyncio.start_unix_server(answers, place):
            return (await asked(place, "/open", 10)).code

    assert asyncio.run(ask()) == NO_ANSWER


@pytest.mark.parametrize(
    "said",
    [b"", b"[]", b'{"cell": "x", "name": 1, "message": 2}', b'{"cell": 1}', b"[" * 100_000, b"\xff",
     b'{"cell": 1e999, "name": "x", "message": "y"}'],
)  # fmt: skip
def test_what_an_app_says_of_its_failure_is_taken_as_text_or_not_at_all(said):
    """Whatever it sends instead of a cell, a name and a message."""
    answer = HTTPResponse(HTTPRequest("http://app/open"), 500, buffer=io.BytesIO(said))

    assert Failed.of(answer) == Failed(0, "Error", "It answered with an error.")


def test_halves_of_characters_in_what_an_app_says_can_be_shown():
    """Its document is written in UTF-8, which has none."""
    said = rb'{"cell": 2, "name": "Bad\ud800", "message": "\udfff bad"}'
    answer = HTTPResponse(HTTPRequest("http://app/open"), 500, buffer=io.BytesIO(said))

    assert Failed.of(answer) == Failed(2, "Bad?", "? bad")
