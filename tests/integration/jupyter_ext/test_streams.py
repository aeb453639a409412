"""Batches and files over HTTP: whole, bounded in memory, and gone when the client is."""

from __future__ import annotations

import asyncio
import re
import socket
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import httpx
import pyarrow as pa
import pytest
from sqlalchemy import select

from jupyter_ext import sending
from tests.integration.jupyter_ext import toys
from workbench.broker import ipc
from workbench.core import places
from workbench.core.errors import Throttled
from workbench.core.pools import SENT, Pools
from workbench.domains.audit.models import AuditRecord

ARROW = {"Content-Type": ipc.MEDIA_TYPE}


def table(rows: int) -> pa.Table:
    """Some rows."""
    return pa.table({"n": list(range(rows)), "text": ["x"] * rows})


def body(rows: int) -> bytes:
    """Some rows as they are sent."""
    return b"".join(ipc.chunks(table(rows).to_reader(max_chunksize=1000)))


def test_rows_are_read_as_an_arrow_stream(api):
    """A reply of many batches is one IPC stream of all rows, in order."""
    answer = api.get("/w/default/rows", params={"rows": 5500})

    assert answer.headers["Content-Type"] == ipc.MEDIA_TYPE
    found = pa.ipc.open_stream(answer.content).read_all()
    assert found["n"].to_pylist() == list(range(5500))


def test_rows_are_sent_as_an_arrow_stream(api):
    """An operation takes all rows of a body, whatever the sizes of its chunks."""
    data = body(3500)
    small = (data[start : start + 777] for start in range(0, len(data), 777))

    answer = api.post("/w/default/rows", content=small, headers=ARROW)

    assert answer.json() == {"rows": 3500, "batches": 4}


def test_rows_go_both_ways(api):
    """An operation may answer rows made of the rows that were sent."""
    answer = api.post("/w/default/rows/copy", content=body(2500), headers=ARROW)

    assert pa.ipc.open_stream(answer.content).read_all() == table(2500)


@pytest.mark.parametrize("cut", [0, 3, 100, -200])
def test_a_broken_stream_is_a_problem(api, cut):
    """Bytes that are no IPC stream, or half of one, are refused as such."""
    data = body(3000)[:cut] if cut else b"nonsense" * 10

    answer = api.post("/w/default/rows", content=data, headers=ARROW)

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), answer.text


def test_values_that_lie_are_refused(api):
    """Offsets that point outside their buffer are found before anybody reads along them."""
    honest = b"".join(ipc.chunks(pa.table({"text": ["seven77"]}).to_reader()))
    before, offsets, after = honest.rpartition(b"\x00\x00\x00\x00\x07\x00\x00\x00")

    answer = api.post("/w/default/rows", content=before + b"\0\0\0\0\0\0\0\x40" + after, headers=ARROW)

    assert offsets

    assert answer.status_code == 400, answer.text


def test_json_is_not_rows(api):
    """An operation that takes rows refuses another content type."""
    answer = api.post("/w/default/rows", json={})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media")


def test_an_error_before_the_first_row_is_a_problem(api):
    """What fails before anything was sent has its own status, not a broken stream."""
    answer = api.get("/w/default/rows", params={"rows": 10, "fail_at": 0})

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_an_error_among_the_rows_breaks_the_stream_off(api):
    """What fails later cuts the connection, so that nobody takes a part for the whole."""
    with pytest.raises(httpx.RemoteProtocolError):
        api.get("/w/default/rows", params={"rows": 2_000_000, "fail_at": 1_000_000, "wide": 50})


def test_rows_are_made_no_faster_than_they_are_taken(server):
    """A client that stops reading stops the reader too; when it goes away, the reader is closed."""
    with server.client() as client:
        with client.stream("GET", "/w/default/rows", params={"rows": 50_000_000, "wide": 100}) as answer:
            reading = answer.iter_raw(1000)
            next(reading)
            time.sleep(1)
            made = toys.Meter.made
            time.sleep(0.5)
            assert toys.Meter.made == made < 1_000_000
        assert toys.Meter.closed.wait(5)


