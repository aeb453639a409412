"""What changed in a notebook, cell by cell and line by line; nbdime says which cells belong together."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, Literal

from sqlalchemy.orm import Session

from workbench.core.errors import Invalid
from workbench.domains.pipelines.models import Pipeline
from workbench.domains.pipelines.schemas import CellDiff, DiffView, LineDiff
from workbench.engines.cells import numbered

from . import catalog, notebooks

Cell = dict[str, Any]


def compare(db: Session, pipeline: Pipeline, before: int | None, number: int) -> DiffView:
    """The changes from version `before`, or the one before `number`, to `number`.

    Raises:
        NotFound: there is no such version.
        Invalid: there is none before the first.
    """
    if before is None and number == 1:
        raise Invalid("There is no version before the first.", fix="Name the two versions to compare.")
    earlier, later = (catalog.version_of(db, pipeline, wanted) for wanted in (before or number - 1, number))
    cells = list(changes(notebooks.unpack(earlier.content), notebooks.unpack(later.content)))
    return DiffView(pipeline=pipeline.name, before=earlier.number, number=later.number, cells=cells)


def changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[CellDiff]:
    """The cells of both notebooks in order, each with what became of it."""
    was, is_ = ({id(cell): n for n, cell in enumerate(numbered(one["cells"]), 1)} for one in (before, after))
    for old, new in _pairs(before["cells"], after["cells"]):
        numbers = {"before": was.get(id(old)), "number": is_.get(id(new))}
        if old is None or new is None:
            change: Literal["added", "removed"] = "added" if old is None else "removed"
            cell = new if old is None else old
            assert cell is not None
            lines = [LineDiff(change=change, text=line) for line in _lines(cell)]
            yield CellDiff(change=change, cell_type=cell["cell_type"], lines=lines, **numbers)
        else:
            lines = list(_compared(_lines(old), _lines(new)))
            same = old["cell_type"] == new["cell_type"] and all(line.change == "kept" for line in lines)
            yield CellDiff(
                change="kept" if same else "changed", cell_type=new["cell_type"], lines=lines, **numbers
            )  # fmt: skip


def _pairs(before: list[Cell], after: list[Cell]) -> Iterator[tuple[Cell | None, Cell | None]]:
    """Which cell became which; a cell without a counterpart was added or removed."""
    from nbdime.diffing.notebooks import diff_notebooks  # its import takes seconds
    from nbformat import from_dict

    found = diff_notebooks(from_dict(_plain(before)), from_dict(_plain(after)))
    steps: list[Any] = next((entry["diff"] for entry in found if entry["key"] == "cells"), [])
    old, new = 0, 0
    for step in steps:
        for _ in range(step["key"] - old):
            yield before[old], after[new]
            old, new = old + 1, new + 1
        if step["op"] == "addrange":
            for _ in step["valuelist"]:
                yield None, after[new]
                new += 1
        elif step["op"] == "removerange":
            for _ in range(step["length"]):
                yield before[old], None
                old += 1
        else:
            yield before[old], after[new]
            old, new = old + 1, new + 1
    yield from zip(before[old:], after[new:], strict=True)


def _plain(cells: list[Cell]) -> dict[str, Any]:
    """A notebook of cells without what no reader sees, so that only source decides what belongs together."""
    executed: Cell = {"outputs": [], "execution_count": None}
    kept = [
        {"cell_type": cell["cell_type"], "source": "".join(cell["source"]), "metadata": {}}
        | (executed if cell["cell_type"] == "code" else {})
        for cell in cells
    ]
    return {"cells": kept, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


def _lines(cell: Cell) -> list[str]:
    return "".join(cell["source"]).splitlines()


def _compared(before: list[str], after: list[str]) -> Iterator[LineDiff]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (LineDiff(change="kept", text=line) for line in after[j1:j2])
            continue
        yield from (LineDiff(change="removed", text=line) for line in before[i1:i2])
        yield from (LineDiff(change="added", text=line) for line in after[j1:j2])
