"""What the fields of a form may name: the connectors, tables and columns that the person may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.core.errors import WorkbenchError
from workbench.names import KEY, LEADS, MANY

from .visit import Visit

Schema = Mapping[str, Any]


class Naming:
    """Asks for what there is to choose from, each only where a form names it; what is refused offers nothing."""

    def __init__(self, visit: Visit) -> None:
        self.offered: dict[str, list[str]] = {}
        self._visit = visit
        self._streams: dict[str, dict[str, list[str]]] = {}  # by connector, which is asked once: it may be far away
        self._known: object = None  # for which form and choices `offered` is

    async def learn(self, schema: Schema, values: Mapping[str, Any]) -> None:
        """Find out what is offered where `values` are filled in; not again for the same form and choices."""
        named = {name: _kind(one) for name, one in schema.get("properties", {}).items()}
        kinds = {kind for kind in named.values() if kind}
        chosen = {
            kind: [str(values[name]) for name, one in named.items() if one == kind and values.get(name)]
            for kind in LEADS
        }
        if self._known == (asked := (named, chosen)):
            return
        tables = await self._tables() if kinds & {"table", "new_table"} else {}
        streams = await self._of_connector(chosen["connector"][:1])
        columns = [one for table in chosen["table"] for one in tables.get(table, ())]
        columns += [one for stream in chosen["stream"] for one in streams.get(stream, ())]
        self.offered = {
            "connector": await self._connectors() if "connector" in kinds else [],
            "stream": list(streams),
            "table": list(tables),
            "new_table": list(tables),
            "column": list(dict.fromkeys(columns)),
        }
        self._known = asked

    async def _tables(self) -> dict[str, list[str]]:
        found = await self._asked("tables.list", limit=MANY)
        return {one.name: [column.name for column in one.columns] for one in found}

    async def _connectors(self) -> list[str]:
        return [one.name for one in await self._asked("connectors.list", limit=MANY)]

    async def _of_connector(self, chosen: list[str]) -> dict[str, list[str]]:
        for name in chosen:
            if name not in self._streams:
                found = await self._asked("connectors.introspect", id=name)
                self._streams[name] = {one.name: [column.name for column in one.columns] for one in found}
            return self._streams[name]
        return {}

    async def _asked(self, operation: str, **fields: Any) -> list[Any]:
        """The items; none where the person may not ask, or a connector does not answer: a name can still be typed."""
        try:
            return list((await self._visit.call(operation, **fields)).items)
        except WorkbenchError:
            return []


def _kind(declared: Schema) -> str:
    return str(declared.get(KEY) or declared.get("items", {}).get(KEY, ""))
