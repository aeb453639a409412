"""A table as CSV that a spreadsheet shows and does not calculate."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core import sheet


def read(content: bytes) -> list[list[str]]:
    """What a program that reads CSV makes of it."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_text_that_would_be_calculated_is_shown_as_text(first):
    """Whatever begins a formula comes after an apostrophe, in the heading's order and nowhere else."""
    ((_, name, number),) = read(b"".join(sheet.chunks(["at", "name", "n"], [[None, first + "1+1", -3]])))[1:]

    assert (name, number) == (f"'{first}1+1", "-3")
    assert sheet.defused("a" + first) == "a" + first


@given(rows=st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.integers()), max_size=5))
def test_every_text_comes_back_as_it_was_but_for_the_apostrophe(rows):
    """Commas, quotes and line breaks neither end a cell nor a row."""
    heading, *found = read(b"".join(sheet.chunks(["text", "number"], rows)))

    assert heading == ["text", "number"]
    assert found == [[sheet.defused(text), str(number)] for text, number in rows]


def test_rows_are_taken_as_the_chunks_are():
    """The first chunk is there long before the last row is."""
    taken = []

    def endless():
        while True:
            taken.append(len(taken))
            yield ["x" * 100, datetime(2026, 1, 1, tzinfo=UTC)]

    first = next(sheet.chunks(["text", "at"], endless()))

    assert first.startswith(b"text,at\r\n" + b"x" * 100 + b",2026-01-01T00:00:00+00:00\r\n")
    assert len(taken) < 1000
