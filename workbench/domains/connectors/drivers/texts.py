"""Bytes and text of files that may be compressed or in another encoding, with the line where they break."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from workbench.core.errors import Invalid, NotFound, Unavailable

CHUNK = 4 * 1024 * 1024
LONGEST_LINE = 16 * 1024 * 1024  # in characters; a compressed file may hold a line of any length
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def open_bytes(path: Path) -> pa.NativeFile:
    """The bytes of a file, decompressed where its name ends in .gz, .bz2, .zst or .lz4.

    Raises:
        NotFound: it is gone.
        Unavailable: it may not be read.
    """
    try:
        return pa.input_stream(str(path), compression="detect")
    except FileNotFoundError:
        raise NotFound(f"{path} does not exist.", fix="Check the path.", code="file_not_found") from None
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: OSError) -> Unavailable:
    """The answer to a file that the system refuses to give."""
    return Unavailable(
        f"{path} cannot be read: {error.strerror or error}.", fix="Check its permissions.", code="file_unreadable"
    )


def head(path: Path, size: int) -> bytes:
    """The first bytes of a file."""
    with open_bytes(path) as file:
        try:
            return bytes(file.read(size))
        except OSError as error:
            raise Invalid(
                f"{path.name} cannot be decompressed: {error}.",
                fix="Rename it if it is not compressed, or make it again.",
                code="bad_compression",
            ) from None


def encoding_of(path: Path, start: bytes, configured: str | None) -> str:
    """The encoding of a file: what its byte order mark says, else what is configured, else UTF-8.

    Raises:
        Invalid: the mark and the configuration contradict each other, or the encoding is unknown.
    """
    marked = next((name for bom, name in BOMS if start.startswith(bom)), None)
    if configured is None:
        if marked is None and b"\x00" in start[:1024]:
            raise Invalid(
                f"{path.name} is not text in UTF-8: line 1 has NUL bytes.",
                fix="Set csv.encoding, such as utf-16-le, or give the right file.",
                code="csv_encoding",
            )
        return marked or "utf-8"
    try:
        name = codecs.lookup(configured).name
    except LookupError:
        raise Invalid(
            f"There is no encoding {configured!r}.", fix="Use one such as utf-8, cp1252 or utf-16.", code="csv_encoding"
        ) from None
    name = "utf-8" if name == "utf-8-sig" else name
    if marked and not name.startswith(marked):
        raise Invalid(
            f"{path.name} begins with the byte order mark of {marked}, but csv.encoding says {configured}.",
            fix="Remove csv.encoding: the mark is believed.",
            code="csv_encoding",
        )
    return name


def decode_head(path: Path, start: bytes, encoding: str) -> str:
    """The text of the first bytes; a character cut at the end is left out."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("strict")
    try:
        return decoder.decode(start)
    except UnicodeDecodeError as error:
        raise not_in(path, encoding, start.count(b"\n", 0, error.start) + 1) from None


def text_of(path: Path, encoding: str) -> io.TextIOWrapper:
    """A file as text, with its line ends as they are."""
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(open_bytes(path), encoding=name, newline="")


def lines_of(text: io.TextIOWrapper, path: Path) -> Iterator[str]:
    """The lines of a file, one after another.

    Raises:
        Invalid: one is longer than can be held.
    """
    while line := text.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise Invalid(
                f"{path.name} has a line of more than {LONGEST_LINE} characters.",
                fix="Check that it is a CSV file, and that its lines end.",
                code="csv_line_too_long",
            )
        yield line


def utf8_chunks(path: Path, encoding: str) -> Iterator[bytes]:
    """The bytes of a file as UTF-8, some MiB at a time."""
    if encoding == "utf-8":
        with open_bytes(path) as file:
            while chunk := file.read(CHUNK):
                yield bytes(chunk)
        return
    with text_of(path, encoding) as text:
        while part := text.read(CHUNK):
            yield part.encode()


def refuse_bad_text(path: Path, encoding: str) -> None:
    """Read a whole file for the first line that is not in its encoding.

    Raises:
        Invalid: naming that line.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    with open_bytes(path) as file:
        while chunk := bytes(file.read(CHUNK)):
            try:
                line += decoder.decode(chunk).count("\n")
            except UnicodeDecodeError as error:
                raise not_in(path, encoding, line + error.object[: error.start].count(b"\n")) from None


def not_in(path: Path, encoding: str, line: int) -> Invalid:
    """The answer to text that is not in the encoding that it should be in."""
    return Invalid(
        f"{path.name}, line {line}: the text is not in {encoding}.",
        fix="Set csv.encoding to what wrote it, often cp1252 for files from Windows.",
        code="csv_encoding",
        line=line,
    )
