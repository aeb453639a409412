"""Which operation a method and a path ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from workbench.core.errors import Malformed, NotFound, WrongMethod

if TYPE_CHECKING:
    from workbench.core.operations import Operation

WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True)
class Match:
    """An operation with the fields that its path gave."""

    operation: Operation
    fields: dict[str, str]
    workspace: str | None


@dataclass(slots=True)
class _Node:
    fixed: dict[str, _Node] = field(default_factory=dict)
    any: _Node | None = None
    methods: dict[str, tuple[Operation, list[str]]] = field(default_factory=dict)


class Routes:
    """A tree of path segments; a fixed segment is preferred to a field."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        for op in operations:
            node, names = self._root, []
            for segment in op.full_path.strip("/").split("/"):
                if segment.startswith("{"):
                    names.append(segment[1:-1])
                    node.any = node.any or _Node()
                    node = node.any
                else:
                    node = node.fixed.setdefault(segment, _Node())
            node.methods[op.method] = (op, names)

    def match(self, method: str, path: str) -> Match:
        """The operation that is asked for; `path` is still quoted and begins below the API's prefix.

        Raises:
            NotFound: nothing is there.
            WrongMethod: something is there that this cannot be done to; `params["allow"]` says what can.
        """
        try:
            segments = [unquote(part, errors="strict") for part in path.strip("/").split("/")]
        except UnicodeDecodeError as error:
            raise Malformed("The path is not UTF-8.", fix="Percent-encode it as UTF-8.") from error
        found = _walk(self._root, segments, [])
        if found is None:
            raise NotFound(f"There is no route {path[:200]}.", fix="See openapi.json for all.", code="no_route")
        node, values = found
        if method not in node.methods:
            allowed = ", ".join(sorted(node.methods))
            raise WrongMethod(f"{method} is not understood here.", fix=f"Use {allowed}.", allow=allowed)
        op, names = node.methods[method]
        fields = dict(zip(names, values, strict=True))
        workspace = fields.pop(WORKSPACE, None) if op.scope == "workspace" else None
        return Match(op, fields, workspace)


def _walk(node: _Node, segments: list[str], values: list[str]) -> tuple[_Node, list[str]] | None:
    if not segments:
        return (node, values) if node.methods else None
    head, rest = segments[0], segments[1:]
    if head in node.fixed and (found := _walk(node.fixed[head], rest, values)):
        return found
    if node.any is not None and head:
        return _walk(node.any, rest, [*values, head])
    return None
