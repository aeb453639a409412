"""Each parameter becomes the widget that fits it, and its answer is what the server reads."""

from __future__ import annotations

from datetime import UTC, date, datetime

import ipywidgets as w
import pytest

from workbench.sdk.fields import LARGEST, answers, field

DATE = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
WORDS = {"type": "array", "items": {"type": "string"}}
DAYS = {"type": "array", "items": {"enum": ["Mon", "Tue"]}}


@pytest.mark.parametrize(
    ("schema", "kind", "shown"),
    [
        ({"type": "integer", "default": 3}, w.BoundedIntText, 3),
        ({"type": "number", "default": 0.5, "minimum": 0}, w.BoundedFloatText, 0.5),
        ({"type": "boolean", "default": True}, w.Checkbox, True),
        ({"type": "string", "default": "a"}, w.Text, "a"),
        ({"type": "string", "default": "a\nb"}, w.Textarea, "a\nb"),
        (DATE | {"default": "2024-03-01"}, w.DatePicker, date(2024, 3, 1)),
        (DATE, w.DatePicker, None),
        (MOMENT | {"default": "2024-03-01T12:30:00"}, w.NaiveDatetimePicker, datetime(2024, 3, 1, 12, 30)),  # noqa: DTZ001
        (MOMENT | {"default": "2024-03-01T12:30:00+00:00"}, w.DatetimePicker, datetime(2024, 3, 1, 12, 30, tzinfo=UTC)),
        ({"enum": ["a", "b"], "type": "string", "default": "b"}, w.Dropdown, "b"),
        ({"type": ["boolean", "null"], "default": None}, w.Dropdown, None),
        (DAYS | {"default": ["Tue"]}, w.SelectMultiple, ("Tue",)),
        ({"type": ["integer", "null"], "default": 5}, w.Text, "5"),
        ({"type": ["integer", "string"], "default": "00123"}, w.Text, "00123"),
        ({"type": "object", "default": {"a": 1}}, w.Text, '{"a": 1}'),
        ({"type": "array", "items": DATE, "default": ["2024-03-01"]}, w.Text, '["2024-03-01"]'),
        ({"type": "integer"}, w.Text, ""),
        ({"default": None}, w.Text, ""),
    ],
)
def test_the_widget_fits_the_schema(schema, kind, shown):
    """Its kind follows from the type, and it shows the default."""
    made = field("x", schema)

    assert type(made.widget) is kind
    assert made.widget.value == shown


@pytest.mark.parametrize("schema", [WORDS, DAYS])
def test_a_list_without_a_default_is_asked_for(schema):
    """It has the widget of a list, and nothing chosen is no answer."""
    made = field("x", schema)
    widget = made.widget if schema is DAYS else made.widget.children[1]

    assert answers([made])["parameters"] == {}
    widget.value = ["Tue"]
    assert answers([made])["parameters"] == {"x": ["Tue"]}


@pytest.mark.parametrize(
    ("items", "kind"), [("string", w.TagsInput), ("integer", w.IntsInput), ("number", w.FloatsInput)]
)
def test_a_list_has_tags(items, kind):
    """What is added to a list of plain values is among its answer."""
    values = {"string": ["a", "b"], "integer": [1, 2], "number": [0.5, 2.0]}[items]
    made = field("x", {"type": "array", "items": {"type": items}, "default": values[:1]})
    tags = made.widget.children[1]
    tags.value = values

    assert type(tags) is kind
    assert made.read() == values


@pytest.mark.parametrize(
    ("bounds", "low", "high"),
    [
        ({}, -LARGEST, LARGEST),
        ({"minimum": 1, "maximum": 12}, 1, 12),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 10}, 1, 9),
        ({"minimum": 0.5, "maximum": 3.5}, 1, 3),
    ],
)
def test_numbers_stay_within_their_bounds(bounds, low, high):
    """The widget takes nothing that the schema would refuse."""
    made = field("x", {"type": "integer", "default": 2, **bounds})
    made.widget.value = LARGEST + 1

    assert (made.widget.min, made.widget.max, made.read()) == (low, high, high)


def test_a_default_that_is_out_of_bounds_is_text_for_the_server_to_refuse():
    """It is not silently another one."""
    made = field("x", {"type": "integer", "default": 0, "minimum": 1})

    assert answers([made]) == {"parameters": {}, "texts": {"x": "0"}}


def test_a_whole_default_stays_whole_where_any_number_may_come():
    """`month = 1` is inferred to be a number; it is not 1.0 for that."""
    made = field("x", {"type": "number", "default": 1, "x-inferred": True})

    assert repr(made.read()) == "1"
    made.widget.value = 1.5
    assert made.read() == 1.5


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        ({"type": "integer"}, {}),
        ({"type": "string"}, {}),
        ({"type": "string", "default": ""}, {"x": ""}),
        ({"type": ["string", "null"], "default": None}, {"x": None}),
        ({"type": ["integer", "null"], "default": None}, {"x": None}),
        (DATE, {}),
        ({"type": [DATE["type"], "null"], "format": "date", "default": None}, {"x": None}),
        ({"enum": ["a", None]}, {"x": None}),
        ({"enum": ["a", "b"]}, {}),
        ({"type": "number", "x-computed": "24 * 7"}, {}),
    ],
)
def test_what_is_empty_is_null_where_it_may_be_and_else_left_to_the_default(schema, sent):
    """The server says what is required."""
    assert answers([field("x", schema)]) == {"parameters": sent, "texts": {}}


def test_the_values_of_the_last_time_come_before_the_defaults():
    """One that does not fit any more is shown as text, to be mended."""
    assert field("x", {"type": "integer", "default": 3}, 7).read() == 7
    assert field("x", DATE | {"default": "2024-03-01"}, "2025-01-31").read() == "2025-01-31"
    assert answers([field("x", DATE, "someday")])["texts"] == {"x": "someday"}


def test_help_is_a_tooltip_and_a_computed_default_is_shown():
    """The comment of the notebook is there, and so is the code of what is not known before the run."""
    made = field("hours", {"title": "Hours", "description": "How many", "x-computed": "24 * 7"})

    assert (made.widget.description, made.widget.tooltip) == ("Hours", "How many")
    assert made.widget.placeholder == "24 * 7"
