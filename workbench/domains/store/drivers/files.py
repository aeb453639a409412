"""Parquet files, written whole or not at all, and made to last."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.core.errors import Unavailable
from workbench.core.files import sync_folder, whole

if TYPE_CHECKING:
    import pyarrow as pa

READ_ONLY = 0o444
GROUP_ROWS = 262_144
GROUP_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: rows, and bytes on disk."""

    rows: int
    bytes: int


def write(path: Path, reader: pa.RecordBatchReader) -> Written:
    """Write a stream to a Parquet file that appears under its name only when it is whole, and is then read-only.

    Row groups have some 260,000 rows or 64 MiB, whatever the size of the batches that come.

    Raises:
        Unavailable: `disk_full`.
    """
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with _whole(path) as part, pq.ParquetWriter(part, reader.schema, compression="zstd", store_schema=False) as writer:
        for group in _groups(reader):
            writer.write_table(group, row_group_size=GROUP_ROWS)
            rows += group.num_rows
    return Written(rows, path.stat().st_size)


def place(source: Path, target: Path) -> None:
    """Give a file a second name, or a copy where that is on another file system; nothing if the name is there."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
        sync_folder(target.parent)
    except FileExistsError:
        return
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP):
            raise _explained(error) from error
        with _whole(target) as part:
            shutil.copyfile(source, part)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    try:
        with whole(path, READ_ONLY) as part:
            yield part
    except OSError as error:
        raise _explained(error) from error


def _explained(error: OSError) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
        return Unavailable("The disk is full.", fix="Free some space; nothing was half written.", code="disk_full")
    return error


def _groups(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in reader:
        held.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= GROUP_ROWS or size >= GROUP_BYTES:
            yield pa.Table.from_batches(held, reader.schema)
            held, rows, size = [], 0, 0
    if held:
        yield pa.Table.from_batches(held, reader.schema)
