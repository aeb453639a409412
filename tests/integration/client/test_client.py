"""The Python client is the registry as methods, and raises what the server meant."""

from __future__ import annotations

import inspect
import json
import threading
import time

import httpx
import pyarrow as pa
import pytest

from tests.integration.jupyter_ext import toys
from workbench.client import Client
from workbench.core.errors import (
    AlreadyExists,
    Conflict,
    Invalid,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    StaleVersion,
    Throttled,
    Unavailable,
    WorkbenchError,
)
from workbench.core.operations import Download


def test_operations_are_methods_that_answer_views(client, name):
    """What is created is what is shown, as the reply models of the operations."""
    made = client.things.create(name=name, size=4, labels=["a"], extra={"deep": [1, {"x": None}]})

    assert isinstance(made, toys.ThingView)
    assert client.things.show(id=name) == made == client.call("things.show", id=made.id)
    assert client.things.list(q=name, limit=5, labels=["a", "b"]).items == [made]


def test_methods_explain_themselves(client):
    """Completion, documentation and signature of a method are the operation's."""
    assert "things" in dir(client)
    assert {"create", "list", "all"} <= set(dir(client.things))
    assert client.things.create.__doc__ == "Create a thing."
    signature = inspect.signature(client.things.create)
    assert list(signature.parameters) == ["name", "size", "labels", "extra", "heavy"]
    assert signature.parameters["name"].default is inspect.Parameter.empty


def test_what_is_not_there_is_an_attribute_error(client):
    """A noun or verb that nobody knows is told like any other missing attribute."""
    with pytest.raises(AttributeError, match="nothing called 'thongs'"):
        _ = client.thongs
    with pytest.raises(AttributeError, match="change, copy, create"):
        _ = client.things.creat
    with pytest.raises(Invalid, match="no operation"):
        client.call("no.such")


def test_all_pages_are_one_iterator(client, name):
    """`all` goes from page to page, with the fields of the list."""
    for number in range(7):
        client.things.create(name=f"{name}_{number}")

    found = [thing.name for thing in client.things.all(q=name, sort="name", limit=3)]

    assert found == [f"{name}_{number}" for number in range(7)]


def test_errors_are_those_of_the_gate(client, name, client_of, token):
    """Class, code, fix, fields and correlation id are the server's."""
    client.things.create(name=name)
    cases = [
        (NotFound, lambda: client.things.show(id="nothing")),
        (Invalid, lambda: client.things.create(name="Not a name")),
        (Conflict, lambda: client.things.create(name=name)),
        (StaleVersion, lambda: client.things.change(id=name, size=1, if_match='"99"')),
        (NotAuthenticated, client_of("wbt_no").things.list),
        (NotPermitted, client_of(token("runs:read")).things.list),
        (NotFound, client_of(token(), "nowhere").things.list),
        (WorkbenchError, client.things.fail),
    ]
    for kind, do in cases:
        with pytest.raises(kind) as error:
            do()
        assert type(error.value) is kind
        assert len(error.value.correlation_id) == 32
    with pytest.raises(Conflict) as again:
        client.things.create(name=name)
    assert (again.value.code, again.value.fix) == (AlreadyExists.code, "Choose another name.")


def test_headers_are_keywords(client, name):
    """`if_match` and `idempotency_key` are sent as headers; without the former a change overwrites."""
    first = client.things.create(name=name, idempotency_key=name)

    assert client.things.create(name=name, idempotency_key=name) == first
    assert client.things.change(id=name, size=2, if_match='"1"').etag == 2
    assert client.things.change(id=name, size=3).etag == 3


def test_rows_stream_both_ways(client):
    """Readers and tables are sent, readers come back, none of them whole in memory on the way."""
    table = pa.table({"n": list(range(30_000)), "text": ["x" * 50] * 30_000})

    assert client.things.load(body=table).rows == 30_000
    assert client.stream("things.load", table.to_reader(max_chunksize=1000)).batches == 30
    assert client.things.copy(body=table).read_all() == table
    assert client.things.read(rows=100_000).read_all().num_rows == 100_000


def test_a_reader_that_is_closed_early_lets_the_server_go(client):
    """Whoever has seen enough closes the reader, and the server stops."""
    reader = client.things.read(rows=50_000_000, wide=100)
    assert next(reader).num_rows > 0
    closed = toys.Meter.closed
    del reader

    assert closed.wait(10)


def test_rows_that_break_off_are_an_error(client):
    """A stream that ends early raises, it does not end."""
    with pytest.raises(Unavailable) as error:
        client.things.read(rows=2_000_000, fail_at=1_000_000, wide=50).read_all()

    assert error.value.code == "connection_lost"


