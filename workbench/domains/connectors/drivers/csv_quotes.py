"""Looks through the quotes of a CSV file, fast, for those that a lenient reader would misread in silence."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import numpy as np

from . import texts
from .csv_dialect import Dialect


class Quoting(Enum):
    """What the quotes of a file are like."""

    NONE = "none"
    MANY_LINES = "regular; values may span lines"
    DOUBTFUL = "not as RFC 4180 has them: look closely"


def quoting_of(path: Path, dialect: Dialect) -> Quoting:
    """Whether a file's quotes open only where a value begins and close only where one ends.

    Taken in order, quotes of a regular file open and close in turn, a doubled one closing and opening at once.
    """
    if dialect.escape is not None:
        return Quoting.DOUBTFUL
    quote = dialect.quote.encode()
    if len(quote) != 1 or len(dialect.delimiter.encode()) != 1:
        return Quoting.DOUBTFUL
    edges = np.zeros(256, bool)
    edges[[*quote, *dialect.delimiter.encode(), *b"\r\n"]] = True
    count, last = 0, b"\n"
    for chunk in texts.utf8_chunks(path, dialect.encoding):
        # The byte after a closing quote may be in the next chunk, so each quote is judged there.
        if not _regular(last + chunk, quote, edges, count):
            return Quoting.DOUBTFUL
        count += chunk.count(quote) - chunk.endswith(quote) + last.endswith(quote)
        last = chunk[-1:]
    if not _regular(last + b"\n", quote, edges, count):
        return Quoting.DOUBTFUL
    count += last.endswith(quote)
    if count % 2:
        return Quoting.DOUBTFUL
    return Quoting.MANY_LINES if count else Quoting.NONE


def _regular(part: bytes, quote: bytes, edges: np.ndarray, before: int) -> bool:
    """Whether the quotes of a part are in order; its last byte is only looked at as a neighbour."""
    if quote not in part:
        return True
    data = np.frombuffer(part, np.uint8)
    places = np.flatnonzero(data[:-1] == quote[0])
    opening = (np.arange(len(places)) + before) % 2 == 0
    first = opening & (places > 0)
    return bool(edges[data[places[first] - 1]].all() and edges[data[places[~opening] + 1]].all())
