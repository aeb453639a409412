"""What the cells of a run showed, cut to what a page can hold."""

from __future__ import annotations

import json
from typing import Any

from workbench.core.settings import Settings
from workbench.domains.runs.models import Run
from workbench.domains.runs.schemas import CellOutputs, OutputsView, OutputView

from . import timeline
from .code import bare

# The first that an output has is shown.
BEST = (
    "image/png", "image/jpeg", "image/svg+xml", "text/html", "text/markdown", "text/latex", "application/json",
    "text/plain",
)  # fmt: skip
TEXT, IMAGE, OUTPUTS, SOURCE = 100_000, 8_000_000, 30, 20_000
TRACEBACK = "application/vnd.jupyter.error"


def outputs(settings: Settings, run: Run, after: int, limit: int, *, code: bool) -> OutputsView:
    """The outputs of some code cells of the current attempt; without `code` neither sources nor what quotes them."""
    cells = timeline.code_cells(settings, run)
    some = list(enumerate(cells, 1))[after : after + limit]
    return OutputsView(cells=[_cell(number, cell, code) for number, cell in some], total=len(cells))


def _cell(number: int, cell: dict[str, Any], code: bool) -> CellOutputs:
    found = [_output(output if code else bare(output)) for output in cell.get("outputs", [])[:OUTPUTS]]
    return CellOutputs(
        number=number,
        ran=timeline.begun(cell),
        source="".join(cell.get("source", ""))[:SOURCE] if code else "",
        outputs=[output for output in found if output is not None],
        more=max(len(cell.get("outputs", [])) - OUTPUTS, 0),
    )


def _output(output: dict[str, Any]) -> OutputView | None:
    match output.get("output_type"):
        case "stream":
            return _view("text/plain", output.get("text", ""))
        case "error":
            lines = output.get("traceback") or [f"{output.get('ename')}: {output.get('evalue')}"]
            return _view(TRACEBACK, "\n".join(lines))
        case _:
            data = output.get("data", {})
            best = next((media_type for media_type in BEST if media_type in data), None)
            return _view(best, data[best]) if best is not None else None


def _view(media_type: str, content: Any) -> OutputView:
    text = content if isinstance(content, str) else _joined(content)
    image = media_type.startswith("image/")
    cut = len(text) > (IMAGE if image else TEXT)
    return OutputView(media_type=media_type, text="" if image and cut else text[: IMAGE if image else TEXT], cut=cut)


def _joined(content: Any) -> str:
    lines = isinstance(content, list) and all(isinstance(line, str) for line in content)
    return "".join(content) if lines else json.dumps(content, ensure_ascii=False, indent=1)
