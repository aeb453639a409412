"""What a run shows of its code: to those who may edit notebooks; others get what the code made, and not the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench.core.context import Context

READING = "notebooks:edit"


def reads_code(ctx: Context) -> bool:
    """Whether the caller may see the code of the workspace's notebooks."""
    return ctx.may(READING)


def without_code(path: Path) -> bytes:
    """An executed notebook without its sources and tracebacks, which quote them; takes its whole size in memory."""
    notebook: dict[str, Any] = json.loads(path.read_bytes())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = ""
            cell["outputs"] = [bare(output) for output in cell.get("outputs", [])]
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode()


def bare(output: dict[str, Any]) -> dict[str, Any]:
    """An output of a cell; of an error only what it says."""
    return {**output, "traceback": []} if output.get("output_type") == "error" else output


def bare_progress(progress: dict[str, Any]) -> dict[str, Any]:
    """Where a run stands, for everybody who may read it."""
    cell = progress["current_cell"]
    return {**progress, "current_cell": cell and {**cell, "first_line": ""}}
