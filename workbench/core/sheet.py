"""CSV for people who open it in a spreadsheet, row by row, with nothing in it that the spreadsheet would calculate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

MEDIA_TYPE = "text/csv"
CHUNK_CHARACTERS = 64 * 1024
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before what would begin one."""
    return f"'{text}" if text.startswith(FORMULA) else text


def chunks(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The lines of a table as UTF-8, some at a time; `rows` is taken as far as somebody takes the chunks.

    Numbers stay numbers, moments are ISO 8601, None is an empty cell; every text is `defused`.
    """
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow(heading)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if held.tell() >= CHUNK_CHARACTERS:
            yield _taken(held)
    yield _taken(held)


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return defused(value.isoformat() if isinstance(value, datetime) else str(value))


def _taken(held: io.StringIO) -> bytes:
    text = held.getvalue()
    held.seek(0)
    held.truncate()
    return text.encode("utf-8", "backslashreplace")
