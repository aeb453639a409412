"""A parameters cell as JSON Schema."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.factories.notebooks import notebook
from workbench.core.errors import Invalid
from workbench.domains.pipelines.service import coerce, parameters_of

IMPORTS = (
    "from __future__ import annotations\nfrom typing import *\nfrom datetime import date, datetime\n"
    "import datetime as dt\nimport pandas as pd\nfrom pydantic import Field\n"
)


def schema_of(cell: str) -> dict[str, Any]:
    """The schema of a notebook with this parameters cell."""
    return parameters_of(notebook("1", parameters=cell))


def of(declaration: str) -> dict[str, Any]:
    """The schema of the parameter `a`, without its title and place."""
    found = schema_of(IMPORTS + declaration)["properties"]["a"]
    return {key: value for key, value in found.items() if key not in {"title", "x-order", "x-inferred"}}


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ("a: int = 1", {"type": "integer", "default": 1}),
        ("a: float = 1", {"type": "number", "default": 1}),
        ("a: str = '00123'", {"type": "string", "default": "00123"}),
        ("a: bool = True", {"type": "boolean", "default": True}),
        ("a: builtins.int = 1", {"type": "integer", "default": 1}),
        ("a: int | None = None", {"type": ["integer", "null"], "default": None}),
        ("a: Optional[str] = 'x'", {"type": ["string", "null"], "default": "x"}),
        ("a: Union[int, str] = 1", {"type": ["integer", "string"], "default": 1}),
        ("a: 'int | str' = 1", {"type": ["integer", "string"], "default": 1}),
        ("a: int = None", {"type": ["integer", "null"], "default": None}),
        ("a: list[int] = [1, 2]", {"type": "array", "items": {"type": "integer"}, "default": [1, 2]}),
        ("a: List = []", {"type": "array", "default": []}),
        ("a: list[list[str]] = [['x']]", {
            "type": "array", "items": {"type": "array", "items": {"type": "string"}}, "default": [["x"]],
        }),
        ("a: list[int] | None = None", {"type": ["array", "null"], "items": {"type": "integer"}, "default": None}),
        ("a: list[int | None] = []", {"type": "array", "items": {"type": ["integer", "null"]}, "default": []}),
        ("a: tuple[int, str] = (1, 'x')", {
            "type": "array", "items": {"type": ["integer", "string"]}, "minItems": 2, "maxItems": 2,
            "default": [1, "x"],
        }),
        ("a: tuple[int, ...] = ()", {"type": "array", "items": {"type": "integer"}, "default": []}),
        ("a: dict[str, float] = {'x': 1.5}", {
            "type": "object", "additionalProperties": {"type": "number"}, "default": {"x": 1.5},
        }),
        ("a: dict = {}", {"type": "object", "default": {}}),
        ("a: Literal['x', 'y'] = 'x'", {"type": "string", "enum": ["x", "y"], "default": "x"}),
        ("a: Literal[1, 'y', None] = 1", {"enum": [1, "y", None], "default": 1}),
        ("a: Literal['x'] | None = None", {"type": ["string", "null"], "enum": ["x", None], "default": None}),
        ("a: date = date(2024, 3, 1)", {"type": "string", "format": "date", "default": "2024-03-01"}),
        ("a: dt.date | None = None", {"type": ["string", "null"], "format": "date", "default": None}),
        ("a: date = '2024-03-01'", {"type": "string", "format": "date", "default": "2024-03-01"}),
        ("a: date = date.fromisoformat('2024-03-01')", {"type": "string", "format": "date", "default": "2024-03-01"}),
        ("a: date = date.today()", {"type": "string", "format": "date", "x-computed": "date.today()"}),
        ("a: date = date(2024, 13, 1)", {"type": "string", "format": "date", "x-computed": "date(2024, 13, 1)"}),
        ("a: datetime = datetime(2024, 3, 1, 5)", {
            "type": "string", "format": "date-time", "default": "2024-03-01T05:00:00",
        }),
        ("a = pd.Timestamp('2024-03-01')", {"type": "string", "format": "date-time", "default": "2024-03-01T00:00:00"}),
        ("a: list[date] = [date(2024, 3, 1)]", {
            "type": "array", "items": {"type": "string", "format": "date"}, "default": ["2024-03-01"],
        }),
        ("a: Annotated[int, Field(ge=1, le=12, description='of the year')] = 3", {
            "type": "integer", "minimum": 1, "maximum": 12, "description": "of the year", "default": 3,
        }),
        ("a: Annotated[str, MinLen(2), 'a code'] = 'xy'", {
            "type": "string", "minLength": 2, "description": "a code", "default": "xy",
        }),
        ("a: Annotated[list[int], MaxLen(3)] = []", {
            "type": "array", "items": {"type": "integer"}, "maxItems": 3, "default": [],
        }),
        ("a: Annotated[int, Gt(0), Lt(9)] = 3", {
            "type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 9, "default": 3,
        }),
        ("a: SomeClass = make()", {"x-computed": "make()"}),
        ("a: Any = 1", {"default": 1}),
        ("a: 'not a type' = 1", {"default": 1}),
        ("a = 1", {"type": "number", "default": 1}),
        ("a = -1.5", {"type": "number", "default": -1.5}),
        ("a = 'x'", {"type": "string", "default": "x"}),
        ("a = False", {"type": "boolean", "default": False}),
        ("a = None", {"default": None}),
        ("a = {'x': [1]}", {"type": "object", "default": {"x": [1]}}),
        ("a = {1: 2}", {"x-computed": "{1: 2}"}),
        ("a = b'x'", {"x-computed": "b'x'"}),
        ("a = 60 * 60", {"x-computed": "60 * 60"}),
        ("a = {1, 2}", {"x-computed": "{1, 2}"}),
        ("a = f'{1}'", {"x-computed": "f'{1}'"}),
        ("a: float", {"type": "number"}),
        ("a = 3  # type: float # how many", {"type": "number", "default": 3, "description": "how many"}),
        ("# how\n# many\na = 3", {"type": "number", "default": 3, "description": "how many"}),
        ("a: int = 1\na += 1", {"type": "integer", "x-computed": "1"}),
    ],
)  # fmt: skip
def test_declarations(declaration: str, expected: dict[str, Any]):
    """Each way to declare a parameter has its schema; nothing is evaluated."""
    assert of(declaration) == expected


def test_a_whole_cell():
    """Titles, places and what is required; the schema is one that validators accept."""
    found = schema_of("month: int = 1  # Month of the year\n_late_after: float\n")

    assert found == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "month": {
                "title": "Month", "type": "integer", "description": "Month of the year", "default": 1, "x-order": 0,
            },
            "_late_after": {"title": "Late after", "type": "number", "x-order": 1},
        },
        "required": ["_late_after"],
        "additionalProperties": False,
    }  # fmt: skip
    Draft202012Validator.check_schema(found)


def test_a_type_that_is_only_the_defaults_says_so():
    """An annotation is a promise, a default is a hint."""
    found = schema_of("a: int = 1\nb = 1\nc = None")["properties"]

    assert [found[name].get("x-inferred", False) for name in "abc"] == [False, True, False]


def test_a_notebook_without_parameters_takes_none():
    """No tagged cell: an empty schema that allows nothing."""
    found = parameters_of(notebook("a = 1"))

    assert (found["properties"], found["additionalProperties"]) == ({}, False)


@pytest.mark.parametrize("spec", [{"name": "ir", "language": "R", "display_name": "R"}, {"name": "ir"}])
def test_of_other_languages_nothing_is_known(spec: dict[str, str]):
    """An R notebook's parameters are passed as they are given, be it R by its kernel's name alone."""
    nb = notebook("a <- 1", parameters="if (TRUE) { a <- 1 }")
    nb.metadata.kernelspec = spec

    found = parameters_of(nb)

    assert found["additionalProperties"]
    assert coerce(found, {"a": [1]}, {"b": "2"}) == {"a": [1], "b": 2}


def test_a_cell_that_is_no_python_is_refused_with_its_line():
    """The refusal says where the cell breaks."""
    with pytest.raises(Invalid, match=r"not Python: .*\(line 2\)") as refusal:
        schema_of("a = 1\nb = = 2")

    assert refusal.value.code == "parameters_not_python"


def test_an_unregistered_notebook_need_not_be_understood():
    """Without strictness a cell that is no Python takes anything; its kernel will say what is wrong with it."""
    nb = notebook("1", parameters="print 'Python 2'")

    assert parameters_of(nb, strict=False)["additionalProperties"]


@given(st.text(max_size=150))
def test_any_cell_has_a_valid_schema_or_is_refused(cell: str):
    """Whatever stands in a parameters cell, the schema is valid and its defaults fit it."""
    try:
        found = schema_of(cell)
    except Invalid:
        return
    Draft202012Validator.check_schema(found)


annotations = st.recursive(
    st.sampled_from(["int", "float", "str", "bool", "None", "date", "dt.datetime", "Any", "Literal['x', 1]", "Thing"]),
    lambda inner: st.one_of(
        inner.map("list[{}]".format),
        inner.map("Optional[{}]".format),
        inner.map("dict[str, {}]".format),
        st.tuples(inner, inner).map("{0[0]} | {0[1]}".format),
        st.tuples(inner, inner).map("tuple[{0[0]}, {0[1]}]".format),
    ),
    max_leaves=6,
)
defaults = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=4,
)


@given(annotations, defaults)
def test_any_annotation_has_a_valid_schema(annotation: str, default: object):
    """Types nest in any way, and the default is kept as it stands."""
    found = schema_of(f"{IMPORTS}a: {annotation} = {default!r}")

    Draft202012Validator.check_schema(found)
    assert found["properties"]["a"]["default"] == default
