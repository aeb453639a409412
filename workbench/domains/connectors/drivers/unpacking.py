"""The body of an answer, unpacked with bounds: a few kilobytes may claim to be gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

CODING = "gzip"  # what is asked for
PIECE = 256 * 1024
_WINDOW = 16 + zlib.MAX_WBITS  # that of gzip


def unpacked(response: httpx.Response) -> Iterator[bytes]:
    """The body in pieces, each of a quarter of a MiB at most when it was packed.

    Raises:
        httpx.DecodingError: it is packed in another way than was asked for, more than once, or wrongly.
    """
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity"):
        yield from response.iter_raw()
        return
    if coding not in (CODING, f"x-{CODING}"):
        raise httpx.DecodingError(f"the body is packed as {coding[:40]!r}, which was not asked for")
    unpacker = zlib.decompressobj(_WINDOW)
    try:
        for chunk in response.iter_raw():
            yield unpacker.decompress(chunk, PIECE)
            while unpacker.unconsumed_tail:
                yield unpacker.decompress(unpacker.unconsumed_tail, PIECE)
    except zlib.error as error:
        raise httpx.DecodingError(f"the body cannot be unpacked: {error}") from None
