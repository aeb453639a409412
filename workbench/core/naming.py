"""What the fields of a form may name: the connectors, streams, tables and columns that a caller may see.

kind    what the text of a field names: see `workbench.names`
lead    a kind of which what is chosen decides what other fields offer
source  a table or stream that is chosen: its columns, each with its type
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from .errors import WorkbenchError

if TYPE_CHECKING:
    from .caller import Caller

KEY = "x-names"  # under which a JSON Schema says what its text names
LEADS = ("connector", "stream", "table")
MANY = 500  # from so many on a list may have been cut, and names are typed
NUMBER = re.compile(r"(?i)(u?(tiny|small|medium|big|huge)?int(eger)?\d*|decimal|numeric|float\d*|double|real)\b")
MOMENT = re.compile(r"(?i)(date|timestamp|datetime)")

Source = Mapping[str, str]
Offer = dict[str, list[str]]  # what there is to choose from, by kind
Found = Mapping[str, Source]  # by name


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


def kinds_of(schema: Mapping[str, Any]) -> dict[str, str]:
    """What the fields of a form name, those that name something."""
    fields = ((name, named_by(declared)) for name, declared in schema.get("properties", {}).items())
    return {name: kind for name, kind in fields if kind}


def columns_in(sources: Sequence[Source]) -> Offer:
    """The columns of what is chosen, by kind; those that are shared are in each of two sources at least."""
    every = {name: type_ for source in sources for name, type_ in source.items()}
    return {
        "column": list(every),
        "number_column": [name for name, type_ in every.items() if NUMBER.match(type_)],
        "moment_column": [name for name, type_ in every.items() if MOMENT.match(type_)],
        "shared_column": [name for name in every if len(sources) > 1 and all(name in one for one in sources)],
    }


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
        chosen = [tables.get(table, {}) for table in sources.chosen["table"]]
        chosen += [streams.get(stream, {}) for stream in sources.chosen["stream"]]
        connectors = self._found("connectors.list", limit=MANY) if "connector" in sources.kinds else {}
        every = {
            "connector": list(connectors), "stream": list(streams), "table": list(tables), "new_table": list(tables),
            "condition": [], **columns_in(chosen),
        }  # fmt: skip
        return {kind: names for kind, names in every.items() if kind in sources.kinds}

    def _of_connector(self, name: str) -> Found:
        """What it holds; one that does not answer may be asked again."""
        if name and name not in self._streams and (found := self._found("connectors.introspect", id=name)):
            self._streams[name] = found
        return self._streams.get(name, {})

    def _found(self, operation: str, **fields: Any) -> Found:
        """What has a name; nothing where the caller may not ask, or a connector does not answer: one can still type."""
        try:
            items = self._caller.call(operation, **fields).items
        except WorkbenchError:
            return {}
        return {one.name: {each.name: each.type for each in getattr(one, "columns", ())} for one in items}
