"""What goes into a channel comes out of it, whatever the network makes of the bytes; the rest is refused."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import closing, contextmanager, suppress

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.broker import framing, ipc
from workbench.broker.framing import ABORTED, LENGTH, Channel
from workbench.core.errors import Conflict, Malformed, Unavailable, WorkbenchError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
HEADERS = st.dictionaries(st.text().filter(lambda name: name != "body"), VALUES, max_size=4)
BODIES = st.none() | st.lists(st.integers(0, 400), max_size=4)


def rows(sizes):
    """A reader of batches of these sizes."""
    schema = pa.schema([("n", pa.int64()), ("text", pa.string())])
    batches = [pa.record_batch([list(range(size)), ["é" * (size % 7)] * size], schema=schema) for size in sizes]
    return pa.RecordBatchReader.from_batches(schema, batches)


@contextmanager
def ends():
    """The two ends of a connection."""
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    theirs.settimeout(10)
    with closing(ours), closing(theirs):
        yield ours, theirs


def wire(*frames):
    """The bytes of frames."""
    with ends() as (ours, theirs):
        found = bytearray()

        def read():
            while data := theirs.recv(65536):
                found.extend(data)

        reader = threading.Thread(target=read)
        reader.start()
        channel = Channel(ours)
        for header, sizes in frames:
            channel.send(header, None if sizes is None else rows(sizes))
        channel.close()
        reader.join(10)
        return bytes(found)


def received(data, sizes):
    """What a channel receives of bytes that come in pieces of these sizes, in turn."""
    with ends() as (ours, theirs):

        def write():
            start, turn = 0, 0
            while start < len(data):
                size = sizes[turn % len(sizes)]
                with suppress(OSError):  # the reader may have had enough
                    theirs.sendall(data[start : start + size])
                start, turn = start + size, turn + 1
            theirs.close()

        writer = threading.Thread(target=write)
        writer.start()
        channel, found = Channel(ours), []
        try:
            while (frame := channel.receive()) is not None:
                header, body = frame
                found.append((header, None if body is None else body.read_all()))
        finally:
            channel.close()
            writer.join(10)
        return found


@given(frames=st.lists(st.tuples(HEADERS, BODIES), max_size=4), sizes=st.lists(st.integers(1, 5000), min_size=1))
def test_frames_arrive_as_they_were_sent(frames, sizes):
    """Headers and batches come out whole and in order, wherever the network cuts the bytes."""
    found = received(wire(*frames), sizes)

    assert [header for header, _ in found] == [header | {"body": body is not None} for header, body in frames]
    assert [body for _, body in found] == [None if body is None else rows(body).read_all() for _, body in frames]


@given(data=st.binary(max_size=300))
def test_noise_is_refused(data):
    """Bytes that are no frames end in an error of ours or in silence, never in another one or in a wait."""
    try:
        found = received(data, [len(data) or 1])
    except (Malformed, Unavailable):
        return
    assert all(isinstance(header, dict) for header, _ in found)


@given(cut=st.integers(1, 10_000), flip=st.integers(0, 255))
@example(cut=251, flip=1)  # a length that asks for more memory than there is
def test_damage_never_passes_for_data(cut, flip):
    """A frame that lost its end or a byte is refused, or what is read of it is what was sent."""
    data = bytearray(wire(({"a": 1}, [50, 50])))
    place = cut % len(data)
    whole = rows([50, 50]).read_all()
    for damaged in (bytes(data[:place]), bytes(data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :])):
        try:
            found = received(damaged, [1000])
        except (WorkbenchError, OSError):
            continue
        for _, body in found:
            assert body is None or body.schema != whole.schema or body.num_rows in (0, 50, 100)


def test_a_body_that_nobody_read_is_passed_over():
    """The next frame is found behind a body that was not read, or only begun."""
    data = wire(({"n": 1}, [300, 300]), ({"n": 2}, [300, 300]), ({"n": 3}, None))
    with ends() as (ours, theirs):
        threading.Thread(target=lambda: (theirs.sendall(data), theirs.close())).start()
        channel = Channel(ours)
        first, _ = channel.receive()
        second, begun = channel.receive()
        next(begun)
        third, _ = channel.receive()
        assert (first["n"], second["n"], third["n"], channel.receive()) == (1, 2, 3, None)
        channel.close()


def test_a_sender_that_fails_among_its_batches_says_so():
    """The receiver gets the sender's own error instead of an end; both go on with the next frame."""

    def failing():
        yield from rows([10])
        raise Conflict("The source changed.", fix="Read again.", code="source_changed")

    with ends() as (ours, theirs):
        sender, receiver = Channel(ours), Channel(theirs)
        with pytest.raises(Conflict):
            sender.send({"n": 1}, pa.RecordBatchReader.from_batches(rows([]).schema, failing()))
        sender.send({"n": 2})
        with pytest.raises(Conflict, match="source changed") as error:
            receiver.receive()[1].read_all()
        assert (error.value.code, error.value.fix) == ("source_changed", "Read again.")
        assert receiver.receive()[0]["n"] == 2
        sender.close()
        receiver.close()


