"""What is given for parameters."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.notebooks import notebook
from workbench.core.errors import Invalid
from workbench.domains.pipelines.service import coerce, parameters_of
from workbench.domains.pipelines.service.reading import as_papermill

CELL = """
from datetime import date, datetime
from typing import Literal, Annotated
whole: int = 1
number: float = 1.5
text: str = "x"
flag: bool = False
maybe: int | None = None
maybe_text: str | None = None
choice: Literal["a", "b", 3] = "a"
items: list[int] = []
words: list[str] = []
table: dict[str, int] = {}
day: date = date(2024, 1, 1)
moment: datetime = None
month: Annotated[int, Field(ge=1, le=12)] = 3
either: int | str = 1
anything = None
loose = 1
"""
SCHEMA = parameters_of(notebook("1", parameters=CELL))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("whole", "7", 7), ("whole", "-007", -7), ("whole", " 3 ", 3),
        ("number", "2.5", 2.5), ("number", "1e3", 1000.0), ("number", "4", 4), ("number", ".5", 0.5),
        ("text", "00123", "00123"), ("text", "true", "true"), ("text", "null", "null"), ("text", "1_000", "1_000"),
        ("text", "", ""), ("text", "[1]", "[1]"),
        ("flag", "true", True), ("flag", "False", False), ("flag", "yes", True), ("flag", "0", False),
        ("maybe", "null", None), ("maybe", "None", None), ("maybe", "3", 3),
        ("maybe_text", "null", None), ("maybe_text", "nullable", "nullable"),
        ("choice", "b", "b"), ("choice", "3", 3),
        ("items", "[1, 2]", [1, 2]), ("items", "1,2", [1, 2]), ("items", "", []),
        ("words", "a, b", ["a", "b"]), ("words", '["a,b"]', ["a,b"]), ("words", "001", ["001"]),
        ("table", '{"a": 1}', {"a": 1}),
        ("day", "2024-02-29", "2024-02-29"), ("day", "20240229", "2024-02-29"),
        ("moment", "2024-02-29T05:06", "2024-02-29T05:06:00"), ("moment", "2024-02-29", "2024-02-29T00:00:00"),
        ("moment", "2024-02-29T05:06:07Z", "2024-02-29T05:06:07+00:00"),
        ("month", "12", 12),
        ("either", "5", 5), ("either", "five", "five"),
        ("anything", "5", 5), ("anything", "True", True), ("anything", "x", "x"), ("loose", "2.5", 2.5),
    ],
)  # fmt: skip
def test_text_is_read_by_the_declared_type(name: str, text: str, expected: object):
    """A command line's text becomes what the notebook declares, and text stays text."""
    found = coerce(SCHEMA, {}, {name: text})[name]

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("whole", "x", 'must be a whole number, not "x"'),
        ("whole", "1_000", 'must be a whole number, not "1_000"'),
        ("whole", "1.5", 'must be a whole number, not "1.5"'),
        ("whole", "", 'must be a whole number, not ""'),
        ("whole", "9" * 400, "must be a whole number"),
        ("number", "nan", 'must be a number, not "nan"'),
        ("number", "1e999", 'must be a number, not "1e999"'),
        ("flag", "maybe", 'must be true or false, not "maybe"'),
        ("maybe", "x", 'must be a whole number or null, not "x"'),
        ("choice", "c", 'must be one of "a", "b", 3, not "c"'),
        ("items", "1,b", 'must be a list, each item a whole number, not "1,b"'),
        ("items", "[1", "must be a list"),
        ("items", "[" * 100_000, "must be a list"),
        ("table", "[1]", 'must be an object, not "[1]"'),
        ("day", "2024-02-30", 'must be a date such as 2024-03-01, not "2024-02-30"'),
        ("day", "today", 'must be a date such as 2024-03-01, not "today"'),
        ("moment", "noon", "must be a time such as 2024-03-01T12:00:00 or null"),
        ("month", "13", "must be at most 12, not 13"),
        ("month", "0", "must be at least 1, not 0"),
    ],
)
def test_text_that_does_not_fit_is_refused_with_what_would(name: str, text: str, message: str):
    """Each refusal says what is wanted and what was given."""
    with pytest.raises(Invalid) as refusal:
        coerce(SCHEMA, {}, {name: text})

    (error,) = refusal.value.errors
    assert error["pointer"] == f"/parameters/{name}"
    assert error["message"].startswith(message)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("whole", 7, 7), ("whole", 7.0, 7), ("number", 7, 7), ("text", "", ""), ("flag", True, True),
        ("maybe", None, None), ("choice", 3, 3), ("items", [1, 2.0], [1, 2]), ("table", {"a": 1}, {"a": 1}),
        ("day", "2024-01-02", "2024-01-02"), ("anything", {"x": [None]}, {"x": [None]}), ("either", "a", "a"),
    ],
)  # fmt: skip
def test_values_of_json_are_taken(name: str, value: object, expected: object):
    """A value of the right type passes, and a whole float counts as whole."""
    found = coerce(SCHEMA, {name: value})[name]

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("whole", "7"), ("whole", True), ("whole", 1.5), ("whole", None), ("number", "1"), ("number", math.nan),
        ("text", 5), ("text", None), ("flag", 1), ("flag", "true"), ("choice", "c"), ("choice", 1), ("items", [1, "b"]),
        ("items", "1"), ("table", {"a": "b"}), ("day", 20240102), ("day", "2024-13-01"), ("month", 13), ("either", 1.5),
        ("whole", 10**400), ("anything", "a\0b"), ("text", "\ud800"), ("anything", object()),
    ],
)  # fmt: skip
def test_values_of_the_wrong_type_are_refused(name: str, value: object):
    """JSON's types are not converted into each other."""
    with pytest.raises(Invalid):
        coerce(SCHEMA, {name: value})


