"""Bodies that need several chunks arrive as they were sent."""

import socket
import threading

import pyarrow as pa
import pytest

from workbench.broker.framing import CHUNK_BYTES, Channel


@pytest.mark.parametrize("columns", [1, 3, 7])
def test_a_batch_that_spans_chunks_arrives_whole(columns):
    """Messages end anywhere within chunks, and the peer reads each to its end, then the next frame."""
    values = pa.array(range(CHUNK_BYTES // 5))
    batch = pa.record_batch({f"c{number}": values for number in range(columns)})
    ours, theirs = socket.socketpair()
    sender, receiver = Channel(ours), Channel(theirs)

    def send():
        sender.send({"first": True}, pa.RecordBatchReader.from_batches(batch.schema, [batch, batch.slice(3)]))
        sender.send({"second": True})

    thread = threading.Thread(target=send)
    thread.start()
    header, body = receiver.receive()
    table = body.read_all()
    following, nothing = receiver.receive()
    thread.join()
    sender.close()
    receiver.close()

    assert header["first"]
    assert table.equals(pa.Table.from_batches([batch, batch.slice(3)]))
    assert following["second"]
    assert nothing is None
