"""The records of one list of an API, fetched to a temporary file and read from there."""

from __future__ import annotations

import json
import os
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from workbench.core.errors import TooLarge

from . import json_file
from .base import Cursor, Source, Stream, Wanted
from .http_client import Client
from .http_paging import pages


class HttpSource(Source):
    """Fetches when it is made; the file goes when nobody holds the source any more."""

    def __init__(self, client: Client, name: str, cursor: Cursor | None, limit: int | None) -> None:
        stream = client.config.streams[name]
        handle, path = tempfile.mkstemp(prefix="workbench-", suffix=".ndjson")
        weakref.finalize(self, Path(path).unlink, missing_ok=True)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            self._fetch(client, name, file, cursor, limit)
        self.file = json_file.look_through(Path(path), stream.types, name)
        self.stream = Stream(name, self.file.schema, stream.primary_key, cursor=client.config.cursors.get(name))

    def _fetch(self, client: Client, name: str, file: IO[str], cursor: Cursor | None, limit: int | None) -> None:
        stream, most = client.config.streams[name], client.config.total_bytes
        after = cursor.after if cursor else None
        newer: dict[str, Any] = {stream.cursor_param: after} if stream.cursor_param and after is not None else {}
        enough = limit if after is None else None  # a cursor may leave out any of them
        count = 0
        for records in pages(client, name, stream, newer):
            file.writelines(json.dumps(record) + "\n" for record in records)
            count += len(records)
            if file.tell() > most:
                raise TooLarge(
                    f"{name} has more than {most} bytes of records.",
                    fix="Read with a cursor, or raise total_bytes.",
                    code="read_too_large",
                )
            if enough is not None and count >= enough:
                return

    def batches(self, wanted: Wanted) -> Iterator[pa.RecordBatch]:
        assert self.stream.schema is not None
        schema = pa.schema([self.stream.schema.field(name) for name in wanted.columns])
        yield from self.file.batches(schema, wanted.batch_rows)
