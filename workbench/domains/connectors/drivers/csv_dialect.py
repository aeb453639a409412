"""Finds out how a CSV file is written, and refuses to guess where two answers fit or none does."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from workbench.core.errors import Invalid

from . import texts
from .config import CsvOptions

SAMPLE_BYTES = 256 * 1024
SAMPLE_RECORDS = 500
MOST_COLUMNS = 10_000
DELIMITERS = (",", ";", "\t", "|")
NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d+)?|[.,]\d+)(e[+-]?\d+)?\s*|\d{4}-\d\d-\d\d.*", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written; `names` are its columns, normalised, and `raw_names` what the header says."""

    encoding: str
    delimiter: str
    quote: str
    escape: str | None
    skip_rows: int
    header: bool
    names: tuple[str, ...]
    raw_names: tuple[str, ...]

    def strict_reader(self, lines: Iterable[str]) -> Any:
        """Python's csv.reader for the lines after those that are skipped; it raises where quotes are broken."""
        marks = {"delimiter": self.delimiter, "quotechar": self.quote, "escapechar": self.escape}
        return csv.reader(islice(lines, self.skip_rows, None), **marks, strict=True)  # type: ignore[arg-type]


def detect(path: Path, options: CsvOptions) -> Dialect:
    """The dialect of a file: what is configured, completed by what its beginning shows.

    Raises:
        Invalid: the file is empty, contradicts the configuration, or can be read in more than one way.
    """
    start = texts.head(path, SAMPLE_BYTES)
    encoding = texts.encoding_of(path, start, options.encoding)
    lines = _lines(texts.decode_head(path, start, encoding), complete=len(start) < SAMPLE_BYTES)
    sample = lines[options.skip_rows :]
    if not any(line.strip() for line in sample):
        raise Invalid(f"{path.name} is empty.", fix="Remove it or fill it.", code="csv_empty")
    delimiter = _delimiter(path, sample, options)
    rows = _records(sample, delimiter, options)
    if not rows:
        raise _unclosed(path, options)
    width = _width(path, rows, options.skip_rows)
    if width > MOST_COLUMNS:
        raise Invalid(
            f"{path.name} has {width} columns; {MOST_COLUMNS} are the most.",
            fix="Check csv.delimiter, or turn columns into rows where the file is made.",
            code="csv_too_wide",
        )
    header = _header(path, rows, options)
    raw = tuple(rows[0]) if header else tuple(f"column_{n}" for n in range(1, width + 1))
    return Dialect(
        encoding, delimiter, options.quote, options.escape, options.skip_rows, header,
        tuple(normalise(raw)) if options.normalise_names else tuple(_distinct(raw)), raw,
    )  # fmt: skip


def normalise(names: Iterable[str]) -> list[str]:
    """Column names for SQL and Python, made of what a header says.

    Accents stay. Letters become lower case; every run of other characters than letters, digits and underscores becomes
    one underscore; underscores at the ends go. A name that begins with a digit gets an underscore in front, an empty
    one is called `column_N` by its place, and the second of two alike ends in `_2`.
    """
    plain = []
    for place, name in enumerate(names, 1):
        folded = unicodedata.normalize("NFKC", name).casefold()
        allowed = "".join(sign if f"_{sign}".isidentifier() else " " for sign in folded)  # "\w" takes more for a number
        slug = re.sub(r"\W+", "_", allowed).strip("_") or f"column_{place}"
        plain.append(slug if slug.isidentifier() else f"_{slug}")
    return _distinct(plain)


def _distinct(names: Sequence[str]) -> list[str]:
    taken: set[str] = set()
    found = []
    for place, given in enumerate(names, 1):
        base = given or f"column_{place}"
        name, number = base, 2
        while name.casefold() in taken or (name != base and name in names):
            name, number = f"{base}_{number}", number + 1
        taken.add(name.casefold())
        found.append(name)
    return found


def _lines(text: str, *, complete: bool) -> list[str]:
    lines = text.splitlines(keepends=True) if "\n" not in text else re.findall(r"[^\n]*\n|[^\n]+$", text)
    return lines if complete or len(lines) < 2 else lines[:-1]


def _records(lines: Sequence[str], delimiter: str, options: CsvOptions) -> list[list[str]]:
    """The first records of a sample; a last one that the sample may have cut is left out."""
    reader = csv.reader(lines, delimiter=delimiter, quotechar=options.quote, escapechar=options.escape)
    try:
        rows = [row for row in islice(reader, SAMPLE_RECORDS + 1) if row]
    except csv.Error:
        return []
    quoted_to_the_end = rows and any("\n" in cell for cell in rows[-1])
    return rows[:-1] if quoted_to_the_end and len(rows) > 1 else rows[:SAMPLE_RECORDS]


