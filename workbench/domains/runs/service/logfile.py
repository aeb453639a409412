"""A run's log: one JSON object a line, written as the cells print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Self

from workbench.core import clock
from workbench.core.secrets import mask
from workbench.core.terminal import seen

LINE_CHARACTERS = 10_000
FILE_BYTES = 50 * 1024 * 1024
OUTPUT, TRACEBACK = "output", "traceback"  # the streams: what cells say, and what quotes their code


class LogFile:
    """Writes whole lines; a line that is too long is cut, and what is more than a file may hold is left out."""

    def __init__(self, path: Path) -> None:
        self._path, self._held, self._room = path, "", FILE_BYTES
        self._stream = OUTPUT
        self.cell: int | None = None

    def __enter__(self) -> Self:
        self._file = self._path.open("a", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._end_line()
        self._file.close()

    def _end_line(self) -> None:
        if self._held:
            self._write_line(self._held)
            self._held = ""

    def close_with(self, sentence: str) -> None:
        """Say last, on a line of its own and also where the log is full, how the run ended."""
        self._end_line()
        self._stream, self._room = OUTPUT, max(self._room, LINE_CHARACTERS)
        self._write_line(sentence)

    def write_traceback(self, text: str) -> None:
        """Add whole lines that quote code."""
        self._end_line()
        self._stream = TRACEBACK
        self.write(text.removesuffix("\n") + "\n")
        self._stream = OUTPUT

    def write(self, text: str) -> None:
        """Add text, which may hold part of a line or many lines."""
        lines = (self._held + text).split("\n")
        self._held = lines.pop()
        if len(self._held) > LINE_CHARACTERS:  # a progress bar is one line that is drawn again and again
            self._held = seen(self._held) + "\r" * self._held.endswith("\r")
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
            "at": clock.now().isoformat(timespec="milliseconds"), "cell": self.cell, "stream": self._stream,
            "text": mask(seen(text)[:LINE_CHARACTERS]),
        }  # fmt: skip
        data = json.dumps(line, ensure_ascii=False) + "\n"
        self._room -= len(data)
        if self._room <= 0:
            data = json.dumps(line | {"text": "… the log is full; what follows is left out"}) + "\n"
        self._file.write(data)
