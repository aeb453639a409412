"""Writes values into the code of a parameters cell, and leaves everything else in it as it is."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from workbench.engines.declarations import Declaration, declarations, dotted

CLASSES = {"date", "datetime", "Timestamp"}
Edit = tuple[int, int, str]


def written(source: str, values: Mapping[str, Any]) -> str:
    """The cell with other defaults; a value that shares its place with others comes at the end.

    What the cell does not declare is another notebook's; only where there is no code yet it is written all the same.

    Raises:
        SyntaxError: the cell is not Python.
    """
    declared = {one.name: one for one in declarations(source)}
    shared = Counter(id(one.value) for one in declared.values() if one.value is not None)
    edits: list[Edit] = []
    added: list[str] = []
    left_out = undeclared(source, values)
    for name, value in values.items():
        if name in left_out:
            continue
        one = declared.get(name)
        code = literal(value, one)
        if one is None or one.computed or (one.value is not None and shared[id(one.value)] > 1):
            added.append(f"{name} = {code}")
        elif one.value is None and one.annotation is not None:
            end = _places(source, one.annotation)[1]
            edits.append((end, end, f" = {code}"))
        elif one.value is not None and not _same(one.value, code):
            edits.append((*_places(source, one.value), code))
    text = source.encode()
    for begin, end, code in sorted(edits, reverse=True):
        text = text[:begin] + code.encode() + text[end:]
    return "\n".join([*([text.decode().rstrip("\n")] if source.strip() else []), *added])


def undeclared(source: str, values: Mapping[str, Any]) -> list[str]:
    """The values that a cell with code does not declare, by name.

    Raises:
        SyntaxError: the cell is not Python.
    """
    declared = {one.name for one in declarations(source)}
    return [name for name in values if name not in declared] if source.strip() else []


def literal(value: Any, declared: Declaration | None = None) -> str:
    """The code of a value; that of a date is spelled as the cell spells it now."""
    if not isinstance(value, date):
        return repr(value)
    now = declared.value if declared else None
    if isinstance(now, ast.Call) and (spelled := dotted(now.func)):
        if spelled.endswith("fromisoformat") or (len(now.args) == 1 and isinstance(now.args[0], ast.Constant)):
            return f"{spelled}({value.isoformat()!r})"
        return f"{spelled}({', '.join(map(str, _parts(value)))})"
    if isinstance(now, ast.Constant) and isinstance(now.value, str):
        return repr(value.isoformat())
    for node in ast.walk(declared.annotation) if declared and declared.annotation else ():
        if (spelled := dotted(node if isinstance(node, ast.expr) else None)).rpartition(".")[2] in CLASSES:
            return f"{spelled}.fromisoformat({value.isoformat()!r})"
    return repr(value.isoformat())


def _parts(value: date) -> list[int]:
    parts = [value.year, value.month, value.day]
    return [*parts, value.hour, value.minute, value.second] if isinstance(value, datetime) else parts


def _same(node: ast.expr, code: str) -> bool:
    """Whether the code means what stands there, however that is spelled."""
    try:
        now, then = ast.literal_eval(node), ast.literal_eval(code)
    except ValueError:
        return ast.unparse(node) == ast.unparse(ast.parse(code, mode="eval"))
    return type(now) is type(then) and bool(now == then)


def _places(source: str, node: ast.expr) -> tuple[int, int]:
    """Where an expression begins and ends, in bytes, as `ast` counts."""
    lines = [0]
    for line in source.encode().split(b"\n"):
        lines.append(lines[-1] + len(line) + 1)
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return lines[node.lineno - 1] + node.col_offset, lines[node.end_lineno - 1] + node.end_col_offset
