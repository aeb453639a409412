"""Which cell of a notebook logged a number or a figure, found in its code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Literal

from workbench.domains.runs.schemas import CellOutputs

Kind = Literal["metric", "figure"]
INJECTED = "# Parameters\n"  # how papermill begins the cell that it injects
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


def as_written(cells: Sequence[CellOutputs], total: int | None) -> list[CellOutputs]:
    """The cells of a run, numbered as its author numbers them: the cell with the values that were injected is not hers.

    `total` is how many she wrote. Without sources to look at, the injected cell is taken for the first.
    """
    if total is None or len(cells) <= total:
        return list(cells)
    injected = next((place for place, cell in enumerate(cells) if cell.source.startswith(INJECTED)), 0)
    own = [*cells[:injected], *cells[injected + 1 :]]
    return [cell.model_copy(update={"number": number}) for number, cell in enumerate(own, 1)]
