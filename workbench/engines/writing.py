"""Notebooks as text, byte for byte as nbformat writes them and several times as fast.

nbformat copies the whole notebook and goes through json's encoder in Python, since that is the one that indents.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

from nbformat import NotebookNode

_SPLIT = frozenset({"application/javascript", "image/svg+xml"})
_TRANSIENT = frozenset({"orig_nbformat", "orig_nbformat_minor", "signature"})
_WORDS = {None: "null", True: "true", False: "false"}
_DISPLAYS = frozenset({"execute_result", "display_data"})


def notebook_text(nb: NotebookNode) -> str:
    """What `nbformat.v4.writes` answers."""
    metadata = {key: value for key, value in nb.metadata.items() if key not in _TRANSIENT}
    return encoded({**nb, "cells": [_cell(cell) for cell in nb.cells], "metadata": metadata}, "\n")


def encoded(value: Any, line: str) -> str:
    """A value as JSON with sorted keys; `line` is a line break with the indentation of where it stands."""
    parts: list[str] = []
    _put(value, line, parts.append)
    return "".join(parts)  # once: at each level of nesting, megabytes would be copied


def _put(value: Any, line: str, put: Callable[[str], None]) -> None:
    if isinstance(value, str):
        put(encode_basestring(value))
    elif isinstance(value, dict):
        _put_dict(value, line, put)
    elif isinstance(value, list | tuple):
        _put_list(value, line, put)
    elif value is None or isinstance(value, bool):
        put(_WORDS[value])
    elif isinstance(value, bytes):
        put(encode_basestring(value.decode("ascii")))
    else:
        put(int.__repr__(value) if isinstance(value, int) else json.dumps(value))


def _put_dict(value: Mapping[Any, Any], line: str, put: Callable[[str], None]) -> None:
    inner = line + " "
    before = "{" + inner
    for key, item in sorted(value.items()):
        put(f"{before}{_key(key)}: ")
        _put(item, inner, put)
        before = "," + inner
    put(line + "}" if value else "{}")


def _put_list(value: Sequence[Any], line: str, put: Callable[[str], None]) -> None:
    inner = line + " "
    before = "[" + inner
    if len(value) > 1 and set(map(type, value)) == {str}:  # of a long text there may be hundreds of thousands
        put(before)
        put(json.dumps(value, ensure_ascii=False, separators=("," + inner, ": "))[1:-1])
    else:
        for item in value:
            put(before)
            _put(item, inner, put)
            before = "," + inner
    put(line + "]" if value else "[]")


def _key(key: Any) -> str:
    return encode_basestring(key if isinstance(key, str) else json.dumps(key))


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    """A cell with its long texts split into lines, as files have them."""
    kept = dict(cell)
    kept["metadata"] = {key: value for key, value in cell["metadata"].items() if key != "trusted"}
    if isinstance(cell.get("source"), str):
        kept["source"] = cell["source"].splitlines(True)
    if "attachments" in cell:
        kept["attachments"] = {name: _bundle(data) for name, data in cell["attachments"].items()}
    if cell["cell_type"] == "code":
        kept["outputs"] = [_output(output) for output in cell["outputs"]]
    return kept


def _output(output: Mapping[str, Any]) -> Mapping[str, Any]:
    if output["output_type"] in _DISPLAYS and "data" in output:
        return {**output, "data": _bundle(output["data"])}
    if output["output_type"] == "stream" and isinstance(output["text"], str):
        return {**output, "text": output["text"].splitlines(True)}
    return output


def _bundle(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        kind: value.splitlines(True)
        if isinstance(value, str) and (kind.startswith("text/") or kind in _SPLIT)
        else value
        for kind, value in data.items()
    }
