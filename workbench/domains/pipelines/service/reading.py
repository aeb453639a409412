"""One value under one JSON Schema: what it is as a value of the declared type, or why it is none."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

Schema = Mapping[str, Any]
Read = Callable[[Schema, Any], Any]

_WHOLE = re.compile(r"[+-]?\d{1,300}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
_NULL = {"null", "none"}
_FORMATS: Mapping[str, type[date]] = {"date": date, "date-time": datetime}
_WORDS = {
    "integer": "a whole number", "number": "a number", "string": "text", "boolean": "true or false", "null": "null",
    "array": "a list", "object": "an object", "date": "a date such as 2024-03-01",
    "date-time": "a time such as 2024-03-01T12:00:00",
}  # fmt: skip
_LONGEST_SHOWN = 60


class Wrong(ValueError):
    """The value does not fit; the text says what would."""


def from_value(schema: Schema, value: Any) -> Any:
    """A value of JSON's types as the schema wants it.

    Raises:
        Wrong: it does not fit.
    """
    return _fit(schema, value, _VALUES)


def from_text(schema: Schema, text: str) -> Any:
    """The value that a text stands for under the schema; where that says nothing, as papermill would read it.

    Raises:
        Wrong: it does not fit.
    """
    says_nothing = not {"type", "enum", "anyOf"} & schema.keys()
    return as_papermill(text) if says_nothing else _fit(schema, text, _TEXTS)


def as_papermill(text: str) -> Any:
    """What `papermill -p` makes of a text, save that `nan` and `inf`, which JSON does not have, stay text."""
    if text in {"True", "False", "None"}:
        return {"True": True, "False": False, "None": None}[text]
    for kind in (int, float):
        try:
            found: float = kind(text)
        except ValueError:
            continue
        return found if math.isfinite(found) else text
    return text


def described(schema: Schema) -> str:
    """What the schema wants, in words."""
    if "enum" in schema:
        return "one of " + ", ".join(json.dumps(choice, ensure_ascii=False) for choice in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(map(described, schema["anyOf"]))
    words = []
    for kind in sorted(_kinds(schema), key=lambda kind: kind == "null"):
        of = f", each item {described(schema['items'])}" if kind == "array" and schema.get("items") else ""
        words.append(_WORDS[schema.get("format", kind) if kind == "string" else kind] + of)
    return " or ".join(words) or "anything"


def shown(value: Any) -> str:
    """A value as a caller would recognise it, cut if it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def _fit(schema: Schema, value: Any, readers: Mapping[str, Read]) -> Any:
    if "enum" in schema:
        return _chosen(schema, value, readers)
    if "anyOf" in schema:
        return _first_that_fits(schema, value, readers)
    for kind in _kinds(schema):
        try:
            found = readers[kind](schema, value)
        except Wrong:
            continue
        _check_bounds(schema, found)
        return found
    if _kinds(schema):
        raise Wrong(f"must be {described(schema)}, not {shown(value)}")
    return value


def _kinds(schema: Schema) -> list[str]:
    """The types that the schema allows, the one that takes any text last."""
    given = schema.get("type", [])
    return sorted([given] if isinstance(given, str) else given, key=lambda kind: kind == "string")


def _chosen(schema: Schema, value: Any, readers: Mapping[str, Read]) -> Any:
    for choice in schema["enum"]:
        if value == choice and isinstance(value, bool) == isinstance(choice, bool):
            return choice
    for choice in schema["enum"] if readers is _TEXTS else ():
        if value.lower() == ("null" if choice is None else str(choice).lower()):
            return choice
    raise Wrong(f"must be {described(schema)}, not {shown(value)}")


def _first_that_fits(schema: Schema, value: Any, readers: Mapping[str, Read]) -> Any:
    for part in sorted(schema["anyOf"], key=lambda one: _kinds(one) == ["string"] and "enum" not in one):
        try:
            return _fit(part, value, readers)
        except Wrong:
            continue
    raise Wrong(f"must be {described(schema)}, not {shown(value)}")


def _check_bounds(schema: Schema, value: Any) -> None:
    size = len(value) if isinstance(value, str | list) else value
    if isinstance(size, bool) or not isinstance(size, int | float):
        return
    rules: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
        ("minimum", lambda bound: size >= bound, "must be at least {}"),
        ("exclusiveMinimum", lambda bound: size > bound, "must be greater than {}"),
        ("maximum", lambda bound: size <= bound, "must be at most {}"),
        ("exclusiveMaximum", lambda bound: size < bound, "must be less than {}"),
        ("multipleOf", lambda bound: not bound or size % bound == 0, "must be a multiple of {}"),
        ("minLength", lambda bound: size >= bound, "must have at least {} characters"),
        ("maxLength", lambda bound: size <= bound, "must have at most {} characters"),
        ("minItems", lambda bound: size >= bound, "must have at least {} items"),
        ("maxItems", lambda bound: size <= bound, "must have at most {} items"),
    )
    for word, holds, text in rules:
        if word in schema and not holds(schema[word]):
            raise Wrong(text.format(schema[word]) + f", not {shown(value)}")


def _integer(_: Schema, value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Wrong
    return value


def _number(_: Schema, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Wrong
    return value


def _string(schema: Schema, value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong
    kind = _FORMATS.get(schema.get("format", ""))
    if kind is None:
        return value
    try:
        return kind.fromisoformat(value.strip()).isoformat()
    except ValueError as error:
        raise Wrong from error


def _array(schema: Schema, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise Wrong
    return [from_value(schema.get("items", {}), item) for item in value]


def _object(schema: Schema, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise Wrong
    inner = schema.get("additionalProperties")
    return {key: from_value(inner if isinstance(inner, Mapping) else {}, item) for key, item in value.items()}


def _boolean(_: Schema, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong
    return value


def _null(_: Schema, value: Any) -> None:
    if value is not None:
        raise Wrong


def _integer_text(_: Schema, text: str) -> int:
    if not _WHOLE.fullmatch(text.strip()):
        raise Wrong
    return int(text)


def _number_text(schema: Schema, text: str) -> int | float:
    stated = text.strip()
    if _WHOLE.fullmatch(stated):
        return int(stated)
    if not _NUMBER.fullmatch(stated):
        raise Wrong
    return _number(schema, float(stated))


def _boolean_text(_: Schema, text: str) -> bool:
    stated = text.strip().lower()
    if stated not in _TRUE | _FALSE:
        raise Wrong
    return stated in _TRUE


def _null_text(_: Schema, text: str) -> None:
    if text.strip().lower() not in _NULL:
        raise Wrong


def _array_text(schema: Schema, text: str) -> list[Any]:
    """A list as JSON, or its items with commas between them."""
    if text.lstrip().startswith("["):
        return _array(schema, _json(text))
    return [from_text(schema.get("items", {}), part.strip()) for part in text.split(",")] if text.strip() else []


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Wrong from error


_VALUES: Mapping[str, Read] = {
    "integer": _integer, "number": _number, "string": _string, "boolean": _boolean, "null": _null, "array": _array,
    "object": _object,
}  # fmt: skip
_TEXTS: Mapping[str, Read] = {
    "integer": _integer_text, "number": _number_text, "string": _string, "boolean": _boolean_text, "null": _null_text,
    "array": _array_text, "object": lambda schema, text: _object(schema, _json(text)),
}  # fmt: skip
