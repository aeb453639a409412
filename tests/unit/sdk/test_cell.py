"""Values are written into a parameters cell as a person would write them."""

from __future__ import annotations

import ast
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.sdk.cell import written


@pytest.mark.parametrize(
    ("source", "values", "then"),
    [
        ("month: int = 1  # of 2013\nname = 'é'\n", {"month": 2}, "month: int = 2  # of 2013\nname = 'é'"),
        ("é = 'é'; month = 1", {"month": 2}, "é = 'é'; month = 2"),
        ("a, b = 1, 2", {"b": 3}, "a, b = 1, 3"),
        ("days = [\n    1,\n    2,\n]\nn = 1", {"days": [3], "n": 2}, "days = [3]\nn = 2"),
        ("month: int  # required", {"month": 2}, "month: int = 2  # required"),
        ('name = "it\'s"  # kept as it is', {"name": "it's"}, 'name = "it\'s"  # kept as it is'),
        ("x = 1", {"x": True}, "x = True"),
        ("a = b = 1", {"b": 2}, "a = b = 1\nb = 2"),
        ("x = 24\nx *= 7", {"x": 5}, "x = 24\nx *= 7\nx = 5"),
        ("%matplotlib inline\nx = 1", {"x": 2}, "%matplotlib inline\nx = 2"),
        ("", {"x": 2, "y": None}, "x = 2\ny = None"),
        ("x = 1", {"x": 2, "y": 3}, "x = 2"),
    ],
)
def test_only_the_values_change(source, values, then):
    """Comments, annotations and spelling stay; what has no place of its own comes at the end.

    What the cell does not declare is another notebook's, and stays out of it.
    """
    assert written(source, values) == then


@pytest.mark.parametrize(
    ("source", "value", "then"),
    [
        ("day = date(2024, 1, 1)", date(2024, 3, 2), "day = date(2024, 3, 2)"),
        ("day = dt.date.fromisoformat('2024-01-01')", date(2024, 3, 2), "day = dt.date.fromisoformat('2024-03-02')"),
        ("day = pd.Timestamp('2024-01-01')", datetime(2024, 3, 2), "day = pd.Timestamp('2024-03-02T00:00:00')"),  # noqa: DTZ001
        ("day: date | None = None", date(2024, 3, 2), "day: date | None = date.fromisoformat('2024-03-02')"),
        ("day = '2024-01-01'", date(2024, 3, 2), "day = '2024-03-02'"),
        ("day = date(2024, 3, 2)", date(2024, 3, 2), "day = date(2024, 3, 2)"),
    ],
)
def test_a_date_is_spelled_as_it_was(source, value, then):
    """What was a date stays one, and what was text stays text."""
    assert written(source, {"day": value}) == then


def test_what_is_no_python_is_refused():
    """Nothing of it is touched."""
    with pytest.raises(SyntaxError):
        written("let month = 1", {"month": 2})


@given(
    st.dictionaries(st.sampled_from("abc"), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()))
)
def test_what_is_written_is_what_is_assigned(values):
    """Whatever the values are, the cell is Python, assigns them, and nothing else of it has changed."""
    source = "a: int = 1  # é\nb = ['x',\n     'é']; c = {'k': 1}\nd = 4"
    assigned = {}
    for statement in ast.parse(written(source, values)).body:
        target = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
        assigned[target.id] = ast.literal_eval(statement.value)

    assert assigned == {"a": 1, "b": ["x", "é"], "c": {"k": 1}, "d": 4} | values
