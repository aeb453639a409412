"""Whether a notebook marks anything as servable: told from its text, nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

MARK = "servable"


def is_servable(content: Mapping[str, Any], language: str) -> bool:
    """Whether a cell of a notebook calls `.servable()`."""
    if language.lower() not in ("python", ""):
        return False
    return any(_calls(_text(cell["source"])) for cell in content["cells"] if cell["cell_type"] == "code")


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _calls(source: str) -> bool:
    if f".{MARK}(" not in source:
        return False
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:  # magics: the text has to do
        return any(f".{MARK}(" in line.partition("#")[0] for line in source.splitlines())
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == MARK for node in nodes
    )
