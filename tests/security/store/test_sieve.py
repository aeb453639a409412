"""Rows of somebody who lies are decoded in a process that can be lost, and what comes back fits the store."""

from __future__ import annotations

import io
import struct

import pyarrow as pa
import pytest

from workbench.core.errors import Invalid, Malformed, Throttled, Unavailable, WorkbenchError
from workbench.domains.store.drivers.sieve import AT_ONCE, Sieve
from workbench.domains.store.drivers.workers import Workers

pytestmark = pytest.mark.timeout(120)
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def sieve():
    """A sieve whose processes may hold some 200 MiB beyond their start."""
    workers = Workers(memory=1, seconds=60)
    yield Sieve(workers)
    workers.close()


def stream(*batches, options=None):
    """The bytes of an Arrow IPC stream."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, batches[0].schema, options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue()


def test_honest_rows_come_back_in_the_store_s_types(sieve):
    """Many chunks and batches come back in order, dictionaries as what they stand for."""
    words = pa.array(["a", "b", None, "a"]).dictionary_encode()
    batch = pa.record_batch({"n": pa.array([1, 2, 3, 4], pa.uint8()), "word": words, "none": pa.nulls(4)})
    data = stream(*[batch] * 50)

    rows = sieve(data[at : at + 100] for at in range(0, len(data), 100))

    assert rows.schema.types == [pa.int16(), pa.string(), pa.string()]
    assert rows.read_all().to_pydict() == {
        "n": [1, 2, 3, 4] * 50, "word": ["a", "b", None, "a"] * 50, "none": [None] * 200,
    }  # fmt: skip


def test_a_few_bytes_that_stand_for_a_great_many_are_refused(sieve):
    """A dictionary of one long text and a million tiny indices does not become the terabyte that it stands for."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int8()), pa.array(["x" * MIB]))

    with pytest.raises(Invalid) as error:
        sieve([stream(pa.record_batch({"text": text}))]).read_all()

    assert error.value.code in ("body_too_large", "value_out_of_range")


def test_a_compressed_bomb_is_refused(sieve):
    """Some kilobytes that unpack to gigabytes end their process, and nothing else."""
    column = pa.Array.from_buffers(pa.int8(), 150 * MIB, [None, pa.py_buffer(bytes(150 * MIB))])
    packed = pa.ipc.IpcWriteOptions(compression="zstd")
    data = stream(pa.record_batch([column] * 6, names=list("abcdef")), options=packed)
    assert len(data) < MIB

    with pytest.raises(WorkbenchError):
        sieve([data]).read_all()
    assert sieve([stream(pa.record_batch({"n": [1]}))]).read_all().num_rows == 1


def test_a_length_that_lies_is_refused(sieve):
    """A batch that says it has a terabyte is refused before anybody waits for it."""
    data = stream(pa.record_batch({"n": pa.array(range(1000), pa.int64())}))
    lying = data.replace(struct.pack("<q", 8000), struct.pack("<q", 1 << 40))
    assert lying != data

    with pytest.raises(WorkbenchError):
        sieve([lying]).read_all()


@pytest.mark.parametrize("data", [b"", b"GET / HTTP/1.1", b"\xff" * 5000, b"PAR1" + bytes(100)])
def test_what_is_no_stream_is_refused(sieve, data):
    """Noise is malformed."""
    with pytest.raises(Malformed, match="not an Arrow IPC stream"):
        sieve([data] if data else [])


def test_an_offset_that_leads_elsewhere_is_refused(sieve):
    """Text whose offsets point out of its own bytes is not read."""
    data = stream(pa.record_batch({"text": ["abc", "defg"]}))
    lying = data.replace(struct.pack("<iii", 0, 3, 7), struct.pack("<iii", 0, 3, 1_000_000))
    assert lying != data

    with pytest.raises(Malformed):
        sieve([lying]).read_all()


def test_a_value_that_the_store_cannot_hold_is_named(sieve):
    """The refusal of the confined process arrives as it would be raised here."""
    data = stream(pa.record_batch({"big": pa.array([1 << 63], pa.uint64())}))

    with pytest.raises(Invalid, match="'big'") as error:
        sieve([data]).read_all()
    assert error.value.code == "value_out_of_range"


def test_a_source_that_fails_is_heard_of(sieve):
    """What goes wrong with the peer is what the reader hears."""
    data = stream(*[pa.record_batch({"n": list(range(1000))})] * 3)

    def failing():
        yield data[:9000]
        raise Unavailable("the peer went away")

    with pytest.raises(Unavailable, match="the peer went away"):
        sieve(failing()).read_all()


def test_a_peer_has_a_few_processes_at_once(sieve):
    """More streams than allowed are refused, and there is place again when one has been read or dropped."""
    data = stream(pa.record_batch({"n": [1]}))
    readers = [sieve([data]) for _ in range(AT_ONCE)]

    with pytest.raises(Throttled):
        sieve([data])
    readers.pop().read_all()
    readers.clear()
    assert sieve([data]).read_all().num_rows == 1