def test_all_that_is_wrong_is_said_at_once():
    """One refusal names the missing, the unknown with a likely name, and the wrong; and what there is."""
    schema = parameters_of(notebook("1", parameters="month: int\nyear: int = 2024"))

    with pytest.raises(Invalid) as refusal:
        coerce(schema, {"yaer": 2023, "year": "x"})

    assert refusal.value.errors == [
        {"pointer": "/parameters/yaer", "message": "is not one of the parameters, perhaps 'year' was meant"},
        {"pointer": "/parameters/year", "message": 'must be a whole number, not "x"'},
        {"pointer": "/parameters/month", "message": "is required"},
    ]
    assert refusal.value.fix == "Known parameters: month, year."
    assert refusal.value.code == "bad_parameters"


def test_a_pipeline_without_parameters_says_how_to_have_some():
    """The mend for a parameter that cannot exist."""
    with pytest.raises(Invalid) as refusal:
        coerce(parameters_of(notebook("1")), {"a": 1})

    assert "cell tagged `parameters`" in refusal.value.fix


def test_an_unregistered_notebook_gets_papermills_warning(caplog: pytest.LogCaptureFixture):
    """Without strictness an unknown parameter is passed on, read as papermill reads it."""
    schema = parameters_of(notebook("1", parameters="a: str = 'x'"))

    assert coerce(schema, {"b": [1]}, {"a": "001", "c": "001"}, strict=False) == {"b": [1], "a": "001", "c": 1}
    assert caplog.messages == ["Passed unknown parameter: b", "Passed unknown parameter: c"]


def test_an_unregistered_notebook_holds_to_its_annotations_only():
    """A default's type binds a cataloged pipeline; for any notebook only what is annotated is a type."""
    schema = parameters_of(notebook("1", parameters="loose = 1\nbound: int = 1"))

    assert coerce(schema, {"loose": [1]}, strict=False) == {"loose": [1]}
    assert coerce(schema, {}, {"loose": "hello"}, strict=False) == {"loose": "hello"}
    for values, strict in [({"bound": "x"}, False), ({"loose": "hello"}, True)]:
        with pytest.raises(Invalid):
            coerce(schema, values, strict=strict)


@pytest.mark.parametrize("name", ["import os; os.system('id') #", "a b", "class", "print", ""])
def test_a_name_is_never_code(name: str):
    """Registered or not, a name that is no plain name is refused."""
    schema = parameters_of(notebook("1", parameters="a = 1"))

    for strict in (True, False):
        with pytest.raises(Invalid):
            coerce(schema, {name: 1}, strict=strict)


def test_a_builtin_may_be_a_declared_parameter():
    """The notebook that declares `max` means it."""
    schema = parameters_of(notebook("1", parameters="max = 10"))

    assert coerce(schema, {"max": 5}) == {"max": 5}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("True", True), ("None", None), ("00123", 123), ("1_000", 1000), ("1.5", 1.5), ("true", "true"), ("nan", "nan")],
)
def test_papermills_reading(text: str, expected: object):
    """Where nothing is declared, `papermill -p`'s conversions hold."""
    assert as_papermill(text) == expected


@given(st.integers(-(2**200), 2**200))
def test_whole_numbers_survive_as_text(number: int):
    """Any whole number is read back from its text."""
    assert coerce(SCHEMA, {}, {"whole": str(number)}) == {"whole": number}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_as_text(number: float):
    """Any finite number is read back from its text."""
    assert coerce(SCHEMA, {}, {"number": repr(number)}) == {"number": number}


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_text_survives(text: str):
    """Any text is the value of a text parameter."""
    assert coerce(SCHEMA, {}, {"text": text}) == {"text": text}


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(list(SCHEMA["properties"])) | st.text(max_size=5), json_values, max_size=4))
def test_any_json_is_taken_or_refused(values: dict[str, Any]):
    """Nothing that a request may hold ends in another error, and what is taken is stable."""
    try:
        found = coerce(SCHEMA, values)
    except Invalid:
        return
    assert coerce(SCHEMA, found) == found


@given(st.dictionaries(st.sampled_from(list(SCHEMA["properties"])), st.text(max_size=20), max_size=4))
def test_any_text_is_taken_or_refused(texts: dict[str, str]):
    """Nothing that a command line may hold ends in another error."""
    try:
        found = coerce(SCHEMA, {}, texts)
    except Invalid:
        return
    assert coerce(SCHEMA, found) == found
