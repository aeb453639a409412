"""A form asks for what a schema declares, and hands back what was filled in."""

from __future__ import annotations

import re

import pytest

from tests.factories.pages import text
from workbench.core.errors import Conflict, Invalid
from workbench.ui.schema_forms import misfits, schema_form, texts

HOSTILE = '"><script>alert(1)</script>'
TEXTS = {"type": "object", "additionalProperties": {"type": "string"}, "examples": [{"orders": "changed_at"}]}


def form(declared, **more):
    """A form of one property, `x`."""
    return schema_form({"properties": {"x": declared}}, "run", "Run", **more)


@pytest.mark.parametrize(
    ("declared", "drawn"),
    [
        ({"type": "integer", "default": 3, "minimum": 1}, 'type="number" id="f-x" name="x" step="1" min="1" value="3"'),
        ({"type": "number"}, '<input type="number" id="f-x" name="x" step="any" value="">'),
        ({"type": "string", "format": "date", "default": "2026-01-31"}, 'type="date" id="f-x" name="x" value="2026-01'),
        ({"type": "string", "format": "date-time"}, 'type="datetime-local"'),
        ({"type": "boolean", "default": True}, '<input type="checkbox" value="true" id="f-x" name="x" checked>'),
        ({"enum": ["a", "b"], "default": "b"}, "<option>a</option><option selected>b</option>"),
        ({"type": "array", "default": [1, 2]}, ">[1, 2]</textarea>"),
        ({"type": "object", "examples": [{"a": 1}]}, 'placeholder="JSON, such as {&#34;a&#34;: 1}"'),
        (TEXTS, 'placeholder="orders: changed_at">'),
        (TEXTS | {"default": {"a": "b: c", "d": "e"}}, ">a: b: c\nd: e</textarea>"),
        (TEXTS | {"default": {"a:b": "c"}}, ">{&#34;a:b&#34;: &#34;c&#34;}</textarea>"),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 'type="number"'),
        ({"type": "string", "default": "x" * 90}, "<textarea"),
    ],
)  # fmt: skip
def test_each_type_has_its_input(declared, drawn):
    """Dates, numbers, booleans, choices and lists are asked for as what they are."""
    assert drawn in form(declared)


def test_fields_stand_in_the_order_of_the_notebook():
    """The order in which the cell declares them, not that of the alphabet."""
    schema = {"properties": {"a": {"x-order": 1, "title": "Second"}, "b": {"x-order": 0, "title": "First"}}}

    assert re.findall(r"<label[^>]*>(\w+)<", schema_form(schema, "run", "Run")) == ["First", "Second"]


def test_help_and_faults_are_told_with_the_field():
    """Who hears the form hears both with the input."""
    drawn = form({"type": "integer", "description": "How many"}, wrong={"x": "must be a number"}, values={"x": "many"})

    assert 'aria-describedby="f-x-help f-x-wrong"' in drawn
    assert '<p class="wrong" id="f-x-wrong">must be a number</p>' in drawn
    assert 'value="many"' in drawn


def test_code_in_a_help_is_code():
    """A notebook's author writes it between backticks; nothing else of the text is markup."""
    drawn = form({"type": "string", "description": "Such as `a < 3`, <b>or</b> ` alone"})

    assert "Such as <code>a &lt; 3</code>, &lt;b&gt;or&lt;/b&gt; ` alone" in drawn


def test_what_may_be_left_out_is_told():
    """A field without a value of its own and without need of one; not one that begins with a value."""
    properties = {
        "a": {"type": "string"},
        "b": {"type": "array", "default": []},
        "c": {"type": "integer", "default": 3},
    }
    drawn = schema_form({"properties": properties, "required": ["a"]}, "run", "Run")

    labels = re.findall(r'class="field"><(?:label|span)[^>]*>(.*?)</(?:label|span)><(?:input|textarea)', drawn)
    assert [text(label) for label in labels] == ["a", "b · optional", "c"]


def test_a_box_that_is_not_ticked_is_false():
    """A browser sends nothing for it; the field before it says so."""
    drawn = form({"type": "boolean"})

    assert drawn.index('type="hidden" name="x" value="false"') < drawn.index('type="checkbox"')


def test_what_was_left_empty_keeps_its_default_except_where_empty_is_a_text():
    """An empty number is none; an empty text is one."""
    schema = {
        "properties": {"n": {"type": "integer"}, "s": {"type": "string"}, "d": {"type": "string", "format": "date"}}
    }

    assert texts(schema, {"n": "", "s": "", "d": "", "other": "1"}) == {"s": ""}
    assert texts(schema, {"n": "4", "s": "a"}) == {"n": "4", "s": "a"}


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("orders: changed_at\n\n people : id ", '{"orders": "changed_at", "people": "id"}'),
        ('{"orders": "id"}', '{"orders": "id"}'),
        ("url: https://x/y", '{"url": "https://x/y"}'),
        ("orders changed_at", "orders changed_at"),
        (": id", ": id"),
    ],
)
def test_texts_with_names_have_a_line_each(written, sent):
    """Nobody writes JSON for them, and who does may; a line without a name stays, to be refused."""
    assert texts({"properties": {"x": TEXTS}}, {"x": written}) == {"x": sent}


def test_nothing_of_a_schema_is_markup():
    """Names, titles, help, defaults, choices and faults are text."""
    declared = {"title": HOSTILE, "description": HOSTILE, "default": HOSTILE, "enum": [HOSTILE]}
    drawn = schema_form({"properties": {HOSTILE: declared}}, HOSTILE, HOSTILE, wrong={HOSTILE: HOSTILE})

    assert "<script" not in drawn


def test_a_required_text_that_was_left_empty_is_missing():
    """So that its operation says that it is required; a text that may be empty is empty."""
    schema = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]}

    assert texts(schema, {"a": "", "b": ""}) == {"b": ""}


FORM = {"properties": {"label": {"type": "string"}, "path": {"type": "string"}}}


@pytest.mark.parametrize(
    ("pointers", "fields"),
    [
        (["/config/path"], {"path": "no"}),
        (["/config/path/0/a"], {"path": "0 a no"}),
        (["/name", "/path"], {"label": "no", "path": "no"}),
    ],
)
def test_what_is_wrong_is_told_at_its_field(pointers, fields):
    """Also where an operation calls the field otherwise, and where only a part of it is wrong."""
    error = Invalid("No.", errors=[{"pointer": pointer, "message": "no"} for pointer in pointers])

    assert misfits(FORM, error, below="config", called={"name": "label"}) == fields


def test_a_name_that_is_taken_is_told_at_the_name():
    """The field that it has in the form."""
    assert misfits(FORM, Conflict("Taken.", code="already_exists"), below="", taken="label") == {"label": "Taken."}


@pytest.mark.parametrize("pointers", [[], ["/config"], ["/config/path", "/config/other"], ["/other"]])
def test_what_no_field_can_mend_is_told_as_it_is(pointers):
    """Nothing that is wrong is left unsaid."""
    error = Invalid("No.", errors=[{"pointer": pointer, "message": "no"} for pointer in pointers])

    with pytest.raises(Invalid, match=r"^No\.$"):
        misfits(FORM, error, below="config")
