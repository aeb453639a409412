"""Reads one Parquet file as Arrow batches, leaving out row groups whose statistics say that they hold nothing new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as pds
import pyarrow.parquet as pq

from workbench.core.errors import Invalid, NotFound

from .base import Cursor
from .texts import unreadable


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file and what its footer says."""

    path: Path
    schema: pa.Schema
    rows: int

    def batches(self, schema: pa.Schema, cursor: Cursor | None, batch_rows: int) -> Iterator[pa.RecordBatch]:
        """The columns of `schema`; rows that the cursor excludes may be left out."""
        newer = None
        if cursor is not None and cursor.after is not None and cursor.column in schema.names:
            newer = pds.field(cursor.column) > cursor.after
        try:
            scanner = pds.dataset(str(self.path), format="parquet").scanner(
                columns=schema.names, filter=newer, batch_size=batch_rows, batch_readahead=4, fragment_readahead=1
            )
            yield from scanner.to_reader()
        except pa.ArrowInvalid as error:
            raise broken(self.path, error) from None
        except OSError as error:
            raise unreadable(self.path, error) from None


def inspect(path: Path) -> ParquetFile:
    """Read the footer of a file.

    Raises:
        Invalid: it is not Parquet, or cut short.
    """
    try:
        with pq.ParquetFile(path) as file:
            return ParquetFile(path, plain(file.schema_arrow), file.metadata.num_rows)
    except FileNotFoundError:
        raise NotFound(f"{path} does not exist.", fix="Check the path.", code="file_not_found") from None
    except pa.ArrowInvalid as error:
        raise broken(path, error) from None
    except OSError as error:
        raise unreadable(path, error) from None


def plain(schema: pa.Schema) -> pa.Schema:
    """A schema without the notes of the program that wrote it, and with dictionaries as their values."""
    kinds = [field.type.value_type if pa.types.is_dictionary(field.type) else field.type for field in schema]
    return pa.schema([pa.field(field.name, kind) for field, kind in zip(schema, kinds, strict=True)])


def broken(path: Path, error: Exception) -> Invalid:
    """The answer to a file that is not Parquet."""
    return Invalid(
        f"{path.name} is not a whole Parquet file: {str(error).splitlines()[0][:200]}",
        fix="Write it again, or move it out of the folder; it may still be being written.",
        code="parquet_broken",
    )
