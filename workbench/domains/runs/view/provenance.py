"""Which cell of a notebook logged a number or a figure, found in its code."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Literal

from workbench.domains.runs.schemas import CellOutputs

Kind = Literal["metric", "figure"]
CALLS: dict[str, Kind] = {"log_metric": "metric", "log_figure": "figure"}


def logged_in(cells: Iterable[CellOutputs]) -> dict[tuple[Kind, str], CellOutputs]:
    """The cell that logged each metric and figure by a name that stands in the code; of several cells the last."""
    found: dict[tuple[Kind, str], CellOutputs] = {}
    for cell in cells:
        found |= dict.fromkeys(_logged(cell.source), cell)
    return found


def _logged(source: str) -> list[tuple[Kind, str]]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # magics, another language
        return []
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    named = [(_name(call.func), call.args[0]) for call in calls]
    return [
        (CALLS[name], first.value)
        for name, first in named
        if name in CALLS and isinstance(first, ast.Constant) and isinstance(first.value, str)
    ]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
