"""Whatever CSV is written, what is read is what was written, or a refusal: never something else."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from workbench.core.errors import Invalid
from workbench.domains.connectors.drivers import csv_file
from workbench.domains.connectors.drivers.config import CsvOptions, FilesConfig
from workbench.domains.connectors.drivers.csv_dialect import normalise
from workbench.domains.connectors.drivers.files import FilesDriver

NASTY = st.text(st.sampled_from(list("ab1,;|\t\"' \n\r.é☃-/")), max_size=8)
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(str),
    st.sampled_from(
        [
            "123456789012345678",
            "007",
            "1,5",
            "1,234",
            "1.234,5",
            "1e5",
            "-0",
            "+3",
            "",
            "NA",
            "1_000",
            "0x10",
            "99999999999999999999",
        ]
    ),
    st.dates().map(str),
    st.booleans().map(str),
)


def tables(cell: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    """Tables with a header of words and one to five columns."""
    return st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8)
    )


def written(rows: list[list[str]], encoding: str = "utf-8", **dialect: object) -> bytes:
    """The bytes that Python's csv writes, below a header h0, h1 and so on."""
    text = io.StringIO(newline="")
    out = csv.writer(text, **dialect)  # type: ignore[arg-type]
    out.writerow([f"h{place}" for place in range(len(rows[0]))])
    out.writerows(rows)
    return text.getvalue().encode(encoding)


def read(raw: bytes, types: dict[str, str] | None = None, **options: object) -> list[list[object]]:
    """The rows that the driver reads."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        path.write_bytes(raw)
        config = FilesConfig(path=str(path), csv=CsvOptions.model_validate(options), types=types or {})
        table = FilesDriver(config).read("data").read_all()
    return [list(row.values()) for row in table.to_pylist()]


def bare_returns(rows: list[list[str]]) -> bool:
    """Whether Python 3.11's csv would write a carriage return without quotes, which nobody can read back."""
    return any("\r" in cell for row in rows for cell in row)


def all_text(rows: list[list[str]]) -> dict[str, str]:
    """Types that leave every column as it is written."""
    return {f"h{place}": "text" for place in range(len(rows[0]))}


@given(tables(NASTY | PLAIN), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_dialect_that_is_told_is_read_exactly(rows, delimiter, end, everything_quoted):
    """With the delimiter given, every cell comes out as it went in."""
    assume(everything_quoted or not bare_returns(rows))
    quoting = csv.QUOTE_ALL if everything_quoted else csv.QUOTE_MINIMAL
    raw = written(rows, delimiter=delimiter, lineterminator=end, quoting=quoting)

    assert read(raw, all_text(rows), delimiter=delimiter, header=True, null_values=[]) == rows


@given(
    tables(NASTY | PLAIN | NUMBERS),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@example([["1,5", "2,5"]], ";", "\n", "utf-8")
@example([["a,b", "c,d"], ["e,f", "g,h"]], ";", "\n", "utf-8")
def test_a_dialect_that_is_found_is_right_or_refused(rows, delimiter, end, encoding):
    """With nothing given, every cell comes out as it went in, or the file is refused with a mend."""
    assume(not bare_returns(rows))
    raw = written(rows, encoding, delimiter=delimiter, lineterminator=end)
    try:
        found = read(raw, all_text(rows), null_values=[])
    except Invalid:
        return

    assert found == rows


@given(st.lists(NUMBERS, min_size=1, max_size=30), st.sampled_from([128, csv_file.BLOCK_BYTES]))
@example(["123456789012345678"] * 9 + ["1.5"], 128)
@example(["123456789012345678"] * 9 + ["1,5"], 128)
@example(["1,234"] * 20 + ["1,5"], 128)
@example(["1"] * 40 + ["007"], 128)
def test_found_types_keep_every_value(cells, block):
    """A number, date or truth that was found means exactly what the text says, in one block or many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "BLOCK_BYTES", block)
        found = [row[0] for row in read(written([[cell, "x"] for cell in cells], delimiter=";"))]

    for cell, value in zip(cells, found, strict=True):
        assert same(cell, value), (cell, value)


def same(cell: str, value: object) -> bool:
    """Whether a value is what a cell says."""
    if value is None:
        return cell in ("", "NA")
    if isinstance(value, bool):
        return cell == str(value)
    if isinstance(value, int):
        return value == int(cell) and cell.lstrip("+-0") == str(abs(value)).lstrip("0")
    if isinstance(value, float):
        plain = cell.replace(",", ".")
        return value == float(plain) and (not plain.lstrip("+-").isdigit() or int(value) == int(plain))
    return cell in (value, str(value))


@given(tables(NASTY), st.data())
def test_a_file_that_was_cut_or_changed_keeps_its_width_or_is_refused(rows, data):
    """A file damaged at any place gives rows of the header's width, or a refusal that names what to do."""
    raw = written(rows, lineterminator="\n")
    place = data.draw(st.integers(len(raw.split(b"\n")[0]) + 1, len(raw)))
    damage = data.draw(st.sampled_from([b"", b'"', b",", b"\n", b"\xff", b"\x00"]))
    damaged = raw[:place] + damage + raw[place + data.draw(st.integers(0, 2)) :]
    try:
        found = read(damaged, all_text(rows), delimiter=",", header=True, null_values=[])
    except Invalid:
        return

    # Python's own reader, told to be strict, must agree with every row.
    strict = csv.reader(io.StringIO(damaged.decode(), newline=""), strict=True)
    expected = [row for row in strict if row or len(rows[0]) == 1][1:]
    assert found == [row or [""] for row in expected]


@given(st.lists(PLAIN | NASTY, min_size=1, max_size=6))
def test_tidy_names_are_distinct_identifiers_and_stay_as_they_are(names):
    """Tidied names can be typed in SQL and Python, differ in more than case, and are not tidied further."""
    found = normalise(names)

    assert len({name.casefold() for name in found}) == len(names)
    assert all(name.isidentifier() for name in found)
    assert normalise(found) == found


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Airport name", "airport_name"),
        ("Latitude (°)", "latitude"),
        ("  Zeit/Zone ", "zeit_zone"),
        ("Größe", "grösse"),
        ("2013", "_2013"),
        ("", "column_1"),
        ("IATA  code", "iata_code"),
        ("snake_case_2", "snake_case_2"),
    ],
)
def test_the_rule_for_names(header, name):
    """Lower case, one underscore for every run of other signs, none at the ends."""
    assert normalise([header]) == [name]


def test_names_that_become_alike_are_numbered():
    """Two columns never share a name, whatever stood between their words."""
    assert normalise(["a b", "a-b", "a_b_2", "A B"]) == ["a_b", "a_b_3", "a_b_2", "a_b_4"]
