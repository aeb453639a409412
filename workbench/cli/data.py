"""Rows from and to files and the terminal, batch by batch."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from workbench.core.errors import Invalid, Unavailable
from workbench.core.files import whole
from workbench.core.values import plain

from . import printing

SHOWN_ROWS = 100
SUFFIXES = {".csv": "csv", ".json": "json", ".parquet": "parquet", ".pq": "parquet"}


def opened(path: str) -> Any:
    """The rows of a file as a pyarrow.RecordBatchReader, read as they are needed.

    Raises:
        Invalid: there is no such file, or it is none of the three kinds.
    """
    import pyarrow as pa

    try:
        if path == "-":
            return pa.ipc.open_stream(sys.stdin.buffer)
        if Path(path).suffix in (".parquet", ".pq"):
            return _parquet(path)
        if Path(path).suffix == ".csv":
            return _csv(path)
        return pa.ipc.open_stream(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise Invalid(
            f"{path} cannot be read: {str(error).splitlines()[0]}.", fix="Pass a Parquet, CSV or Arrow IPC file."
        ) from None


def _parquet(path: str) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    return pa.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches())


def _csv(path: str) -> Any:
    from pyarrow import csv

    return csv.open_csv(path)


def keep(download: Any, output: str | None) -> None:
    """Write a `Download` to a file, by default of the name that it has."""
    name = output or Path(download.filename or "").name or None
    content = download.content
    chunks = [content] if isinstance(content, bytes) else _chunks(content) if isinstance(content, Path) else content
    with _output(name, binary=True) as sink:
        for chunk in chunks:
            sink.write(chunk)
    if name not in (None, "-"):
        print(f"Wrote {name}", file=sys.stderr)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(1024 * 1024), b"")


def show(reader: Any, form: str | None, output: str | None) -> None:
    """Print or write the rows of a pyarrow.RecordBatchReader; a form that is not given follows from the file's name.

    Raises:
        Invalid: the rows do not fit into the form.
    """
    form = form or (SUFFIXES.get(Path(output).suffix) if output else None) or "table"
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise Invalid("Parquet is not for terminals.", fix="Add --output FILE.parquet.", code="usage")
    import pyarrow as pa

    try:
        _WRITERS[form](reader, output)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        raise Invalid(
            f"The rows cannot be written as {form}: {str(error).splitlines()[0]}.", fix="Use --format json or parquet."
        ) from None


def _as_table(reader: Any, output: str | None) -> None:
    rows: list[dict[str, Any]] = []
    for batch in reader:
        rows += batch.slice(0, SHOWN_ROWS + 1 - len(rows)).to_pylist()
        if len(rows) > SHOWN_ROWS:
            break
    with _output(output) as sink:
        if rows:
            printing.table(rows[:SHOWN_ROWS], reader.schema.names, sink)
    if len(rows) > SHOWN_ROWS:
        print(f"The first {SHOWN_ROWS} rows; use --format csv, json or parquet for all.", file=sys.stderr)
    elif not rows:
        print("No rows.", file=sys.stderr)


def _as_csv(reader: Any, output: str | None) -> None:
    from pyarrow import csv

    with _output(output, binary=True) as sink, csv.CSVWriter(sink, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


def _as_json(reader: Any, output: str | None) -> None:
    with _output(output) as sink:
        separator = "["
        for batch in reader:
            for row in batch.to_pylist():
                sink.write(separator + json.dumps(plain(row), ensure_ascii=False))
                separator = ",\n "
        sink.write("]\n" if separator != "[" else "[]\n")


def _as_parquet(reader: Any, output: str | None) -> None:
    import pyarrow.parquet as pq

    with _output(output, binary=True) as sink, pq.ParquetWriter(sink, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


_WRITERS: dict[str, Callable[[Any, str | None], None]] = {
    "table": _as_table, "csv": _as_csv, "json": _as_json, "parquet": _as_parquet,
}  # fmt: skip


@contextmanager
def _output(name: str | None, *, binary: bool = False) -> Iterator[IO[Any]]:
    """Standard output, or a file that is there only when it is whole."""
    if name in (None, "-"):
        yield sys.stdout.buffer if binary else sys.stdout
        sys.stdout.flush()
        return
    assert name is not None
    try:
        with whole(Path(name)) as part, part.open("wb") if binary else part.open("w", encoding="utf-8") as sink:
            yield sink
    except OSError as error:
        raise Unavailable(f"{name} cannot be written: {error.strerror}.", fix="Choose another place.") from None
