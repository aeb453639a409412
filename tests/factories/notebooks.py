"""Notebooks to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def plain(*sources: str, parameters: str | None = None) -> dict[str, Any]:
    """A Python notebook as JSON: code cells, the first of them tagged `parameters` where there are any."""
    tagged = [_cell(parameters, tags=["parameters"])] if parameters is not None else []
    cells = [*tagged, *(_cell(source) for source in sources)]
    named = [cell | {"id": f"cell-{place}"} for place, cell in enumerate(cells)]
    return {"cells": named, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}


def notebook(*sources: str, parameters: str | None = None) -> NotebookNode:
    """The same as nbformat has it."""
    import nbformat

    made: NotebookNode = nbformat.from_dict(plain(*sources, parameters=parameters))
    return made


def _cell(source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}
