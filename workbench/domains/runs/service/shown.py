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
TEXT, MARKDOWN, IMAGE, OUTPUTS, SOURCE = 100_000, 20_000, 8_000_000, 30, 20_000
ALL_TEXT, ALL_IMAGES = 1_000_000, 16_000_000  # of all that is sent together
TRACEBACK = "application/vnd.jupyter.error"


def outputs(settings: Settings, run: Run, after: int, limit: int, *, code: bool) -> OutputsView:
    """The outputs of some code cells of the current attempt; without `code` neither sources nor what quotes them."""
    cells = timeline.code_cells(settings, run)
    some, room = list(enumerate(cells, 1))[after : after + limit], _Room()
    return OutputsView(cells=[_cell(number, cell, code, room) for number, cell in some], total=len(cells))


class _Room:
    """What a page can still hold, of texts and of images."""

    def __init__(self) -> None:
        self._left = {"text": ALL_TEXT, "image": ALL_IMAGES}

    def view(self, media_type: str, content: Any) -> OutputView:
        """An output as far as there is room for it; an image is whole or left out."""
        text = content if isinstance(content, str) else _joined(content)
        kind = "image" if media_type.startswith("image/") else "text"
        most = IMAGE if kind == "image" else MARKDOWN if media_type == "text/markdown" else TEXT
        most = min(most, self._left[kind])
        kept = "" if kind == "image" and len(text) > most else text[:most]
        self._left[kind] -= len(kept)
        return OutputView(media_type=media_type, text=kept, cut=len(kept) < len(text))


def _cell(number: int, cell: dict[str, Any], code: bool, room: _Room) -> CellOutputs:
    found = [_output(output if code else bare(output), room) for output in cell.get("outputs", [])[:OUTPUTS]]
    return CellOutputs(
        number=number,
        ran=timeline.begun(cell),
        source="".join(cell.get("source", ""))[:SOURCE] if code else "",
        outputs=[output for output in found if output is not None],
        more=max(len(cell.get("outputs", [])) - OUTPUTS, 0),
    )


def _output(output: dict[str, Any], room: _Room) -> OutputView | None:
    match output.get("output_type"):
        case "stream":
            return room.view("text/plain", output.get("text", ""))
        case "error":
            lines = output.get("traceback") or [f"{output.get('ename')}: {output.get('evalue')}"]
            return room.view(TRACEBACK, "\n".join(lines))
        case _:
            data = output.get("data", {})
            best = next((media_type for media_type in BEST if media_type in data), None)
            return room.view(best, data[best]) if best is not None else None


def _joined(content: Any) -> str:
    lines = isinstance(content, list) and all(isinstance(line, str) for line in content)
    return "".join(content) if lines else json.dumps(content, ensure_ascii=False, indent=1)
