"""Annotations of Python become JSON Schema, by their names and without importing anything."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from workbench.core.naming import KEY
from workbench.engines.declarations import Names, unquoted

Schema = dict[str, Any]
ANY: Schema = {}
_SCALARS: dict[str, Schema] = {
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "str": {"type": "string"},
    "bool": {"type": "boolean"},
    "None": {"type": "null"},
    "NoneType": {"type": "null"},
    "numbers.Number": {"type": "number"},
    "pathlib.Path": {"type": "string"},
}
_SCALARS |= {
    f"workbench.names.{name}": {"type": "string", KEY: kind}
    for name, kind in (
        ("Connector", "connector"), ("Stream", "stream"), ("Table", "table"), ("NewTable", "new_table"),
        ("Column", "column"), ("NumberColumn", "number_column"), ("MomentColumn", "moment_column"),
        ("SharedColumn", "shared_column"), ("Condition", "condition"),
    )
}  # fmt: skip
_MOMENTS: Mapping[type[date], Schema] = {
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
}
_LISTS = {
    "list",
    "List",
    "Sequence",
    "Iterable",
    "Collection",
    "tuple",
    "Tuple",
    "set",
    "Set",
    "frozenset",
    "FrozenSet",
}
_OBJECTS = {"dict", "Dict", "Mapping", "MutableMapping"}
_BOUNDS = {
    "ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum", "multiple_of": "multipleOf",
    "Ge": "minimum", "Gt": "exclusiveMinimum", "Le": "maximum", "Lt": "exclusiveMaximum", "MultipleOf": "multipleOf",
}  # fmt: skip
_LENGTHS = {"min_length": ("minLength", "minItems"), "max_length": ("maxLength", "maxItems")}
_LENGTHS |= {"MinLen": _LENGTHS["min_length"], "MaxLen": _LENGTHS["max_length"]}
_TEXTS = {"title", "description"}


class Types:
    """Reads annotations in a notebook whose imports are `names`; what it does not know, may be anything."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def schema(self, annotation: ast.expr | None) -> Schema:
        """The JSON Schema of an annotation; empty, which allows anything, where it is not understood."""
        node = unquoted(annotation)
        if isinstance(node, ast.Constant):
            return {"type": "null"} if node.value is None else dict(ANY)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return union([self.schema(node.left), self.schema(node.right)])
        if isinstance(node, ast.Subscript):
            return self._generic(node)
        return self._named(node)

    def _named(self, node: ast.expr) -> Schema:
        if kind := self._names.moment(node):
            return dict(_MOMENTS[kind])
        qualified = self._names.qualified(node)
        last = qualified.rpartition(".")[2]
        if last in _LISTS:
            return {"type": "array"}
        if last in _OBJECTS:
            return {"type": "object"}
        return dict(_SCALARS.get(qualified.removeprefix("builtins."), ANY))

    def _generic(self, node: ast.Subscript) -> Schema:
        last = self._names.qualified(node.value).rpartition(".")[2]
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if last in _LISTS:
            return self._list(last, inner)
        handlers: dict[str, Callable[[list[ast.expr]], Schema]] = {
            "Optional": lambda of: union([self.schema(of[0]), {"type": "null"}]),
            "Union": lambda of: union([self.schema(one) for one in of]),
            "Literal": literal,
            "Annotated": self._annotated,
            "Final": lambda of: self.schema(of[0]),
        }
        handlers |= dict.fromkeys(_OBJECTS, self._object)
        return handlers[last](inner) if last in handlers else dict(ANY)

    def _list(self, name: str, inner: list[ast.expr]) -> Schema:
        kinds = [one for one in inner if not (isinstance(one, ast.Constant) and one.value is ...)]
        schema: Schema = {"type": "array"}
        if len(kinds) == 1 and (items := self.schema(kinds[0])):
            schema["items"] = items
        elif name in {"tuple", "Tuple"} and len(kinds) > 1:
            schema |= {"items": union([self.schema(kind) for kind in kinds])}
            schema |= {"minItems": len(kinds), "maxItems": len(kinds)}
        return schema

    def _object(self, inner: list[ast.expr]) -> Schema:
        values = self.schema(inner[1]) if len(inner) == 2 else {}
        return {"type": "object", **({"additionalProperties": values} if values else {})}

    def _annotated(self, inner: list[ast.expr]) -> Schema:
        schema = self.schema(inner[0])
        for extra in inner[1:]:
            if isinstance(extra, ast.Constant) and isinstance(extra.value, str):
                schema["description"] = extra.value
            if isinstance(extra, ast.Call):
                self._constrain(schema, extra)
        return schema

    def _constrain(self, schema: Schema, call: ast.Call) -> None:
        """Limits as pydantic's Field and annotated_types spell them, where they are plain values."""
        given = {word.arg: constant(word.value) for word in call.keywords if word.arg}
        name = self._names.qualified(call.func).rpartition(".")[2]
        if len(call.args) == 1 and not call.keywords:
            given[name] = constant(call.args[0])
        for key, value in given.items():
            if key in _BOUNDS and isinstance(value, int | float) and not isinstance(value, bool):
                schema[_BOUNDS[key]] = value
            elif key in _LENGTHS and isinstance(value, int):
                schema[_LENGTHS[key][schema.get("type") == "array"]] = value
            elif key in _TEXTS and isinstance(value, str):
                schema[key] = value

    def of_default(self, value: ast.expr | None) -> Schema:
        """What a default tells where there is no annotation; a whole number may turn into any."""
        if isinstance(value, ast.Call):
            for named in (value.func, getattr(value.func, "value", None)):
                if kind := self._names.moment(named):
                    return dict(_MOMENTS[kind])
        found = self.default(value)
        if isinstance(found, bool):
            return {"type": "boolean"}
        kinds = {int: "number", float: "number", str: "string", list: "array", dict: "object"}
        return {"type": kinds[type(found)]} if type(found) in kinds else dict(ANY)

    def default(self, value: ast.expr | None) -> Any:
        """A default as JSON holds it.

        Returns:
            The value, or `COMPUTED` where it takes more than reading to know it.
        """
        if isinstance(value, ast.List | ast.Tuple):
            items = [self.default(item) for item in value.elts]
            return COMPUTED if COMPUTED in items else items
        if isinstance(value, ast.Call) and (moment := self._moment(value)) is not None:
            return moment.isoformat()
        return constant(value)

    def _moment(self, call: ast.Call) -> date | None:
        """The date or time that `date(2024, 3, 1)` or `date.fromisoformat("2024-03-01")` makes."""
        kind = self._names.moment(call.func)
        make: Callable[..., date] | None = kind
        if kind is None and isinstance(call.func, ast.Attribute) and call.func.attr == "fromisoformat":
            kind = self._names.moment(call.func.value)
            make = kind.fromisoformat if kind else None
        if make is None:
            return None
        arguments = [constant(argument) for argument in call.args]
        words = {word.arg: constant(word.value) for word in call.keywords if word.arg}
        if kind is datetime and len(arguments) == 1 and isinstance(arguments[0], str):
            make = datetime.fromisoformat  # pandas.Timestamp("2024-03-01")
        try:
            return make(*arguments, **words)
        except (TypeError, ValueError, OverflowError):
            return None