def test_slow_clients_leave_the_others_alone(server, api):
    """With several clients that take nothing, ordinary operations are answered as ever."""
    host = urlsplit(server.base)
    sockets = [socket.create_connection((host.hostname, host.port)) for _ in range(10)]
    request = (
        "GET /base/workbench/api/v1/w/default/rows?rows=50000000&wide=100 HTTP/1.1\r\n"
        f"Host: {host.netloc}\r\nAuthorization: token {server.token}\r\n\r\n"
    )
    for each in sockets:
        each.sendall(request.encode())
    try:
        started = time.monotonic()
        assert all(api.get("/w/default/things").status_code == 200 for _ in range(10))
        assert time.monotonic() - started < 5
    finally:
        for each in sockets:
            each.close()


def test_only_so_many_streams_at_once(server, api):
    """One stream more than one person may have is told to come again."""
    host = urlsplit(server.base)
    sockets = []
    try:
        for _ in range(40):
            each = socket.create_connection((host.hostname, host.port), timeout=10)
            sockets.append(each)
            each.sendall(
                "GET /base/workbench/api/v1/w/default/rows?rows=50000000&wide=100 HTTP/1.1\r\n"
                f"Host: {host.netloc}\r\nAuthorization: token {server.token}\r\n\r\n".encode()
            )
            if b"429" in each.recv(20):
                break
        else:
            pytest.fail("nobody was sent away")
        assert api.get("/w/default/rows", params={"rows": 1}).headers["Retry-After"] == "1"
    finally:
        for each in sockets:
            each.close()


