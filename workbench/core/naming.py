"""What the fields of a form may name: the connectors, streams, tables and columns that a caller may see.

kind    what the text of a field names: connector, stream, table, new_table (see `workbench.names`) or column
lead    a kind of which what is chosen decides what other fields offer
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from .errors import WorkbenchError

if TYPE_CHECKING:
    from .caller import Caller

KEY = "x-names"  # under which a JSON Schema says what its text names
LEADS = ("connector", "stream", "table")
MANY = 500  # from so many on a list may have been cut, and names are typed

Offer = dict[str, list[str]]  # what there is to choose from, by kind
Found = Mapping[str, list[str]]  # names, each with its columns


@dataclass(frozen=True)
class Sources:
    """What a form names: the kinds of its fields, and what is filled in where others depend on it."""

    kinds: frozenset[str]
    chosen: Mapping[str, list[str]]

    @classmethod
    def of(cls, named: Mapping[str, str], values: Mapping[str, Any]) -> Self:
        """Those of fields that name something, each by its kind, where `values` are filled in."""
        chosen = {
            kind: [str(values[field]) for field, one in named.items() if one == kind and values.get(field)]
            for kind in LEADS
        }
        return cls(frozenset(named.values()), chosen)

    @property
    def connector(self) -> str:
        """The one whose streams are offered; empty where none are asked for."""
        return next(iter(self.chosen["connector"]), "") if "stream" in self.kinds else ""


def named_by(declared: Mapping[str, Any]) -> str:
    """What the text of a field names by its JSON Schema, or each text of a list; empty where it names nothing."""
    return str(declared.get(KEY) or declared.get("items", {}).get(KEY, ""))


class Naming:
    """Asks for what there is to choose from, each only where a form names it; what is refused offers nothing."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._streams: dict[str, Found] = {}  # by connector, each of which is asked once: it may be far away

    def knows(self, sources: Sources) -> bool:
        """Whether all that is offered can be told without asking a connector."""
        return not sources.connector or sources.connector in self._streams

    def offered(self, sources: Sources, *, far: bool = True) -> Offer:
        """What there is of each kind that is named; unless `far` without what a connector would first be asked for."""
        tables = self._found("tables.list", limit=MANY) if sources.kinds & {"table", "new_table"} else {}
        streams = self._of_connector(sources.connector) if far or self.knows(sources) else {}
        columns = [one for table in sources.chosen["table"] for one in tables.get(table, ())]
        columns += [one for stream in sources.chosen["stream"] for one in streams.get(stream, ())]
        connectors = self._found("connectors.list", limit=MANY) if "connector" in sources.kinds else {}
        every = {"connector": connectors, "stream": streams, "table": tables, "new_table": tables, "column": columns}
        return {kind: list(dict.fromkeys(names)) for kind, names in every.items() if kind in sources.kinds}

    def _of_connector(self, name: str) -> Found:
        """What it holds; one that does not answer may be asked again."""
        if name and name not in self._streams and (found := self._found("connectors.introspect", id=name)):
            self._streams[name] = found
        return self._streams.get(name, {})

    def _found(self, operation: str, **fields: Any) -> Found:
        """Names; none where the caller may not ask, or a connector does not answer: a name can still be typed."""
        try:
            items = self._caller.call(operation, **fields).items
        except WorkbenchError:
            return {}
        return {one.name: [column.name for column in getattr(one, "columns", ())] for one in items}
