"""What each cell of a run took, read from its output notebook."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.core.settings import Settings
from workbench.domains.runs.models import ENDED, Run
from workbench.domains.runs.schemas import CellLine, CellsView
from workbench.engines.cells import numbered

from . import ledger

LINE = 200  # characters of a cell's first line


def cells(settings: Settings, run: Run, *, code: bool) -> CellsView:
    """The code cells of the current attempt; none before its notebook was saved for the first time.

    Without `code` nothing of their sources is in it.
    """
    ended = run.status in ENDED
    return CellsView(
        cells=[_line(number, cell, ended, code) for number, cell in enumerate(code_cells(settings, run), 1)]
    )


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


def _line(number: int, cell: dict[str, Any], ended: bool, code: bool) -> CellLine:
    source = cell.get("source", "") if code else ""
    text = source if isinstance(source, str) else "".join(source)
    kept = cell.get("metadata", {}).get("papermill", {})
    status = kept.get("status", "pending")
    if status not in ("completed", "running", "failed"):
        status = "pending"
    if status == "running" and ended:  # the run ended before the cell did
        status = "failed"
    begun = kept.get("start_time")
    return CellLine(
        number=number,
        first_line=next((line.strip() for line in text.splitlines() if line.strip()), "")[:LINE],
        status=status,
        started_at=datetime.fromisoformat(begun) if begun else None,
        seconds=kept.get("duration"),
        outputs=len(cell.get("outputs", [])),
    )