def test_an_answer_that_nobody_takes_gives_way(server, api, monkeypatch):
    """Whoever has all that one may have, and takes nothing, is sent the next one instead of the oldest."""
    monkeypatch.setattr(places, "STALL_SECONDS", 0.0)
    host = urlsplit(server.base)
    sockets = []
    try:
        for _ in range(SENT // 2):
            each = socket.create_connection((host.hostname, host.port), timeout=10)
            sockets.append(each)
            each.sendall(
                "GET /base/workbench/api/v1/w/default/rows?rows=50000000&wide=100 HTTP/1.1\r\n"
                f"Host: {host.netloc}\r\nAuthorization: token {server.token}\r\n\r\n".encode()
            )
            assert b"200" in each.recv(20)
        until = time.monotonic() + 20
        while (answer := api.get("/w/default/rows", params={"rows": 1})).status_code == 429:
            assert time.monotonic() < until
            time.sleep(0.1)
        assert answer.status_code == 200
    finally:
        for each in sockets:
            each.close()


def test_long_documents_that_nobody_takes_are_no_more_than_one_may_have(server, api):
    """The next long one is told to come again; short ones, and answers of changes, find no places taken."""
    host, size = urlsplit(server.base), 20_000_000
    with ExitStack() as stack:
        for _ in range(SENT // 2):
            each = stack.enter_context(closing(socket.create_connection((host.hostname, host.port), timeout=10)))
            each.sendall(
                f"GET /base/workbench/api/v1/w/default/text?wide={size} HTTP/1.1\r\n"
                f"Host: {host.netloc}\r\nAuthorization: token {server.token}\r\n\r\n".encode()
            )
            assert b"200" in each.recv(20)
        refused = api.get("/w/default/text", params={"wide": size})

        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert api.get("/w/default/text", params={"wide": 100_000}).status_code == 200
        assert len(api.post("/w/default/text", json={"wide": size}).json()["text"]) == size


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_long_document_is_as_a_short_one(api, coding):
    """It has a tag that saves sending it again, its length where it is sent as it is, and comes compressed."""
    accepted = {"Accept-Encoding": coding}
    answer = api.get("/w/default/text", params={"wide": 1_000_000}, headers=accepted)
    again = accepted | {"If-None-Match": answer.headers["ETag"]}

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers.get("Content-Encoding", "identity") == coding
    assert answer.headers.get("Content-Length") == (str(len(answer.content)) if coding == "identity" else None)
    assert answer.json() == {"text": "x" * 1_000_000}
    assert api.get("/w/default/text", params={"wide": 1_000_000}, headers=again).status_code == 304

    head = api.head("/w/default/text", params={"wide": 1_000_000}, headers=accepted)
    assert (head.content, head.headers["Content-Length"]) == (b"", str(len('{"text":""}') + 1_000_000))
    assert head.headers["ETag"] == answer.headers["ETag"]


def test_a_stream_that_finds_no_place_is_let_go_of():
    """Where too much is being sent already, the reader that was opened is closed before the refusal is answered."""
    closed = threading.Event()
    schema = pa.schema([("n", pa.int64())])

    def batches():
        try:
            yield None
            yield pa.record_batch([[1]], schema=schema)
        finally:
            closed.set()

    begun = batches()
    next(begun)
    outgoing = sending.arrow(pa.RecordBatchReader.from_batches(schema, begun))
    del begun
    pools = Pools()
    for _ in range(SENT // 2):
        pools.sent.take("ada")

    async def send():
        await sending.Sending(None, pools).send(200, outgoing, "ada")

    with pytest.raises(Throttled, match="You have"):
        asyncio.run(send())

    assert closed.is_set()


def test_slow_work_leaves_the_others_alone(server, api):
    """While raw operations take long, and more of them wait, ordinary operations are answered as ever."""
    with ThreadPoolExecutor(12) as crowd:
        slow = [crowd.submit(api.post, "/w/default/things/wait", json={"seconds": 1.5}) for _ in range(12)]
        while server.workbench.pools.work._executor._work_queue.qsize() < 4:
            time.sleep(0.01)
        assert api.get("/w/default/things").status_code == 200
        assert not all(each.done() for each in slow)
        assert all(each.result().status_code == 200 for each in slow)


def test_writers_that_wait_keep_no_reader_waiting(server, api, name):
    """While many writers wait for a database that somebody holds, readers are answered; then all is written."""
    pools = server.workbench.pools
    with closing(sqlite3.connect(server.workbench.settings.home / "workbench.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(16) as crowd:
            waiting = [crowd.submit(api.post, "/w/default/things", json={"name": f"{name}_{n}"}) for n in range(16)]
            while pools.writes._executor._work_queue.qsize() < 10:
                time.sleep(0.01)
            assert api.get("/w/default/things").status_code == 200
            assert not any(each.done() for each in waiting)
            other.execute("ROLLBACK")
            assert {each.result().status_code for each in waiting} == {201}


def test_an_upload_that_breaks_off_leaves_nothing(server):
    """Of a client that goes away in the middle of its body, no spooled file stays open and no call is made."""
    host = urlsplit(server.base)
    with socket.create_connection((host.hostname, host.port)) as half:
        half.sendall(
            f"POST /base/workbench/api/v1/w/default/rows HTTP/1.1\r\nHost: {host.netloc}\r\n"
            f"Authorization: token {server.token}\r\nContent-Type: {ipc.MEDIA_TYPE}\r\n"
            "Content-Length: 5000000\r\n\r\n".encode()
            + b"x" * 2_000_000
        )
        time.sleep(0.3)
    with server.client() as client:
        assert client.get("/w/default/things").status_code == 200


def test_an_upload_of_somebody_who_may_not_is_refused_at_once(server, token):
    """Without the permission the answer comes before the body is taken, and is on record once."""
    host = urlsplit(server.base)
    with socket.create_connection((host.hostname, host.port), timeout=10) as half:
        half.sendall(
            f"POST /base/workbench/api/v1/w/default/rows HTTP/1.1\r\nHost: {host.netloc}\r\n"
            f"Authorization: Bearer {token('tables:read')}\r\nContent-Type: {ipc.MEDIA_TYPE}\r\n"
            f"traceparent: 00-{'ab' * 16}-{'cd' * 8}-01\r\nContent-Length: 5000000000\r\n\r\n".encode()
        )
        answer = half.recv(100)

    assert b" 403 " in answer
    with server.workbench.read() as db:
        query = select(AuditRecord.operation, AuditRecord.outcome).where(AuditRecord.correlation_id == "ab" * 16)
        assert [tuple(row) for row in db.execute(query)] == [("things.load", "denied")]


def test_a_file_is_sent_for_keeping(api, name):
    """A download has its length, a harmless name, and headers by which a browser runs nothing of it."""
    api.post("/w/default/things", json={"name": name})

    answer = api.get(f"/w/default/things/{name}/file", headers={"Accept-Encoding": "identity"})
    packed = api.get(f"/w/default/things/{name}/file", headers={"Accept-Encoding": "gzip"})

    assert answer.content == b"0123456789" * 500_000 == packed.content
    assert packed.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Length"] == "5000000"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    disposition = answer.headers["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename=\"[^\"\r\n/]+\"; filename\*=UTF-8''[\w%.]+", disposition), disposition
