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
TOLD = {"SUBQUERY": "a subquery", "WINDOW": "a window function", "STAR": "a star", "PARAMETER": "a parameter"}
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
    return list(dict.fromkeys(_names(expression)))


def _names(root: Any) -> list[str]:
    """The names of columns, but those that a lambda binds; without recursion, since a long sum is a deep tree."""
    found: list[str] = []
    waiting: list[tuple[Any, frozenset[str]]] = [(root, frozenset())]
    while waiting:
        node, bound = waiting.pop()
        if isinstance(node, list):
            waiting += ((part, bound) for part in reversed(node))
        if not isinstance(node, Mapping):
            continue
        kind = node.get("class")
        if kind is not None and kind not in KINDS:
            told = TOLD.get(kind, kind.lower().replace("_", " "))
            raise NoScalar(f"there is {told} in it")
        if kind == "COLUMN_REF":
            found += [name for name in node["column_names"][:1] if name not in bound]
            continue
        if kind == "LAMBDA":
            bound = bound | frozenset(_names(node["lhs"]))
        waiting += ((part, bound) for part in reversed(list(node.values())))
    return found