def test_a_file_comes_with_its_name(client, name):
    """A download has chunks, a type and a name without a path."""
    client.things.create(name=name)
    found = client.things.file(id=name)

    assert isinstance(found, Download)
    assert b"".join(found.content) == b"0123456789" * 500_000
    assert (found.media_type, found.filename) == ("text/html", 'na"me_.._é.html')


def test_events_are_an_iterator(client, name):
    """Events after a number come, then those that happen."""
    heard = []

    def listen():
        for event in client.events():
            heard.append(event)
            if len(heard) == 2:
                return

    thread = threading.Thread(target=listen)
    thread.start()
    time.sleep(1)
    first = client.things.create(name=name)
    client.things.create(name=f"{name}_b")
    thread.join(20)

    assert [event.name for event in heard] == ["thing.created"] * 2
    assert heard[0].object_id == first.id
    again = next(client.events(since=heard[0].sequence - 1))
    assert again == heard[0]


def test_nobody_may_listen_without_a_token(client_of):
    """A stream that cannot be opened raises what the server said."""
    with pytest.raises(NotAuthenticated):
        next(client_of("wbt_no").events())


def answering(*answers):
    """A client of a server that gives these answers in turn, and the requests that it got."""
    got, waiting = [], list(answers)

    def handler(request):
        got.append(request)
        status, headers, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return httpx.Response(status, headers=headers, content=body)

    return Client("http://server", "t", registry=toys.registry, transport=httpx.MockTransport(handler)), got


BUSY = (503, {"Retry-After": "0"}, json.dumps(Unavailable("Busy.", code="busy").problem()))
FULL = (429, {"Retry-After": "0"}, json.dumps(Throttled("Full.").problem()))
EMPTY = (200, {}, json.dumps({"items": [], "next": None, "total": None}))


def test_reading_is_tried_again_while_the_server_is_busy():
    """503 and 429 are waited out as Retry-After says, a few times."""
    client, got = answering(BUSY, FULL, EMPTY)
    assert client.things.list().items == []
    assert len(got) == 3

    client, got = answering(BUSY)
    with pytest.raises(Unavailable, match="Busy"):
        client.things.list()
    assert len(got) == 4


def test_writing_is_not_tried_again():
    """What might have been done is not done twice."""
    client, got = answering(BUSY)
    with pytest.raises(Unavailable):
        client.things.create(name="a")

    assert len(got) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ((502, {}, b"<html>bad gateway"), WorkbenchError, "http_502"),
        ((404, {}, b"<html>"), NotFound, "http_404"),
        ((302, {"Location": "/login"}, b""), NotFound, "http_302"),
        ((401, {}, b'{"message": "no"}'), NotAuthenticated, "http_401"),
        ((500, {}, b"[]"), WorkbenchError, "http_500"),
    ],
)
def test_a_server_that_is_not_ours_is_told_apart(answer, kind, code):
    """Answers that are no problem documents become errors that name what came."""
    client, _ = answering(answer)
    with pytest.raises(kind) as error:
        client.call("things.create", name="a")

    assert (type(error.value), error.value.code) == (kind, code)
    assert "jupyter-workbench" in error.value.fix


def test_a_server_that_is_not_there_is_unavailable():
    """A refused connection says which server, and what to check."""
    with pytest.raises(Unavailable) as error:
        Client("http://127.0.0.1:1", "t", registry=toys.registry).things.create(name="a")

    assert error.value.code == "server_unreachable"
    assert "http://127.0.0.1:1" in error.value.detail


@pytest.mark.parametrize("url", ["localhost:8888", "ftp://x", "", "http://"])
def test_a_url_is_checked_at_once(url):
    """What is not the URL of a server is refused when the client is made."""
    with pytest.raises(Invalid, match="not the URL"):
        Client(url, "t")


@pytest.mark.parametrize("key", ["a/b", "a b", "é", "?x=1", "..", "a#b", "%2F"])
def test_keys_are_quoted_into_the_path(client, key):
    """Whatever a name holds, it stays one segment of the path."""
    with pytest.raises(NotFound) as error:
        client.things.show(id=key)

    assert error.value.code == ("no_route" if key == ".." else "thing_not_found")


def test_a_missing_key_is_told_before_anything_is_sent(client):
    """Who misnames an argument hears what the operation takes, not that there is no such route."""
    with pytest.raises(Invalid, match=r"things\.show needs id") as raised:
        client.call("things.show", name="lamp")

    assert "id" in raised.value.fix


def test_bytes_and_json_are_not_confused(client):
    """An operation that streams is not called like one that does not."""
    with pytest.raises(Invalid, match="stream"):
        client.call("things.read", rows=1)