class _Computed:
    """The default is an expression, which is not evaluated."""

    def __repr__(self) -> str:
        return "COMPUTED"


COMPUTED = _Computed()


def constant(value: ast.expr | None) -> Any:
    """A literal as JSON holds it, else `COMPUTED`."""
    if value is None:
        return COMPUTED
    try:
        return _json(ast.literal_eval(value))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError, OverflowError):
        return COMPUTED


def _json(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("JSON has only text for keys")
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("JSON has only finite numbers")
    if isinstance(value, int) and value.bit_length() > 1024:
        raise ValueError("too large")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError(f"JSON has no {type(value).__name__}")


def literal(values: list[ast.expr]) -> Schema:
    """The schema of `Literal[…]`."""
    found = [constant(value) for value in values]
    if COMPUTED in found:
        return dict(ANY)
    kinds = {type(value) for value in found}
    names = {str: "string", int: "integer", bool: "boolean"}
    kind = {"type": names[kinds.pop()]} if len(kinds) == 1 and kinds <= names.keys() else {}
    return {**kind, "enum": found}


def union(schemas: list[Schema]) -> Schema:
    """The schema of what is one of several; the short form where they differ only in type."""
    flat = [part for schema in schemas for part in schema.get("anyOf", [schema])]
    if any(not schema for schema in flat):
        return dict(ANY)
    rest = [schema for schema in flat if schema != {"type": "null"}]
    nullable = len(rest) < len(flat)
    if len(rest) == 1 and nullable:
        return _nullable(rest[0])
    if all(schema.keys() == {"type"} and isinstance(schema["type"], str) for schema in flat):
        kinds = list(dict.fromkeys(schema["type"] for schema in flat))
        return {"type": kinds if len(kinds) > 1 else kinds[0]}
    return {"anyOf": flat}


def _nullable(schema: Schema) -> Schema:
    if "null" in schema.get("type", []):
        return schema
    if "enum" in schema:
        return (
            {**schema, "type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
            if "type" in schema
            else {"enum": [*schema["enum"], None]}
        )
    kind = schema["type"]
    return {**schema, "type": [*([kind] if isinstance(kind, str) else kind), "null"]}
