"""Notebooks as text, byte for byte as nbformat writes them and several times as fast.

nbformat copies the whole notebook and goes through json's encoder in Python, since that is the one that indents.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
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
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        inner = line + " "
        items = [f"{_key(key)}: {encoded(item, inner)}" for key, item in sorted(value.items())]
        return "{" + inner + ("," + inner).join(items) + line + "}" if items else "{}"
    if isinstance(value, list | tuple):
        inner = line + " "
        return (
            "[" + inner + ("," + inner).join([encoded(item, inner) for item in value]) + line + "]" if value else "[]"
        )
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, bytes):
        return encode_basestring(value.decode("ascii"))
    return int.__repr__(value) if isinstance(value, int) else json.dumps(value)


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
