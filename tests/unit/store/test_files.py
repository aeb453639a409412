"""Parquet files are whole, lasting and read-only, or not there."""

from __future__ import annotations

import errno
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.core.errors import Unavailable
from workbench.domains.store.drivers import files


def reader(batches):
    """A stream of one column."""
    return pa.RecordBatchReader.from_batches(pa.schema([("a", pa.int64())]), batches)


def test_small_batches_become_large_row_groups(tmp_path):
    """A thousand batches of a hundred rows are one row group, and every row is there."""
    written = files.write(tmp_path / "f", reader(pa.record_batch({"a": [n] * 100}) for n in range(1000)))
    found = pq.ParquetFile(tmp_path / "f")

    assert (written.rows, found.num_row_groups, found.metadata.num_rows) == (100_000, 1, 100_000)
    assert written.bytes == (tmp_path / "f").stat().st_size


def test_a_stream_without_batches_is_a_file_without_rows(tmp_path):
    """The columns are there."""
    assert files.write(tmp_path / "f", reader([])).rows == 0
    assert pq.read_table(tmp_path / "f").column_names == ["a"]


def test_a_file_cannot_be_written_to_afterwards(tmp_path):
    """Whoever opens it to write must first say so to the file system."""
    files.write(tmp_path / "f", reader([]))

    assert (tmp_path / "f").stat().st_mode & 0o222 == 0


def test_a_stream_that_breaks_leaves_nothing(tmp_path):
    """Neither the file nor its beginning stays."""

    def batches():
        yield pa.record_batch({"a": [1]})
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError, match="gone"):
        files.write(tmp_path / "f", reader(batches()))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")  # noqa: PTH110
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    """When the disk is full the problem says so."""

    def full(path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable) as caught:
        files.write(tmp_path / "f", reader([]))

    assert caught.value.code == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_placed_without_copying(tmp_path):
    """On one file system it is the same file under a second name; placing it again changes nothing."""
    files.write(tmp_path / "f", reader([]))
    for _ in range(2):
        files.place(tmp_path / "f", tmp_path / "deep" / "g")

    assert (tmp_path / "f").samefile(tmp_path / "deep" / "g")


def test_a_file_is_copied_to_another_file_system(tmp_path, monkeypatch):
    """Where no second name can be given, the copy is whole before it has its name."""

    def elsewhere(source, target):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", elsewhere)
    files.write(tmp_path / "f", reader([pa.record_batch({"a": [1]})]))
    files.place(tmp_path / "f", tmp_path / "g")

    assert (tmp_path / "g").read_bytes() == (tmp_path / "f").read_bytes()
    assert not (tmp_path / "f").samefile(tmp_path / "g")
