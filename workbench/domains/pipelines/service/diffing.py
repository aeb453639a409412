"""What changed in a notebook, cell by cell and line by line; nbdime says which changed cells belong together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal

from sqlalchemy.orm import Session

from workbench.core.errors import Invalid
from workbench.domains.pipelines.models import Pipeline
from workbench.domains.pipelines.schemas import CellDiff, DiffView, LineDiff
from workbench.engines.cells import numbered

from . import catalog, notebooks
from .aligning import MOST_CHANGES, staying

MOST_PAIRS, MOST_WORDS = (MOST_CHANGES // 2) ** 2, 300
WORD = re.compile(r"\w+|[^\w\s]")

Cell = dict[str, Any]
Pair = tuple[Cell | None, Cell | None]


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


def _pairs(before: list[Cell], after: list[Cell]) -> Iterator[Pair]:
    """Which cell became which; a cell without a counterpart was added or removed."""
    stays = staying(*([(cell["cell_type"], "".join(cell["source"])) for cell in cells] for cells in (before, after)))
    old, new = 0, 0
    for i, j in [*stays, (len(before), len(after))]:
        yield from _changed(before[old:i], after[new:j])
        yield from zip(before[i : i + 1], after[j : j + 1], strict=True)
        old, new = i + 1, j + 1


def _changed(before: list[Cell], after: list[Cell]) -> Iterator[Pair]:
    """Which of the cells between two that stayed became which; of very many none."""
    from nbdime.diffing.seq_bruteforce import bruteforce_compute_snakes  # its import takes seconds

    known = [list(map(_Known, cells)) for cells in (before, after)]
    few = len(before) * len(after) <= MOST_PAIRS
    old, new = 0, 0
    for i, j, length in [
        *(bruteforce_compute_snakes(*known, _Known.like) if few else []),
        (len(before), len(after), 0),
    ]:
        yield from ((cell, None) for cell in before[old:i])
        yield from ((None, cell) for cell in after[new:j])
        old, new = i + length, j + length
        yield from zip(before[i:old], after[j:new], strict=True)


class _Known:
    """By what a cell that changed is recognised: the words of its source."""

    def __init__(self, cell: Cell) -> None:
        self.kind = cell["cell_type"]
        self.words = Counter(islice((word[0] for word in WORD.finditer("".join(cell["source"]))), MOST_WORDS))

    def like(self, other: _Known) -> bool:
        """Whether half of the words are the same."""
        most = max(self.words.total(), other.words.total())
        return self.kind == other.kind and 2 * (self.words & other.words).total() >= most


def _lines(cell: Cell) -> list[str]:
    return "".join(cell["source"]).splitlines()


def _compared(before: list[str], after: list[str]) -> Iterator[LineDiff]:
    old, new = 0, 0
    for i, j in [*staying(before, after), (len(before), len(after))]:
        yield from (LineDiff(change="removed", text=line) for line in before[old:i])
        yield from (LineDiff(change="added", text=line) for line in after[new:j])
        yield from (LineDiff(change="kept", text=line) for line in after[j : j + 1])
        old, new = i + 1, j + 1
