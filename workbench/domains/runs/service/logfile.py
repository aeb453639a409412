"""A run's log: one JSON object a line, written as the cells print."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Self

from workbench.core import clock
from workbench.core.secrets import mask

LINE_CHARACTERS = 10_000
FILE_BYTES = 50 * 1024 * 1024
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # and how a terminal's cursor is moved


class LogFile:
    """Writes whole lines; a line that is too long is cut, and what is more than a file may hold is left out."""

    def __init__(self, path: Path) -> None:
        self._path, self._held, self._room = path, "", FILE_BYTES
        self.cell: int | None = None

    def __enter__(self) -> Self:
        self._file = self._path.open("a", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        if self._held:
            self._write_line(self._held)
        self._file.close()

    def write(self, text: str) -> None:
        """Add text, which may hold part of a line or many lines."""
        lines = (self._held + text).split("\n")
        self._held = lines.pop()
        if len(self._held) > LINE_CHARACTERS:
            lines.append(self._held)
            self._held = ""
        for line in lines:
            self._write_line(line)
        if lines:
            self._file.flush()

    def _write_line(self, text: str) -> None:
        if self._room <= 0:
            return
        line: dict[str, Any] = {
            "at": clock.now().isoformat(timespec="milliseconds"), "cell": self.cell, "stream": "output",
            "text": mask(_seen(text)[:LINE_CHARACTERS]),
        }  # fmt: skip
        data = json.dumps(line, ensure_ascii=False) + "\n"
        self._room -= len(data)
        if self._room <= 0:
            data = json.dumps(line | {"text": "… the log is full; what follows is left out"}) + "\n"
        self._file.write(data)


def _seen(text: str) -> str:
    """What a terminal would leave of a line: no colours, and of a progress bar only how it stood last."""
    return _COLOUR.sub("", text.rstrip("\r")).rpartition("\r")[2]
