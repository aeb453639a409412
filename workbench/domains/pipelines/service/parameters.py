"""The parameters that a notebook declares, as JSON Schema (draft 2020-12)."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from workbench.core.errors import Invalid
from workbench.engines.declarations import TAG, Declaration, declared_in

from .types import COMPUTED, Types, union

if TYPE_CHECKING:
    from nbformat import NotebookNode

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_LONGEST_HELP = 1000
_LONGEST_CODE = 500


def parameters_of(
    notebook: NotebookNode, *, kernel: str | None = None, strict: bool = True, tag: str = TAG
) -> dict[str, Any]:
    """The JSON Schema of the parameters of a notebook, to be run in its own kernel or in the one named.

    Beside the standard words a property has `x-order`, its place in the cell (PostgreSQL sorts keys); `x-inferred`, if
    its type is only that of its default; and `x-computed`, the code of a default that is no literal and is therefore
    not known before the notebook runs. Where a text names something (see `workbench.names`), `x-names` says what. A
    parameter without a default is required. Of languages other than Python nothing is known, and anything is allowed;
    so it is, unless `strict`, where the cell is no Python after all.

    Raises:
        Invalid: the parameters cell is not Python.
    """
    from workbench.engines.kernelspecs import is_python

    anything = _schema({}, [], open_=True)
    if not is_python(notebook, kernel):
        return anything
    try:
        declared, names = declared_in(notebook, tag)
    except SyntaxError as error:
        if not strict:
            return anything
        raise Invalid(
            f"The cell tagged `{tag}` is not Python: {error.msg} (line {error.lineno or 1}).",
            fix="Leave only assignments in it, such as `month: int = 1`.",
            code="parameters_not_python",
        ) from error
    types = Types(names)
    properties = {one.name: _property(one, types, order) for order, one in enumerate(declared)}
    return _schema(properties, [one.name for one in declared if one.value is None])


def _schema(properties: dict[str, Any], required: list[str], *, open_: bool = False) -> dict[str, Any]:
    return {
        "$schema": DRAFT,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": open_,
    }


def _property(declared: Declaration, types: Types, order: int) -> dict[str, Any]:
    schema = types.schema(declared.annotation) if declared.annotation is not None else types.of_default(declared.value)
    inferred = {"x-inferred": True} if declared.annotation is None and schema else {}
    found = {"title": declared.name.strip("_").replace("_", " ").capitalize() or declared.name, **schema, **inferred}
    if declared.help:
        found["description"] = declared.help[:_LONGEST_HELP]
    if declared.value is not None:
        default = COMPUTED if declared.computed else types.default(declared.value)
        if default is COMPUTED:
            found["x-computed"] = _code(declared)
        else:
            found |= _allowing_null(schema) if default is None else {}
            found["default"] = default
    return found | {"x-order": order}


def _allowing_null(schema: dict[str, Any]) -> dict[str, Any]:
    """`x: int = None` is careless and common: what the default is must be allowed."""
    return union([schema, {"type": "null"}]) if schema else {}


def _code(declared: Declaration) -> str:
    try:
        return ast.unparse(declared.value)[:_LONGEST_CODE] if declared.value is not None else ""
    except (RecursionError, ValueError):
        return "…"