def test_a_sender_that_breaks_closes_the_connection():
    """After a fault that nobody foresaw, what was sent is not taken for the whole."""

    def breaking():
        yield from rows([10])
        raise ZeroDivisionError

    with ends() as (ours, theirs):
        sender, receiver = Channel(ours), Channel(theirs)
        with pytest.raises(ZeroDivisionError):
            sender.send({}, pa.RecordBatchReader.from_batches(rows([]).schema, breaking()))
        with pytest.raises(Unavailable, match="middle of a frame"):
            receiver.receive()[1].read_all()
        receiver.close()


@pytest.mark.parametrize(
    "data",
    [
        LENGTH.pack(framing.HEADER_BYTES + 1),
        LENGTH.pack(5) + b"[1,2]",
        LENGTH.pack(3) + b"\xff{}",
        LENGTH.pack(20_000) + b"[" * 10_000 + b"]" * 10_000,
        b"\x00\x00",
    ],
)
def test_what_is_no_header_is_refused(data):
    """Headers that are too long, no object, not JSON, too deep or cut short are malformed."""
    with pytest.raises(Malformed):
        received(data, [len(data)])


@pytest.mark.parametrize(
    ("length", "kind"), [(framing.LARGEST_CHUNK + 1, Malformed), (10, Unavailable), (ABORTED, WorkbenchError)]
)
def test_what_is_no_chunk_is_refused(length, kind):
    """A chunk that announces too much is not waited for, and one that never comes ends with the connection."""
    header = json.dumps({"body": True}).encode()
    problem = b"{}" if length == ABORTED else b""
    tail = LENGTH.pack(len(problem)) + problem if problem else b"abc"

    with pytest.raises(kind):
        received(LENGTH.pack(len(header)) + header + LENGTH.pack(length) + tail, [7])


def test_a_header_that_is_too_long_is_not_sent():
    """The sender is told before a byte goes out."""
    with ends() as (ours, theirs):
        with closing(Channel(ours)) as channel, pytest.raises(Malformed):
            channel.send({"x": "y" * framing.HEADER_BYTES})
        assert theirs.recv(1) == b""


@given(
    sizes=st.lists(st.integers(0, 300), max_size=5),
    chunk=st.integers(1, 4000),
    cuts=st.lists(st.integers(1, 999), min_size=1),
)
def test_batches_survive_any_chunking(sizes, chunk, cuts):
    """An IPC stream in chunks of any size, cut anew at will, is the same rows again; pieces stay within bounds."""
    pieces = list(ipc.chunks(rows(sizes), size=chunk))
    data, again, turn = b"".join(pieces), [], 0
    while data:
        size = cuts[turn % len(cuts)]
        again.append(data[:size])
        data, turn = data[size:], turn + 1

    assert ipc.reader(again, untrusted=True).read_all() == rows(sizes).read_all()
    assert all(0 < len(piece) <= 4 * chunk for piece in pieces)


def test_the_source_of_a_stream_is_closed_at_its_end():
    """When the rows were read, failed to be read or were none, whoever gave the bytes is told once."""
    closed = []
    data = b"".join(ipc.chunks(rows([5])))

    ipc.reader([data], lambda: closed.append("end")).read_all()
    with pytest.raises(Malformed):
        ipc.reader([b"nonsense"], lambda: closed.append("nonsense"))

    assert closed == ["end", "nonsense"]
