"""What a sandbox sends through its door is a call that a run may make, or it is refused and nothing else happens."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from contextlib import closing, contextmanager, suppress

import pytest

from workbench.broker.door import KNOCK, Door, DoorCaller
from workbench.broker.framing import Channel
from workbench.core.errors import NotPermitted, Unavailable
from workbench.core.ids import new_id
from workbench.core.operations import registry
from workbench.domains.runs.service.acting import RunCaller
from workbench.domains.runs.service.ledger import Claim

pytestmark = pytest.mark.timeout(60)


class Echo:
    """A caller that answers with what it was asked, and notes it."""

    def __init__(self) -> None:
        self.asked = []

    def call(self, name, /, **fields):
        """Answer."""
        self.asked.append(name)
        return {"name": name, "fields": fields}

    stream = call


@pytest.fixture
def echo():
    """The caller outside."""
    return Echo()


@pytest.fixture
def door(echo):
    """A door with two places."""
    made = Door(echo, connections=2)
    yield made
    made.close()


@contextmanager
def inside(door):
    """The sandbox's end of a door."""
    with closing(socket.socket(fileno=os.dup(door.fileno()))) as sock:
        yield sock


@contextmanager
def connected(sock):
    """A connection through a door, made by hand."""
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    with closing(ours):
        with theirs:
            socket.send_fds(sock, [KNOCK], [theirs.fileno()])
        yield ours


def asked(ours, **header):
    """The answer to a frame."""
    channel = Channel(ours.dup())
    channel.send(header)
    answer = channel.receive()
    channel.close()
    return answer


def test_what_is_no_connection_is_closed_and_the_door_stays_open(door, echo, tmp_path):
    """Files, pipes, devices, listening sockets, datagrams, nothing and too much are not served; the next caller is."""
    (tmp_path / "file").write_text("x")
    reading, writing = os.pipe()
    with (
        inside(door) as sock,
        (tmp_path / "file").open() as file,
        closing(socket.socket(socket.AF_UNIX)) as listening,
        closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as datagram,
        closing(socket.socket(socket.AF_INET)) as network,
    ):
        listening.bind("\0" + new_id().hex)
        listening.listen()
        for descriptor in (file.fileno(), reading, writing, listening.fileno(), datagram.fileno(), network.fileno()):
            socket.send_fds(sock, [KNOCK], [descriptor])
        socket.send_fds(sock, [KNOCK], [sock.fileno(), reading])
        socket.send_fds(sock, [b"garbage" * 100], [reading])
        sock.send(b"x")
        os.close(reading)
        os.close(writing)
        with connected(sock) as ours:
            assert asked(ours, op="runs.show")[0]["reply"]["name"] == "runs.show"
    assert echo.asked == ["runs.show"]


FORGED = [
    b"GET / HTTP/1.1\r\n\r\n", b"\xff\xff\xff\xff", struct.pack(">I", 10) + b"[]", struct.pack(">I", 2) + b"[]",
    struct.pack(">I", 100_000) + b"[" * 100_000, struct.pack(">I", 12) + b'{"op": 1e999', bytes(64), b"\x00",
    struct.pack(">I", 5000) + b"9" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("noise", FORGED)
def test_a_forged_frame_ends_its_connection_and_no_other(door, echo, noise):
    """Bytes that are no frame are answered by the end of the connection; a second connection goes on."""
    with inside(door) as sock, connected(sock) as honest:
        assert asked(honest, op="before")[0]["reply"]["name"] == "before"
        with connected(sock) as forger:
            forger.sendall(noise)
            forger.shutdown(socket.SHUT_WR)
            assert forger.recv(10) == b""
        assert asked(honest, op="after")[0]["reply"]["name"] == "after"
    assert echo.asked == ["before", "after"]


@pytest.mark.parametrize("header", [{}, {"op": None}, {"op": "x", "fields": [1]}, {"op": "x", "fields": {"": 1}}])
def test_what_is_no_call_is_a_problem(door, header):
    """A frame that says nothing sensible is answered, and the connection stays."""
    with inside(door) as sock, connected(sock) as ours:
        for _ in range(2):
            answer, _ = asked(ours, **header)
            assert answer.keys() & {"problem", "reply"}


def test_a_sandbox_has_so_many_connections_and_no_more(door):
    """The third connection of two is closed; when one of them ends there is place again."""
    with inside(door) as sock, connected(sock) as first:
        with connected(sock) as second:
            assert asked(first, op="a")
            assert asked(second, op="b")
            with connected(sock) as third:
                assert third.recv(1) == b""
        for _ in range(100):
            with connected(sock) as again, suppress(ConnectionError):  # closed before or after it heard us
                again.sendall(struct.pack(">I", 11) + json.dumps({"op": "x"}).encode())
                if again.recv(1):
                    return
        pytest.fail("no place became free")


def test_a_closed_door_ends_what_is_under_way(echo):
    """A caller inside who waits for an answer hears that nobody will give one."""
    waiting, told = threading.Event(), threading.Event()

    def slow(*_, **__):
        waiting.set()
        told.wait(10)
        return {}

    echo.call = slow
    door = Door(echo)
    with inside(door) as sock:
        errors = []

        def ask():
            with pytest.raises(Unavailable) as error:
                DoorCaller(registry, sock).call("runs.show", id="x")
            errors.append(error.value.code)

        thread = threading.Thread(target=ask)
        thread.start()
        waiting.wait(10)
        door.close()
        told.set()
        thread.join(10)
        with pytest.raises(Unavailable, match="does not answer"):
            DoorCaller(registry, sock).call("runs.show", id="x")
    assert errors == ["connection_lost"]


@pytest.mark.parametrize(
    "name",
    ["connectors.create", "runs.start", "secrets.set", "members.list", "tables.delete", "runs.logs", "", "../x", 7],
)
def test_a_run_may_not_ask_for_anything_else(team, name):
    """Operations beyond a run's own are refused by name, before anything is looked up."""
    caller = RunCaller(team, Claim(new_id(), 1, "lease"))

    with pytest.raises(NotPermitted) as error:
        caller.call(name)
    assert error.value.code == "not_within_a_run"


def test_a_run_records_its_own_results_only(team):
    """The id of another run is refused like an operation that does not exist."""
    caller = RunCaller(team, Claim(new_id(), 1, "lease"))

    for name in ("runs.show", "runs.log_metric", "runs.log_figure", "runs.record_check"):
        with pytest.raises(NotPermitted):
            caller.call(name, id=str(new_id()))


def test_a_lease_that_was_given_up_opens_nothing(team):
    """An attempt whose lease is another's now cannot even read."""
    caller = RunCaller(team, Claim(new_id(), 1, "lease"))

    with pytest.raises(Exception, match="was given up"):
        caller.stream("tables.read", name="x")
