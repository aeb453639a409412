"""One stream of files: their schemas made one, and their rows one after another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

from workbench.core.errors import Invalid

from . import csv_file, json_file, parquet_file
from .base import Cursor, Source, Stream, Wanted
from .config import FilesConfig
from .reach import Reach

NAME, CHANGED = "_file", "_file_modified"
HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"
HIDDEN = pa.schema([(NAME, pa.string()), (CHANGED, pa.timestamp("us", "UTC"))])
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})").fullmatch
File = csv_file.CsvFile | json_file.JsonFile | parquet_file.ParquetFile


@dataclass(frozen=True)
class Part:
    """A file of a stream; `name` is its path below the connector's folder."""

    path: Path
    name: str
    format: str

    @property
    def base(self) -> str:
        """The name of the file alone."""
        return self.name.rpartition("/")[2]

    @property
    def partition(self) -> dict[str, str | None]:
        """What the folders on the way say, as Hive writes it: `year=2013/month=1/part.parquet`."""
        pairs = [folder.partition("=") for folder in self.name.split("/")[:-1] if "=" in folder]
        return {key: None if value == HIVE_NULL else unquote(value) for key, _, value in pairs if key}

    @property
    def changed(self) -> datetime:
        """When the file was last written, to the microsecond."""
        return datetime.fromtimestamp(self.path.stat().st_mtime_ns // 1000 / 1_000_000, UTC)


class FileSource(Source):
    """The rows of several files that have columns in common.

    Columns that a file lacks are NULL there. Types that differ are widened where nothing is lost, and columns of CSV
    and JSON files, which have no types of their own, become text where they contradict each other. `_file` and
    `_file_modified` say where a row is from; as cursors they leave whole files out, and so do the columns that folders
    such as `year=2013` add, which are whole numbers where all their values are.
    """

    def __init__(self, name: str, parts: Sequence[Part], config: FilesConfig, reach: Reach, *, only_head: bool) -> None:
        self.parts, self.config, self.reach, self.only_head = parts, config, reach, only_head
        self._files: dict[Part, File] = {}
        of_files = reduce(lambda so_far, part: _united(so_far, self._inspect(part).schema, part), parts, pa.schema([]))
        self.folders = pa.schema([item for item in _partitions(parts) if item.name not in of_files.names])
        self.schema = pa.schema([*of_files, *self.folders])
        self.hidden = pa.schema([item for item in HIDDEN if item.name not in self.schema.names])
        self.stream = Stream(name, self.schema, rows=self._rows(), cursor=config.cursors.get(name), hidden=self.hidden)

    def _inspect(self, part: Part) -> File:
        """What is known of a file; where it is held while it is read, it is looked through once for each source."""
        if part not in self._files:
            with self.reach.holding(part.path, part.base) as path:
                self._files[part] = self._inspected(part, path)
        return self._files[part]

    def _inspected(self, part: Part, path: Path) -> File:
        if part.format == "csv":
            return csv_file.inspect(path, self.config.csv, self.config.types, only_head=self.only_head)
        if part.format == "json":
            return json_file.inspect(path, self.config.types)
        return parquet_file.inspect(path)

    def _rows(self) -> int | None:
        files = [self._inspect(part) for part in self.parts if part.format == "parquet"]
        counts = [file.rows for file in files if isinstance(file, parquet_file.ParquetFile)]
        return sum(counts) if len(counts) == len(self.parts) else None

    def batches(self, wanted: Wanted) -> Iterator[pa.RecordBatch]:
        known = pa.schema([*self.schema, *self.hidden])
        given = pa.schema([known.field(name) for name in wanted.columns])
        for part in self.parts:
            own = self._own(part)
            if not _may_be_new(own, wanted.cursor):
                continue
            for batch in self._read(part, given, wanted):
                yield _completed(batch, given, part, own)

    def _own(self, part: Part) -> dict[str, pa.Scalar]:
        """The values that all rows of a file have in common."""
        told = {item.name: pa.scalar(part.partition.get(item.name)).cast(item.type) for item in self.folders}
        facts = {NAME: part.name, CHANGED: part.changed}
        return told | {item.name: pa.scalar(facts[item.name], item.type) for item in self.hidden}

    def _read(self, part: Part, given: pa.Schema, wanted: Wanted) -> Iterator[pa.RecordBatch]:
        file = self._inspect(part)
        own = [name for name in given.names if name in file.schema.names]
        if not own:  # only the number of rows counts, which any column tells
            own = file.schema.names[:1]
        stated = pa.schema([file.schema.field(name) for name in own])
        with self.reach.holding(part.path, part.base) as path:
            file = replace(file, path=path)
            if isinstance(file, parquet_file.ParquetFile):
                yield from file.batches(stated, wanted.cursor, wanted.batch_rows)
            elif isinstance(file, json_file.JsonFile):
                yield from file.batches(stated, wanted.batch_rows)
            else:
                yield from file.batches(_as_asked(stated, given))


def _as_asked(stated: pa.Schema, given: pa.Schema) -> pa.Schema:
    """CSV columns that are text together with other files are read as text at once, not as numbers made text again."""
    texts = {item.name: item for item in given if item.type == pa.string()}
    return pa.schema([texts.get(item.name, item) for item in stated])


def _partitions(parts: Sequence[Part]) -> pa.Schema:
    """The columns that the folders of the files add."""
    values: dict[str, set[str]] = {}
    for part in parts:
        for key, value in part.partition.items():
            values.setdefault(key, set()).update([] if value is None else [value])
    kinds = {key: pa.int64() if found and all(map(_WHOLE, found)) else pa.string() for key, found in values.items()}
    return pa.schema(list(kinds.items()))


def _may_be_new(own: Mapping[str, pa.Scalar], cursor: Cursor | None) -> bool:
    """Whether a file may hold rows that are newer, as far as what its rows have in common tells."""
    if cursor is None or cursor.after is None or cursor.column not in own:
        return True
    return bool(pc.greater(own[cursor.column], cursor.after).as_py())


def _completed(batch: pa.RecordBatch, given: pa.Schema, part: Part, own: Mapping[str, pa.Scalar]) -> pa.RecordBatch:
    columns = []
    for item in given:
        if item.name in own:
            columns.append(pa.repeat(own[item.name], batch.num_rows))
        elif item.name in batch.schema.names:
            columns.append(_cast(batch[item.name], item, part))
        else:
            columns.append(pa.nulls(batch.num_rows, item.type))
    return pa.RecordBatch.from_arrays(columns, schema=given)


def _cast(values: pa.Array, wanted: pa.Field, part: Part) -> pa.Array:
    if values.type == wanted.type:
        return values
    try:
        return values.cast(wanted.type)
    except pa.ArrowInvalid as error:
        raise Invalid(
            f"{part.name}: {wanted.name!r} does not fit {wanted.type}, which other files need: {str(error)[:120]}",
            fix="Write the files with the same types, or make separate streams of them.",
            code="files_disagree",
        ) from None


def _united(so_far: pa.Schema, other: pa.Schema, part: Part) -> pa.Schema:
    """One schema for files that were read and one more.

    Raises:
        Invalid: a Parquet file has another type for a column, to which the earlier one cannot be widened.
    """
    fields = {item.name: item for item in so_far}
    for item in other:
        known = fields.get(item.name)
        fields[item.name] = item if known is None else known.with_type(_wider(known.type, item, part))
    return pa.schema(list(fields.values()))


def _wider(known: pa.DataType, item: pa.Field, part: Part) -> pa.DataType:
    if known == item.type:
        return known
    try:
        both = [pa.schema([(item.name, kind)]) for kind in (known, item.type)]
        return pa.unify_schemas(both, promote_options="permissive").field(0).type
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        if part.format != "parquet":
            return pa.string()
        raise Invalid(
            f"{part.name}: the column {item.name!r} is of type {item.type}, but {known} in the files before it.",
            fix="Write the files with the same types, or make separate streams of them.",
            code="files_disagree",
        ) from None
