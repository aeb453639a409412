"""The schemas of the registry's models under names that mean one thing each."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter

from .operations import Operation

REF = "#/components/schemas/{model}"
_NAMED = re.compile(r"#/components/schemas/(\w+)")
Mode = Literal["validation", "serialization"]
Schema = dict[str, Any]


class Components:
    """Gathers schemas; where two domains mean different things by a name, each has its own name before it."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.found: dict[str, Schema] = {}
        meanings: dict[str, set[str]] = defaultdict(set)
        for op in operations:
            for defined in (_defined(op.request, "validation"), _defined(op.reply, "serialization")):
                for name in defined:
                    meanings[name].add(_meaning(name, defined))
        self._ambiguous = {name for name, meant in meanings.items() if len(meant) > 1}

    def request(self, op: Operation) -> Schema:
        """The schema of what an operation is asked with; what it refers to is gathered."""
        return self._gather(op, _schema(op.request, "validation"))

    def reply(self, op: Operation) -> Schema:
        """What refers to the schema of an operation's reply, or that schema where it has no name."""
        schema = self._gather(op, _schema(op.reply, "serialization"))
        if not _is_model(op.reply):
            return schema
        name = self._name(op, _name_of(op.reply, schema))
        self.found[name] = schema
        return {"$ref": REF.format(model=name)}

    def _gather(self, op: Operation, schema: Schema) -> Schema:
        text = _NAMED.sub(lambda ref: REF.format(model=self._name(op, ref[1])), json.dumps(schema))
        renamed: Schema = json.loads(text)
        self.found |= {self._name(op, name): inner for name, inner in renamed.pop("$defs", {}).items()}
        return renamed

    def _name(self, op: Operation, name: str) -> str:
        return op.domain.title() + name if name in self._ambiguous else name


def _schema(model: Any, mode: Mode) -> Schema:
    return TypeAdapter(model).json_schema(mode=mode, ref_template=REF)


def _is_model(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, BaseModel)


def _name_of(model: Any, schema: Schema) -> str:
    return str(schema.get("title", model.__name__)).replace("[", "_").replace("]", "")


def _defined(model: Any, mode: Mode) -> dict[str, Schema]:
    """The named schemas that a model brings, itself among them where it is a reply."""
    schema = _schema(model, mode)
    defined: dict[str, Schema] = schema.pop("$defs", {})
    if mode == "serialization" and _is_model(model):
        defined[_name_of(model, schema)] = schema
    return defined


def _meaning(name: str, defined: dict[str, Schema]) -> str:
    """A schema and all that it refers to, as text that is equal for equals."""
    reached: dict[str, Schema] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached[current] = defined[current]
            waiting += _NAMED.findall(json.dumps(defined[current]))
    return json.dumps(reached, sort_keys=True)
