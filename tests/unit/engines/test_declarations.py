"""What a parameters cell declares, read without executing it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.notebooks import notebook
from workbench.engines.declarations import declarations, declared_in, moments
from workbench.engines.injection import Moment

MARCH = dt.datetime.fromisoformat("2024-03-01")


def names(source: str) -> list[str]:
    """The names that a cell declares."""
    return [one.name for one in declarations(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = 1", ["a"]),
        ("a: int | None = None", ["a"]),
        ("a = 1; b = 2", ["a", "b"]),
        ("a = b = 1", ["a", "b"]),
        ("a, b = 1, 2", ["a", "b"]),
        ("(a, [b, c]) = f()", ["a"]),
        ("a = [\n  1,  # one = 1\n  2,\n]\nb = 3", ["a", "b"]),
        ("g = 'k=v'", ["g"]),
        ("a: float", ["a"]),
        ("%matplotlib inline\n!pip install x\na = 1\nprint?", ["a"]),
        ("%%time\na = 1", ["a"]),
        ("import os\ndef f(): x = 1\nclass C: y = 2\na = 1", ["a"]),
        ("text = '''\n%not a magic\n'''", ["text"]),
        ("d['x'] = 1\no.a = 2\n_ = 3\n_private = 4", ["_private"]),
        ("# only a comment", []),
        ("", []),
    ],
)
def test_names(source: str, expected: list[str]):
    """Every assignment at the top of the cell counts, in whatever form, and nothing else."""
    assert names(source) == expected


@pytest.mark.parametrize(
    ("source", "help_"),
    [
        ("a = 1  # at the end", "at the end"),
        ("# above\na = 1", "above"),
        ("# above,\n# on two lines\na = 1", "above, on two lines"),
        ("# above\na = 1  # at the end", "at the end"),
        ("a = [\n  1,  # inside\n]  # at the end", "at the end"),
        ("a = 1  # type: int", ""),
        ("a = 1  # type: int # papermill's way", "papermill's way"),
        ("a = '# no comment'", ""),
        ("b = 1  # of b\na = 1", ""),
    ],
)
def test_comments_are_help(source: str, help_: str):
    """A comment on the line, or else on the lines above, explains a parameter."""
    assert {one.name: one.help for one in declarations(source)}["a"] == help_


def test_the_last_assignment_counts():
    """A name assigned twice has the second value, and one that is added to has a computed one."""
    once, twice = declarations("a: int = 1  # help\na = 2\nb = 1\nb += 1")

    assert (once.name, once.value.value, once.help, once.annotation.id) == ("a", 2, "help", "int")
    assert twice.computed


@pytest.mark.parametrize("source", ["a = ", "if", "a = 1\n  b = 2", "\0", "(" * 5000, "-" * 150_000 + "1"])
def test_what_is_no_python_is_a_syntax_error(source: str):
    """Neither null bytes nor absurd nesting end in anything but a SyntaxError."""
    with pytest.raises(SyntaxError):
        declarations(source)


@given(st.text(max_size=200))
def test_no_text_is_executed_or_breaks_the_reader(source: str):
    """Any text either declares plain names or is a SyntaxError."""
    try:
        found = names(source)
    except SyntaxError:
        return
    assert all(name.isidentifier() for name in found)


@pytest.mark.parametrize(
    ("before", "cell", "expected"),
    [
        ("from datetime import date", "a: date = date(2024, 1, 1)", Moment(dt.date(2024, 3, 1), "date")),
        ("from datetime import date as Day", "a: Day | None = None", Moment(dt.date(2024, 3, 1), "Day")),
        ("import datetime", "a: datetime.date = None", Moment(dt.date(2024, 3, 1), "datetime.date")),
        ("import datetime as t", "a: 't.date'", Moment(dt.date(2024, 3, 1), "t.date")),
        ("", "a: date = None", Moment(dt.date(2024, 3, 1))),
        ("", "from datetime import date\na = date.today()", Moment(dt.date(2024, 3, 1), "date")),
        ("import pandas as pd", "a = pd.Timestamp('2024-01-01')", Moment(MARCH, "pd.Timestamp")),
        ("from datetime import datetime", "a: datetime", Moment(MARCH, "datetime")),
        ("from datetime import date", "a: date = '2024-01-01'", "2024-03-01"),
        ("", "a = '2024-01-01'", "2024-03-01"),
        ("", "a: str = None", "2024-03-01"),
        ("import datetime", "a: datetime = None", "2024-03-01"),
    ],
)
def test_a_date_is_what_the_notebook_declares(before: str, cell: str, expected: object):
    """ISO text becomes a date by the class that the notebook has imported, unless its default is text too."""
    assert moments(notebook(parameters=f"{before}\n{cell}"), {"a": "2024-03-01"}) == {"a": expected}


def test_lists_of_dates():
    """Each item of a list becomes a date."""
    given_list = moments(notebook(parameters="from datetime import date\na: list[date] = []"), {"a": ["2024-03-01"]})

    assert given_list == {"a": [Moment(dt.date(2024, 3, 1), "date")]}


def test_what_is_no_date_stays_as_it_is():
    """Text that is no date, and values that are no text, reach the notebook unchanged."""
    cell = notebook(parameters="from datetime import date\na: date = None\nb: date = None")

    assert moments(cell, {"a": "soon", "b": None, "c": "2024-03-01"}) == {"a": "soon", "b": None, "c": "2024-03-01"}


def test_imports_of_earlier_cells_count():
    """Names are those of all cells up to the parameters cell."""
    nb = notebook("1", parameters="a: d = None")
    nb.cells.insert(0, notebook("from datetime import date as d").cells[0])

    assert moments(nb, {"a": "2024-03-01"}) == {"a": Moment(dt.date(2024, 3, 1), "d")}


def test_a_notebook_without_parameters_declares_none():
    """No tagged cell, no parameters."""
    assert declared_in(notebook("a = 1"))[0] == []