def _consistent(lines: Sequence[str], delimiter: str, options: CsvOptions) -> int:
    """The number of columns by a delimiter where all records agree on more than one, else 0."""
    widths = {len(row) for row in _records(lines, delimiter, options)}
    return widths.pop() if len(widths) == 1 and max(widths) > 1 else 0


def _delimiter(path: Path, lines: Sequence[str], options: CsvOptions) -> str:
    fitting = [mark for mark in DELIMITERS if _consistent(lines, mark, options)]
    if options.delimiter is not None:
        rows = _records(lines, options.delimiter, options)
        better = [mark for mark in fitting if mark != options.delimiter]
        if better and all(len(row) == 1 for row in rows):
            raise Invalid(
                f"{path.name}, line {options.skip_rows + 1}: there is no {options.delimiter!r}, which csv.delimiter"
                f" says separates the columns; every line has the same number of {better[0]!r}.",
                fix=f"Set csv.delimiter to {better[0]!r}, or leave it out.",
                code="csv_dialect",
            )
        return options.delimiter
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        return _of_none(path, lines)
    raise Invalid(
        f"{path.name} can be read with {' and with '.join(map(repr, fitting))} between the columns.",
        fix=f"Set csv.delimiter to the right one, {(_clevercsv(lines) or fitting[0])!r} perhaps.",
        code="csv_dialect",
    )


def _of_none(path: Path, lines: Sequence[str]) -> str:
    """No delimiter gives a regular table: there is one column, or some lines are broken, which are named later."""
    if not any(mark in line for line in lines for mark in DELIMITERS):
        return DELIMITERS[0]
    proposed = _clevercsv(lines)
    if proposed not in DELIMITERS or not any(proposed in line for line in lines):
        counts = Counter(mark for line in lines for mark in DELIMITERS if mark in line)
        proposed = counts.most_common(1)[0][0]
    present = sum(proposed in line for line in lines)
    if present * 10 < len(lines):  # a comma here and there, within sentences: still one column
        raise Invalid(
            f"{path.name} has {proposed!r} in {present} of {len(lines)} lines, so its columns cannot be told.",
            fix="Set csv.delimiter; one that no line has makes it a single column.",
            code="csv_dialect",
        )
    return proposed


def _clevercsv(lines: Sequence[str]) -> str | None:
    """What clevercsv thinks separates the columns; its search takes long on much text."""
    import clevercsv

    try:
        found = clevercsv.Detector().detect("".join(lines[:100]), delimiters=list(DELIMITERS))
    except clevercsv.Error:
        return None
    return str(found.delimiter) if found is not None and found.delimiter else None


def _width(path: Path, rows: list[list[str]], skipped: int) -> int:
    """How many columns the header, or the first record, has.

    Raises:
        Invalid: the first records are a title or a comment, so that most others are wider.
    """
    widths = Counter(len(row) for row in rows)
    usual = widths.most_common(1)[0][0]
    first = len(rows[0])
    if first < usual and widths[usual] * 2 > len(rows):
        ahead = next(place for place, row in enumerate(rows) if len(row) == usual)
        raise Invalid(
            f"{path.name}, line {skipped + 1}: {_fields(first)}, but line {skipped + ahead + 1} and most others have"
            f" {usual}.",
            fix=f"If the table begins further down, set csv.skip_rows to {skipped + ahead}.",
            code="csv_dialect",
            line=skipped + 1,
        )
    return first


def _header(path: Path, rows: list[list[str]], options: CsvOptions) -> bool:
    if options.header is not None:
        return options.header
    numbers = [cell for cell in rows[0] if NUMBER.fullmatch(cell)]
    if numbers:
        raise Invalid(
            f"{path.name}, line {options.skip_rows + 1}: {numbers[0]!r} may be the name of a column or a value.",
            fix="Set csv.header to true or false.",
            code="csv_header",
            line=options.skip_rows + 1,
        )
    return True


def _unclosed(path: Path, options: CsvOptions) -> Invalid:
    return Invalid(
        f"{path.name}, line {options.skip_rows + 1}: the quotes or the line ends are broken.",
        fix="Mend the file, or set csv.quote to what it quotes with.",
        code="csv_quotes",
        line=options.skip_rows + 1,
    )


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"
