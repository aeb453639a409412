"""Calls over a socket are the calls they would be in process."""

from __future__ import annotations

import socket
import threading
from contextlib import closing

import pyarrow as pa
import pytest

from tests.integration.jupyter_ext import toys
from workbench.broker import ipc
from workbench.broker.framing import Channel
from workbench.broker.remote import SocketCaller, serve
from workbench.core.caller import LocalCaller
from workbench.core.errors import AlreadyExists, Conflict, Invalid, NotFound, Unavailable
from workbench.core.operations import Download
from workbench.core.settings import load
from workbench.domains.access import service


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """A caller in this process."""
    folder = tmp_path_factory.mktemp("toys")
    workbench = toys.open_toys(load({"home": folder / "home", "root": folder}, environ={}))

    yield LocalCaller(workbench, lambda db: workbench.context(db, service.os_principal(db)))
    workbench.close()


@pytest.fixture
def remote(local):
    """A caller whose calls are carried out by the other end of a socket."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=serve, args=(theirs, local), kwargs={"decode": ipc.untrusted})
    thread.start()
    caller = SocketCaller(toys.registry, ours)
    yield caller
    caller.close()
    thread.join(10)
    assert not thread.is_alive()


def test_a_call_answers_the_same_model(local, remote):
    """What one caller made the other finds, as equal views of the same class."""
    made = remote.call("things.create", name="far", size=3, extra={"deep": [1, None]})

    assert made == local.call("things.show", id="far") == remote.call("things.show", id=str(made.id))
    assert [item.name for item in remote.call("things.list", q="far").items] == ["far"]


def test_an_error_is_raised_as_its_own_class(remote):
    """Class, code, detail, fix and fields of an error come through."""
    with pytest.raises(NotFound) as missing:
        remote.call("things.show", id="nothing")
    with pytest.raises(Invalid) as wrong:
        remote.call("things.create", name="Not a name")
    remote.call("things.create", name="twice")
    with pytest.raises(Conflict) as again:
        remote.call("things.create", name="twice")

    assert missing.value.code == "thing_not_found"
    assert wrong.value.errors[0]["pointer"] == "/name"
    assert (again.value.code, again.value.fix) == (AlreadyExists.code, "Choose another name.")


def test_rows_go_and_come(remote):
    """A stream of rows is taken and one is given, many batches each, in one connection with ordinary calls."""
    assert remote.stream("things.read", rows=5500).read_all()["n"].to_pylist() == list(range(5500))
    rows = pa.table({"n": list(range(3000))}).to_reader(max_chunksize=1000)
    assert remote.stream("things.load", rows).rows == 3000
    assert remote.call("things.list", limit=1)


def test_a_refused_body_leaves_the_connection_in_step(remote):
    """An operation that is refused before it reads its body is answered, and the next call is understood."""
    rows = pa.table({"n": list(range(500_000))}).to_reader(max_chunksize=10_000)
    with pytest.raises(Invalid):
        remote.stream("things.load", rows, nonsense=1)

    assert remote.stream("things.read", rows=10).read_all().num_rows == 10


def test_a_source_that_fails_midway_is_an_error_not_an_end(remote):
    """The reader gets the source's own error, and the connection lives on."""
    with pytest.raises(Unavailable, match="source went away"):
        remote.stream("things.read", rows=100_000, fail_at=50_000)

    assert remote.call("things.list", limit=1)


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"op": "no.such"},
        {"op": "things.list", "fields": 7},
        {"op": ["x"]},
        {"op": "things.list", "fields": {"name": 1}},
    ],
)
def test_what_is_no_call_is_answered_with_a_problem(local, frame):
    """A frame without an operation, or with fields that are none, is refused and the connection kept."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=serve, args=(theirs, local))
    thread.start()
    channel = Channel(ours)
    for _ in range(2):
        channel.send(frame)
        header, _ = channel.receive()
        assert header["problem"]["status"] in (400, 422)
    channel.close()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize("noise", [b"GET / HTTP/1.1\r\n\r\n", b"\x00\x00\x00\x02[]", b"\x00"])
def test_a_peer_that_speaks_otherwise_is_given_up(local, noise, caplog):
    """Noise ends the connection with a line in the log, not with a traceback in a thread."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=serve, args=(theirs, local))
    thread.start()
    with closing(ours):
        ours.sendall(noise)
        ours.shutdown(socket.SHUT_WR)
        assert ours.recv(10) == b""
    thread.join(10)

    assert "a peer is given up" in caplog.text


@pytest.mark.parametrize("kind", ["bytes", "path", "chunks"])
def test_a_file_comes_as_it_is(local, remote, monkeypatch, tmp_path, kind):
    """Its bytes, however it was answered, and what it is; an error among its chunks is raised, and calls go on."""
    whole = bytes(range(256)) * 20_000
    (tmp_path / "file").write_bytes(whole)
    content = {"bytes": whole, "path": tmp_path / "file", "chunks": iter([b"", whole[:9], whole[9:]])}[kind]
    monkeypatch.setattr(local, "call", lambda *_, **__: Download(content, "image/png", "a.png"))
    found = remote.call("things.show", id="x")
    assert (bytes(found.content), found.media_type, found.filename) == (whole, "image/png", "a.png")

    def failing():
        yield b"half"
        raise NotFound("The other half is gone.")

    monkeypatch.setattr(local, "call", lambda *_, **__: Download(failing(), "image/png"))
    with pytest.raises(NotFound, match="other half"):
        remote.call("things.show", id="x")
    monkeypatch.undo()
    assert remote.call("things.list", q="nothing like it").items == []


def test_a_peer_that_is_gone_is_unavailable(local):
    """A call to an end that closed raises Unavailable, and so does every later one."""
    ours, theirs = socket.socketpair()
    caller = SocketCaller(toys.registry, ours)
    theirs.close()

    for _ in range(2):
        with pytest.raises(Unavailable) as error:
            caller.call("things.list")
        assert error.value.code == "connection_lost"
    caller.close()
