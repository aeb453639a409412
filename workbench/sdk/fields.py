"""Draws each parameter of a pipeline with the widget that fits its JSON Schema."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workbench.core.naming import named_by

Schema = Mapping[str, Any]
EMPTY = "–"
ADD = ("Add…", "")  # an option of None would be none that is shown
LARGEST = 2**53 - 1  # the greatest whole number that a browser knows exactly
WIDE = {"description_width": "12em"}


@dataclass(frozen=True)
class Field:
    """A parameter and its widget; `read` gives the value as JSON, and raises KeyError where it is left to the default.

    `as_text` says that the value is text which the server reads by the declared type, as a shell's would be. Where it
    names something, `names` says of what kind (see `core.naming`), and `offer` takes what there is to choose from.
    """

    name: str
    widget: Any
    read: Callable[[], Any]
    as_text: bool = False
    names: str = ""
    offer: Callable[[Sequence[str]], None] = lambda _: None


def field(name: str, schema: Schema, value: Any = None) -> Field:
    """The field of a parameter, filled in with `value`, else with its default."""
    if value is None:
        value = schema.get("default")
    kinds = _kinds(schema)
    if "enum" in schema or (kinds == ["boolean"] and (_nullable(schema) or value is None)):
        return _choice(name, schema, value)
    draw = _DRAWN.get(kinds[0]) if len(kinds) == 1 else None
    return (draw and draw(name, schema, value)) or _text(name, schema, value)


def _kinds(schema: Schema) -> list[str]:
    kind = schema.get("type", [])
    return [one for one in ([kind] if isinstance(kind, str) else kind) if one != "null"]


def _nullable(schema: Schema) -> bool:
    return "null" in schema.get("type", []) or None in schema.get("enum", [])


def _looks(schema: Schema, name: str) -> dict[str, Any]:
    """What all widgets have: the title, the help as a tooltip, and their width."""
    said = {"description": schema.get("title") or name, "tooltip": schema.get("description") or name}
    return said | {"style": WIDE, "layout": {"width": "32em"}}


def _choice(name: str, schema: Schema, value: Any) -> Field:
    import ipywidgets as w

    known = schema.get("enum", [True, False])
    options = [(str(one), one) for one in known if one is not None]
    if _nullable(schema) or value not in known:
        options.insert(0, (EMPTY, None))
    widget = w.Dropdown(options=options, value=value if value in known else None, **_looks(schema, name))
    return Field(name, widget, lambda: _given(widget.value, schema))


def _boolean(name: str, schema: Schema, value: Any) -> Field:
    import ipywidgets as w

    widget = w.Checkbox(value=bool(value), indent=True, **_looks(schema, name))
    return Field(name, widget, lambda: widget.value)


def _number(name: str, schema: Schema, value: Any) -> Field | None:
    """A number between its bounds; none where it may be empty, which such a widget cannot be."""
    import ipywidgets as w

    if _nullable(schema) or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    whole = schema["type"] == "integer"
    low, high = _bounds(schema, whole)
    if not low <= value <= high:
        return None
    kind = w.BoundedIntText if whole else w.BoundedFloatText
    step = {"step": schema["multipleOf"]} if "multipleOf" in schema else {}
    widget = kind(value=value, min=low, max=high, **step, **_looks(schema, name))
    as_whole = isinstance(value, int)  # what was whole stays so, also where any number may come

    def read() -> float:
        number: float = widget.value
        return int(number) if as_whole and number == int(number) else number

    return Field(name, widget, read)


def _bounds(schema: Schema, whole: bool) -> tuple[float, float]:
    low, high = schema.get("minimum", -LARGEST), schema.get("maximum", LARGEST)
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is not None:
        low = max(low, math.floor(above) + 1 if whole else math.nextafter(above, math.inf))
    if below is not None:
        high = min(high, math.ceil(below) - 1 if whole else math.nextafter(below, -math.inf))
    return (math.ceil(low), math.floor(high)) if whole else (low, high)


def _string(name: str, schema: Schema, value: Any) -> Field | None:
    """A date, a moment or a text; none where the value that it has is no such."""
    import ipywidgets as w

    form = schema.get("format")
    if form in ("date", "date-time"):
        return _moment(name, schema, value, date if form == "date" else datetime)
    if named_by(schema):
        return _name(name, schema, value)
    kind = w.Textarea if "\n" in str(value or "") else w.Text
    widget = kind(value=str(value or ""), **_looks(schema, name))
    return Field(name, widget, lambda: _given(widget.value or _empty(schema), schema))


def _name(name: str, schema: Schema, value: Any) -> Field:
    """A text that suggests what there is; it is heard when it is complete, since others may depend on it."""
    import ipywidgets as w

    widget = w.Combobox(value=str(value or ""), continuous_update=False, **_looks(schema, name))

    def offer(offered: Sequence[str]) -> None:
        widget.options = tuple(offered)

    return Field(
        name, widget, lambda: _given(widget.value or _empty(schema), schema), names=named_by(schema), offer=offer
    )


def _empty(schema: Schema) -> str | None:
    """What a text without characters is."""
    return None if _nullable(schema) or "default" not in schema else ""


def _moment(name: str, schema: Schema, value: Any, kind: type[date]) -> Field | None:
    import ipywidgets as w

    try:
        at = kind.fromisoformat(value) if value else None
    except ValueError:
        return None
    picker = w.DatePicker if kind is date else w.NaiveDatetimePicker
    if isinstance(at, datetime) and at.tzinfo is not None:
        picker = w.DatetimePicker
    widget = picker(value=at, **_looks(schema, name))
    return Field(name, widget, lambda: _given(widget.value and widget.value.isoformat(), schema))


def _array(name: str, schema: Schema, value: Any) -> Field | None:
    """Several of a choice, or tags; none where the items have structure."""
    import ipywidgets as w

    items = schema.get("items", {})
    needed = value is None  # it has no default
    value = [] if needed else value
    if _nullable(schema) or not isinstance(value, list):
        return None
    if "enum" in items:
        options = [(str(one), one) for one in items["enum"]]
        chosen = [one for one in value if one in items["enum"]]
        widget = w.SelectMultiple(options=options, value=chosen, rows=min(len(options), 6), **_looks(schema, name))
        return Field(name, widget, lambda: _given(_list(widget, needed), schema))
    tags = {"string": w.TagsInput, "integer": w.IntsInput, "number": w.FloatsInput}.get(str(items.get("type")))
    if tags is None or "format" in items:
        return None
    widget = tags(value=value, allow_duplicates=True)
    more = w.Dropdown(options=[ADD], layout=w.Layout(width="auto", display="none"))
    labelled = w.HBox(
        [w.Label(schema.get("title") or name, layout=w.Layout(width="12em", justify_content="flex-end")), widget, more]
    )
    offer = _adding(widget, more)
    return Field(name, labelled, lambda: _given(_list(widget, needed), schema), names=named_by(schema), offer=offer)


def _list(widget: Any, needed: bool) -> list[Any] | None:
    """What is chosen; nothing is None where something is needed."""
    return list(widget.value) or (None if needed else [])


def _adding(tags: Any, more: Any) -> Callable[[Sequence[str]], None]:
    """Lets what is chosen of a list become a tag; others can be typed. The list is there where it has something."""

    def add(change: Any) -> None:
        if change["new"] and change["new"] not in tags.value:
            tags.value = [*tags.value, change["new"]]
        more.value = ""

    def offer(offered: Sequence[str]) -> None:
        more.options = [ADD, *((one, one) for one in offered)]
        more.layout.display = "" if offered else "none"

    more.observe(add, "value")
    return offer


def _text(name: str, schema: Schema, value: Any) -> Field:
    """What no other widget takes is written as in a shell; empty leaves it to the default."""
    import ipywidgets as w

    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    hint = schema.get("x-computed") or ("null" if _nullable(schema) else "required" if "default" not in schema else "")
    widget = w.Text(value=text, placeholder=str(hint), **_looks(schema, name))

    return Field(name, widget, lambda: _given(widget.value.strip() or None, schema), as_text=True)


def _given(value: Any, schema: Schema) -> Any:
    """A value; that there is none is null where it may be.

    Raises:
        KeyError: it may not, so that the default counts.
    """
    if value is None and not _nullable(schema):
        raise KeyError
    return value


_DRAWN = {"boolean": _boolean, "integer": _number, "number": _number, "string": _string, "array": _array}


def answers(fields: list[Field]) -> dict[str, dict[str, Any]]:
    """What is filled in, as `runs.start` takes it."""
    given: dict[str, dict[str, Any]] = {"parameters": {}, "texts": {}}
    for one in fields:
        with suppress(KeyError):
            value = one.read()
            given["texts" if one.as_text and value is not None else "parameters"][one.name] = value
    return given
