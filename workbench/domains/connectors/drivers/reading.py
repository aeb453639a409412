"""What is alike in reading through any driver: the exact cursor, the chosen columns, the limit and the mark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pyarrow as pa

from workbench.core.errors import Invalid

from . import marks
from .base import Cursor, Source, Stream, Wanted

Done = Callable[[Any], None]
Guard = Callable[[], AbstractContextManager[None]]


def stream_batches(
    source: Source, wanted: Wanted, columns: Sequence[str] | None, done: Done | None, guarded: Guard
) -> pa.RecordBatchReader:
    """The batches of a source as a reader; see `Driver.read`, which promises what is kept here."""
    stream = source.stream
    known = pa.schema([*(stream.schema or ()), *(stream.hidden or ())])
    shown = list(stream.schema.names) if columns is None and stream.schema is not None else list(columns or ())
    if stream.schema is not None and len(stream.schema) == 0:
        # An API that gave no record says nothing of its columns: there is nothing to check against.
        return pa.RecordBatchReader.from_batches(known, _nothing(wanted.cursor, done))
    _check_names(stream, known, shown, wanted.cursor)
    cursor = _typed(wanted.cursor, known)
    fetched = list(dict.fromkeys([*shown, *([cursor.column] if cursor else [])]))
    given = pa.schema([known.field(name) for name in shown])
    exact = replace(wanted, columns=fetched, cursor=cursor)
    return pa.RecordBatchReader.from_batches(given, _generate(source, exact, given, done, guarded))


def _check_names(stream: Stream, known: pa.Schema, shown: Sequence[str], cursor: Cursor | None) -> None:
    asked = [*shown, *([cursor.column] if cursor else [])]
    if unknown := [name for name in asked if name not in known.names]:
        raise Invalid(
            f"The stream {stream.name!r} has no column {', '.join(map(repr, unknown))}.",
            fix=f"It has {', '.join(known.names[:40])}{' and more' if len(known) > 40 else ''}.",
            code="column_not_found",
        )
    if len(set(shown)) != len(shown):
        raise Invalid("A column is named twice.", fix="Name each column once.", code="column_twice")


def _typed(cursor: Cursor | None, known: pa.Schema) -> Cursor | None:
    if cursor is None:
        return None
    kind = known.field(cursor.column).type
    marks.check_cursor(cursor.column, kind)
    return cursor if cursor.after is None else replace(cursor, after=marks.as_scalar(cursor.after, cursor.column, kind))


def _generate(
    source: Source, wanted: Wanted, given: pa.Schema, done: Done | None, guarded: Guard
) -> Iterator[pa.RecordBatch]:
    cursor, left = wanted.cursor, wanted.limit
    mark = cursor.after if cursor else None
    for found in _guarded(source.batches(wanted), guarded):
        batch = _newer(found, cursor)
        if left is not None:
            batch = batch.slice(0, left)
            left -= batch.num_rows
        if cursor is not None:
            mark = marks.highest(batch[cursor.column], mark)
        for start in range(0, batch.num_rows, wanted.batch_rows):
            yield batch.slice(start, wanted.batch_rows).select(given.names).cast(given)
        if left == 0:
            break
    if done:
        done(marks.as_json(mark))


def _guarded(batches: Iterator[pa.RecordBatch], guarded: Guard) -> Iterator[pa.RecordBatch]:
    while True:
        with guarded():
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def _newer(batch: pa.RecordBatch, cursor: Cursor | None) -> pa.RecordBatch:
    if cursor is None or cursor.after is None:
        return batch
    return batch.filter(marks.greater(batch[cursor.column], cursor.after))


def _nothing(cursor: Cursor | None, done: Done | None) -> Iterator[pa.RecordBatch]:
    if done:
        done(cursor.after if cursor else None)
    yield from ()
