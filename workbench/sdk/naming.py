"""What the parameters of a form may name: the connectors, tables and columns that the caller may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.core.caller import Caller
from workbench.core.errors import WorkbenchError
from workbench.names import MANY

Found = Mapping[str, Sequence[str]]  # names, each with its columns


class Naming:
    """Asks for what there is to choose from, once and only where it is named; what is refused offers nothing."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._known: dict[tuple[str, ...], Found] = {}

    def offered(self, kind: str, chosen: Mapping[str, Sequence[str]]) -> list[str]:
        """What there is of a kind (see `workbench.names`), where `chosen` are filled in, by their kinds."""
        if kind == "connector":
            return list(self._found("connectors.list", limit=MANY))
        if kind in ("table", "new_table"):
            return list(self._tables())
        if kind == "stream":
            return list(self._streams(chosen))
        columns = [one for table in chosen.get("table", ()) for one in self._tables().get(table, ())]
        columns += [one for stream in chosen.get("stream", ()) for one in self._streams(chosen).get(stream, ())]
        return list(dict.fromkeys(columns))

    def _tables(self) -> Found:
        return self._found("tables.list", limit=MANY)

    def _streams(self, chosen: Mapping[str, Sequence[str]]) -> Found:
        """Those of the connector that is chosen, which may be far away."""
        return self._found("connectors.introspect", id=chosen["connector"][0]) if chosen.get("connector") else {}

    def _found(self, operation: str, **fields: Any) -> Found:
        key = (operation, *map(str, fields.values()))
        if key not in self._known:
            self._known[key] = {one.name: _columns(one) for one in self._asked(operation, **fields)}
        return self._known[key]

    def _asked(self, operation: str, **fields: Any) -> list[Any]:
        """The items; none where she may not ask, or a connector does not answer: a name can still be typed."""
        try:
            return list(self._caller.call(operation, **fields).items)
        except WorkbenchError:
            return []


def _columns(item: Any) -> list[str]:
    """Those of a table or a stream; a connector has none."""
    return [column.name for column in getattr(item, "columns", ())]
