"""What is small on the wire and huge in memory is refused while it is still small."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib

import httpx
import pytest

from tests.integration.connectors.json_api import Reply, serving
from workbench.core.errors import Invalid, TooLarge, WorkbenchError
from workbench.domains.connectors.drivers import http_client, texts, unpacking
from workbench.domains.connectors.drivers.files import FilesConfig, FilesDriver
from workbench.domains.connectors.drivers.http_json import HttpJsonConfig, HttpJsonDriver

MIB = 1024 * 1024


def packed(head: bytes, piece: bytes, count: int, tail: bytes = b"") -> bytes:
    """So many pieces, packed without ever being held."""
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    parts = [packer.compress(head), *(packer.compress(piece) for _ in range(count)), packer.compress(tail)]
    return b"".join(parts) + packer.flush()


def read(reply: Reply, **more):
    """The rows of an API that answers so."""
    with serving(lambda _: reply) as api:
        config = HttpJsonConfig(base_url=api.url, streams={"things": {"path": "/"}}, retries=0, **more)
        return HttpJsonDriver(config).read("things").read_all().to_pylist()


def test_a_packed_answer_is_read(monkeypatch):
    """An ordinary gzip answer is unpacked, in as many pieces as it takes."""
    monkeypatch.setattr(unpacking, "PIECE", 100)
    rows = [{"id": number} for number in range(1000)]

    assert read(Reply(gzip.compress(json.dumps(rows).encode()), headers={"Content-Encoding": "gzip"})) == rows


def test_a_packed_answer_is_unpacked_only_as_far_as_allowed():
    """Of 256 MiB in a quarter of a MiB no more than the limit and a piece are ever in memory."""
    body = packed(b"[", b" " * MIB, 256, b"]")
    assert len(body) < MIB // 2
    tracemalloc.start()
    with pytest.raises(TooLarge) as caught:
        read(Reply(body, headers={"Content-Encoding": "gzip"}), response_bytes=2 * MIB)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert caught.value.code == "response_too_large"
    assert most < 16 * MIB


@pytest.mark.parametrize("coding", ["gzip, gzip", "zstd", "br", "deflate", "x-unknown", "gzip;q=1"])
def test_only_what_was_asked_for_is_unpacked(coding):
    """A coding that nobody asked for, or one within another, is refused without being tried."""
    with pytest.raises(Invalid) as caught:
        read(Reply(gzip.compress(gzip.compress(b"[]")), headers={"Content-Encoding": coding}))

    assert caught.value.code == "http"


def test_a_damaged_packed_answer_is_said_to_be_so():
    """What claims to be gzip and is not, is refused in words."""
    with pytest.raises(Invalid, match="cannot be unpacked"):
        read(Reply(b"not gzip at all", headers={"Content-Encoding": "gzip"}))


@pytest.mark.parametrize(
    "body", [b"[" * 200_000 + b"]" * 200_000, b'{"a":' * 200_000 + b"1" + b"}" * 200_000, b"[" + b"9" * 10_000 + b"]"]
)
def test_depth_and_digits_without_end_are_refused(body):
    """Neither two hundred thousand levels nor a number of ten thousand digits breaks the reader."""
    with pytest.raises(WorkbenchError) as caught:
        read(Reply(body))

    assert caught.value.code in ("not_json", "records_not_found")


def test_more_values_than_can_be_held_are_refused(monkeypatch):
    """Three bytes may become an object, so values are counted before they are made."""
    monkeypatch.setattr(http_client, "MOST_VALUES", 1000)
    with pytest.raises(TooLarge, match="more than 1000 values"):
        read(Reply([{}] * 2000))


@pytest.mark.parametrize(
    ("name", "head", "piece", "code"),
    [
        ("a.csv.gz", b"a,b\n1,", b"x" * MIB, "csv_line_too_long"),
        ("a.csv.gz", b'a,b\n1,"', b"x" * MIB, "csv_line_too_long"),
        ("a.csv.gz", b"", b"," * MIB, "csv_too_wide"),
        ("a.json.gz", b'[{"a":"', b"x" * MIB, "json_broken"),
        ("a.json.gz", b'{"a":"x"}\n{"a":' + b"[" * 1000, b"[" * MIB, "json_broken"),
    ],
)
def test_a_packed_file_with_a_line_without_end_is_given_up(tmp_path, monkeypatch, name, head, piece, code):
    """A few hundred kilobytes that unpack to 64 MiB of one line, record or header are refused half way."""
    monkeypatch.setattr(texts, "LONGEST_LINE", 8 * MIB)
    (tmp_path / name).write_bytes(packed(head, piece, 64))
    with pytest.raises(Invalid) as caught:
        FilesDriver(FilesConfig(path=str(tmp_path))).read("a").read_all()

    assert caught.value.code == code


def test_unpacking_gives_small_pieces():
    """However much a chunk unpacks to, no piece is larger than a quarter of a MiB."""
    body = packed(b"", b"\0" * MIB, 8)
    response = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(body))
    sizes = [len(piece) for piece in unpacking.unpacked(response)]

    assert sum(sizes) == 8 * MIB
    assert max(sizes) <= unpacking.PIECE
