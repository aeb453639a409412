"""What each cell of a run took, read from its output notebook."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.core.settings import Settings
from workbench.domains.runs.models import ENDED, Run, Status
from workbench.domains.runs.schemas import CellLine, CellsView
from workbench.domains.runs.schemas.results import Standing
from workbench.engines.cells import executes, numbered

from . import ledger

LINE = 200  # characters of a cell's first line
AHEAD = (Status.STARTING, Status.RUNNING, Status.CRASHED)  # in which a run may have told more than its notebook


def cells(settings: Settings, run: Run, *, code: bool) -> CellsView:
    """The code cells of the current attempt; none before its notebook was saved for the first time.

    Without `code` nothing of their sources is in it.
    """
    found = enumerate(code_cells(settings, run), 1)
    return CellsView(cells=[_line(number, cell, _status(run, number, cell), code) for number, cell in found])


def code_cells(settings: Settings, run: Run) -> list[dict[str, Any]]:
    """The code cells of the current attempt's output notebook, as they are numbered while they tick."""
    path = ledger.attempt_folder(settings, run.id, run.attempt) / "output.ipynb"
    found: list[dict[str, Any]] = _notebook(path).get("cells", [])
    return numbered(found)


def begun(cell: dict[str, Any]) -> bool:
    """Whether a cell of an output notebook was begun; one that was failed or skipped before it was not."""
    return cell.get("metadata", {}).get("papermill", {}).get("start_time") is not None


def _notebook(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    return found


def _status(run: Run, number: int, cell: dict[str, Any]) -> Standing:
    """How a cell stands: as its notebook says, or as the run has told since that was saved."""
    kept: Standing | None = cell.get("metadata", {}).get("papermill", {}).get("status")
    if kept in ("completed", "failed"):
        return kept
    if run.status in AHEAD and number <= run.cells_done and executes(cell):
        return "completed"
    current = run.status in AHEAD and run.current_cell is not None and run.current_cell["number"] == number
    if kept == "running" or current:
        return "failed" if run.status in ENDED else "running"  # the run ended before the cell did
    return "pending"


def _line(number: int, cell: dict[str, Any], status: Standing, code: bool) -> CellLine:
    source = cell.get("source", "") if code else ""
    text = source if isinstance(source, str) else "".join(source)
    kept = cell.get("metadata", {}).get("papermill", {})
    begun = kept.get("start_time")
    return CellLine(
        number=number,
        first_line=next((line.strip() for line in text.splitlines() if line.strip()), "")[:LINE],
        status=status,
        started_at=datetime.fromisoformat(begun) if begun else None,
        seconds=kept.get("duration"),
        outputs=len(cell.get("outputs", [])),
    )
