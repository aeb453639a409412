"""How much a cell wrote: keeps what fits, marks what was cut, and joins streams that came in pieces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

from .limits import MIB, Limits

_PIECE = 64 * 1024
_PATIENCE = 4
"""How many times its limit a cell may offer in displays, which are left out whole, before it is stopped."""


def size_of(content: Mapping[str, Any]) -> int:
    """The bytes that the content of an output message takes, nearly."""
    if "text" in content:
        return _length(content["text"])
    if "traceback" in content:
        return sum(map(_length, content["traceback"])) + _length(content.get("evalue", ""))
    return sum(map(_length, content.get("data", {}).values()))


def _length(value: Any) -> int:
    if not isinstance(value, str):
        return len(json.dumps(value, default=str))
    return len(value) if value.isascii() else len(value.encode("utf-8", "replace"))


class Meter:
    """Counts the bytes kept of each cell and of the whole run, and cuts what is too much."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._kept_before = 0
        self._kept = 0
        self._refused = 0
        self._marked = False
        self.truncated = False
        self.overrun = ""

    def begin_cell(self) -> None:
        """A new cell starts to write."""
        self._kept_before += self._kept
        self._kept = self._refused = 0
        self._marked = False
        self.overrun = ""

    def cleared(self) -> None:
        """The cell took back what it had written."""
        self._kept = 0

    def admit(self, message: dict[str, Any]) -> bool:
        """Count an output message, cutting its content to what fits; False where nothing of it is to be kept.

        `overrun` says in words why the cell is to be stopped, once it is.
        """
        content = message["content"]
        size = size_of(content)
        if size <= self._room():
            self._kept += size
            return True
        self.truncated = True
        if message["msg_type"] == "error":
            self._shorten(content)
            return True
        self._refused += size
        text = "text" in content
        if text or self._refused > _PATIENCE * self._limits.cell_output_bytes:
            self.overrun = self.overrun or self._reason()
        if self._marked:
            return False
        self._marked = True
        if text:
            kept = content["text"].encode("utf-8", "replace")[: self._room()]
            self._kept += len(kept)
            content["text"] = kept.decode("utf-8", "ignore") + f"\n[… the rest was cut: {self._reason()}]\n"
        else:
            self._leave_out(content, size)
        return True

    def clip(self, message: dict[str, Any]) -> None:
        """Leave out the new content of a display if it is larger than a cell may keep; the old content goes too."""
        if (size := size_of(message["content"])) > self._limits.cell_output_bytes:
            self.truncated = True
            self._leave_out(message["content"], size)

    def _leave_out(self, content: dict[str, Any], size: int) -> None:
        content["data"] = {"text/plain": f"[an output of {size / MIB:.1f} MiB was left out: {self._reason()}]"}
        content["metadata"] = {}

    def _room(self) -> int:
        limits = self._limits
        return max(0, min(limits.cell_output_bytes, limits.run_output_bytes - self._kept_before) - self._kept)

    def _reason(self) -> str:
        limits = self._limits
        if limits.run_output_bytes - self._kept_before <= limits.cell_output_bytes:
            return f"a run keeps at most {limits.run_output_bytes / MIB:g} MiB of output"
        return f"a cell keeps at most {limits.cell_output_bytes / MIB:g} MiB of output"

    @staticmethod
    def _shorten(content: dict[str, Any]) -> None:
        """Keep beginning and end of an error's text; an error is never left out."""
        content["evalue"] = _middle_out(str(content.get("evalue", "")))
        content["traceback"] = [_middle_out("\n".join(map(str, content["traceback"])))]


def _middle_out(text: str, keep: int = 8000) -> str:
    return text if len(text) <= 2 * keep else f"{text[:keep]}\n[… cut …]\n{text[-keep:]}"


def join_last(outputs: list[NotebookNode]) -> None:
    """Merge the newest output into the stream before it, as frontends show them.

    A piece grows to 64 KiB at most, so that a loop of tiny prints costs no copying of megabytes.
    """
    if len(outputs) > 1 and _same_stream(outputs[-2], outputs[-1]) and len(outputs[-2].text) < _PIECE:
        outputs[-2].text += outputs.pop().text


def join_streams(outputs: list[NotebookNode]) -> list[int]:
    """Merge adjacent pieces of one stream in place; the new index of each old output."""
    joined: list[NotebookNode] = []
    pieces: list[list[str]] = []
    places: list[int] = []
    for output in outputs:
        if joined and _same_stream(joined[-1], output):
            pieces[-1].append(output.text)
        else:
            joined.append(output)
            pieces.append([output.text] if output.output_type == "stream" else [])
        places.append(len(joined) - 1)
    for output, texts in zip(joined, pieces, strict=True):
        if len(texts) > 1:
            output.text = "".join(texts)
    outputs[:] = joined
    return places


def _same_stream(one: NotebookNode, other: NotebookNode) -> bool:
    return bool(one.output_type == other.output_type == "stream" and one.name == other.name)
