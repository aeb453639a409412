"""Whether a text is one scalar expression over columns, as DuckDB itself parses it; asked in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KINDS = frozenset({
    "COLUMN_REF", "CONSTANT", "FUNCTION", "OPERATOR", "COMPARISON", "CONJUNCTION", "CASE", "CAST", "TYPE", "BETWEEN",
    "COLLATE", "LAMBDA",
})  # fmt: skip
# What DuckDB takes for a value where no column is called so.
WORDS = frozenset({
    "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user", "user",
    "session_user", "current_catalog", "current_schema",
})  # fmt: skip
PLAIN = {"type": "SELECT_NODE", "aggregate_handling": "STANDARD_HANDLING", "cte_map": {"map": []}}
EMPTY: tuple[Any, ...] = (None, [], False)


class NoScalar(ValueError):
    """A text that is something else; the message says what."""


def columns_of(statements: list[Any]) -> list[str]:
    """The columns that an expression names, given the parse tree of `SELECT <expression>`, in their order.

    Whether it is an aggregate or gives several rows is only known once it is bound to a source.

    Raises:
        NoScalar: there is more than an expression, or a subquery, a window or a star in it.
    """
    node = statements[0]["node"] if len(statements) == 1 else {}
    rest = {name: value for name, value in node.items() if name not in ("select_list", "from_table", *PLAIN)}
    odd = any(node.get(name) != value for name, value in PLAIN.items()) or any(it not in EMPTY for it in rest.values())
    if odd or node["from_table"]["type"] != "EMPTY" or len(node["select_list"]) != 1:
        raise NoScalar("this is more than one expression")
    (expression,) = node["select_list"]
    if expression.get("alias"):
        raise NoScalar("a name is given to it, which the target's column has already")
    return list(dict.fromkeys(_names(expression, frozenset())))


def _names(node: Any, bound: frozenset[str]) -> list[str]:
    if isinstance(node, list):
        return [name for part in node for name in _names(part, bound)]
    if not isinstance(node, Mapping):
        return []
    kind = node.get("class")
    if kind is not None and kind not in KINDS:
        told = {"SUBQUERY": "a subquery", "WINDOW": "a window function", "STAR": "a star", "PARAMETER": "a parameter"}
        raise NoScalar(f"there is {told.get(kind, kind.lower().replace('_', ' '))} in it")
    if kind == "COLUMN_REF":
        name = node["column_names"][0]
        return [] if name in bound else [name]
    if kind == "LAMBDA":
        bound = bound | set(_names(node["lhs"], frozenset()))
    return [name for part in node.values() for name in _names(part, bound)]
