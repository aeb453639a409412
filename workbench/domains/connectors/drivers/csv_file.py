"""Reads one CSV file as Arrow batches, strictly: what does not fit is refused by line, never bent."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pcsv

from workbench.core.errors import Invalid, WorkbenchError

from . import texts
from .config import CsvOptions
from .csv_dialect import Dialect, detect
from .csv_quotes import Quoting, quoting_of
from .csv_types import Guess, arrow_types
from .types import named_type

BLOCK_BYTES = 4 * 1024 * 1024
HEAD_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class CsvFile:
    """A CSV file that was looked through: its dialect, its types and the mark of its decimals."""

    path: Path
    options: CsvOptions
    dialect: Dialect
    schema: pa.Schema
    decimal: str
    multiline: bool

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The columns of `schema`, which are of this file, in its types."""
        yield from _batches(self, {field.name: field.type for field in schema})


def inspect(path: Path, options: CsvOptions, types: Mapping[str, str], *, only_head: bool = False) -> CsvFile:
    """Find the dialect and types of a file by reading all of it, or its beginning where that is enough.

    A file that has not changed is not read twice.

    Raises:
        Invalid: it is not a table, or breaks its own dialect somewhere; the text names the line.
    """
    stat = path.stat()
    head = only_head and stat.st_size > HEAD_BYTES
    return _inspect(path, stat.st_mtime_ns, stat.st_size, options.model_dump_json(), tuple(types.items()), head)


@lru_cache(maxsize=512)
def _inspect(
    path: Path, _changed: int, _size: int, options_json: str, types: tuple[tuple[str, str], ...], head: bool
) -> CsvFile:
    options = CsvOptions.model_validate_json(options_json)
    dialect = detect(path, options)
    quoting = Quoting.MANY_LINES if head else quoting_of(path, dialect)
    if quoting is Quoting.DOUBTFUL:
        refuse_broken(path, dialect)
    raw = CsvFile(path, options, dialect, pa.schema([]), ".", quoting is not Quoting.NONE)
    guesses = {name: Guess() for name in dialect.names}
    seen = 0
    for batch in _batches(raw, dict.fromkeys(dialect.names, pa.string())):
        for name, guess in guesses.items():
            guess.add(batch[name].drop_null())
        seen += batch.nbytes
        if head and seen > HEAD_BYTES:
            break
    found, decimal = arrow_types(guesses, options.decimal)
    stated = {name: named_type(wanted) for name, wanted in types if name in found}
    schema = pa.schema([(name, stated.get(name, kind)) for name, kind in found.items()])
    return replace(raw, schema=schema, decimal=decimal)


def _batches(file: CsvFile, types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
    dialect, options = file.dialect, file.options
    read = pcsv.ReadOptions(
        use_threads=False,  # streams anyway, and so an error knows its row
        block_size=BLOCK_BYTES,
        encoding=dialect.encoding,
        skip_rows=dialect.skip_rows,
        skip_rows_after_names=1 if dialect.header else 0,
        column_names=list(dialect.names),
    )
    parse = pcsv.ParseOptions(
        delimiter=dialect.delimiter,
        quote_char=dialect.quote,
        double_quote=True,
        escape_char=dialect.escape or False,
        newlines_in_values=file.multiline,
        ignore_empty_lines=len(dialect.names) > 1,
    )
    convert = pcsv.ConvertOptions(
        column_types=dict(types),
        include_columns=list(types),
        null_values=list(options.null_values),
        strings_can_be_null=True,
        quoted_strings_can_be_null=options.quoted_nulls,
        decimal_point=file.decimal,
        true_values=["true", "True", "TRUE"],
        false_values=["false", "False", "FALSE"],
        timestamp_parsers=[pcsv.ISO8601],
    )
    try:
        with texts.open_bytes(file.path) as raw, pcsv.open_csv(raw, read, parse, convert) as reader:
            yield from reader
    except pa.ArrowInvalid as error:
        raise _explained(file, str(error)) from None
    except UnicodeDecodeError:
        texts.refuse_bad_text(file.path, dialect.encoding)
        raise
    except OSError as error:
        raise texts.unreadable(file.path, error) from None


def _explained(file: CsvFile, cause: str) -> WorkbenchError:
    """What Arrow says, with the line of the file and the mend."""
    try:
        if "UTF8" in cause or "UTF-8" in cause:
            texts.refuse_bad_text(file.path, file.dialect.encoding)
        refuse_broken(file.path, file.dialect)
    except WorkbenchError as error:
        return error
    row = re.search(r"Row #(\d+)", cause)
    place = f", line {_line_of(file, int(row[1]))}" if row else ""
    column = re.search(r"CSV column #(\d+)", cause)
    name = repr(file.dialect.names[int(column[1])]) if column else "a column"
    value = re.search(r"conversion error to ([^:]+): (.*)", cause)
    if value:
        return Invalid(
            f"{file.path.name}{place}: the column {name} has a value that is no {value[1]}: {value[2][:120]}.",
            fix="Mend the value, name it in csv.null_values if it means missing, or set types for the column to text.",
            code="csv_value",
        )
    return Invalid(
        f"{file.path.name} cannot be read: {cause[:200]}.", fix="Look at the csv settings.", code="csv_broken"
    )


def refuse_broken(path: Path, dialect: Dialect) -> None:
    """Read a whole file slowly and strictly, for the first record that is not as the dialect says.

    Raises:
        Invalid: naming the line.
    """
    width = len(dialect.names)
    with texts.text_of(path, dialect.encoding) as text:
        reader = dialect.strict_reader(texts.lines_of(text, path))
        before = 0
        try:
            for row in reader:
                if row and len(row) != width:
                    raise _ragged(path, dialect, dialect.skip_rows + before + 1, len(row))
                before = reader.line_num
        except csv.Error as error:
            line = dialect.skip_rows + before + 1
            raise Invalid(
                f"{path.name}, line {line}: the quotes ({dialect.quote}) of this record are not balanced ({error}).",
                fix="Mend the line, or set csv.quote or csv.escape to what the file was written with.",
                code="csv_quotes",
                line=line,
            ) from None
        except UnicodeDecodeError:
            texts.refuse_bad_text(path, dialect.encoding)


def _ragged(path: Path, dialect: Dialect, line: int, found: int) -> Invalid:
    width = len(dialect.names)
    says = "the header names" if dialect.header else "the first line has"
    return Invalid(
        f"{path.name}, line {line}: {found} field{'' if found == 1 else 's'}, but {says} {width}.",
        fix=f"Mend the line, or set csv.delimiter (read with {dialect.delimiter!r}), csv.quote or csv.skip_rows.",
        code="csv_ragged",
        line=line,
    )


def _line_of(file: CsvFile, row: int) -> int:
    """The line on which Arrow's row, the first being 1, begins."""
    with texts.text_of(file.path, file.dialect.encoding) as text:
        reader = file.dialect.strict_reader(texts.lines_of(text, file.path))
        passed = 0
        while passed < row - 1:
            passed += bool(next(reader, [""]))
        return int(file.dialect.skip_rows + reader.line_num + 1)
