"""Whether a notebook marks anything as servable: told from its text, nothing is executed."""

from __future__ import annotations

import ast
from uuid import UUID

from workbench.domains.pipelines.models import PipelineVersion

from .notebooks import unpack

MARK, MOST_KNOWN = "servable", 10_000


_known: dict[UUID, bool] = {}  # a version stays as it is, and an app that is open asks each second


def is_servable(version: PipelineVersion) -> bool:
    """Whether a cell of a version calls `.servable()`."""
    if version.id not in _known:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        _known[version.id] = _marks(version)
    return _known[version.id]


def _marks(version: PipelineVersion) -> bool:
    if version.language.lower() not in ("python", ""):
        return False
    cells = unpack(version.content)["cells"]
    return any(_calls(_text(cell["source"])) for cell in cells if cell["cell_type"] == "code")


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
