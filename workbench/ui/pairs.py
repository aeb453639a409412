"""Names with a text each, as people write them: one on each line, the name before a colon."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .languages import mark

HINT = mark("name: value")


def of_texts(declared: Mapping[str, Any]) -> bool:
    """Whether a property holds texts by name."""
    held = declared.get("additionalProperties")
    if declared.get("type") != "object" or not isinstance(held, dict):
        return False
    return held.get("type") == "string" or {"type": "string"} in held.get("anyOf", ())


def sent(text: str) -> str:
    """What was written as a JSON object; as it is where it is one already, or where a line has no name."""
    lines = [line.partition(":") for line in text.splitlines() if line.strip()]
    if not lines or text.lstrip().startswith("{") or not all(name.strip() and colon for name, colon, _ in lines):
        return text
    return json.dumps({name.strip(): value.strip() for name, _, value in lines}, ensure_ascii=False)


def written(given: Any) -> str | None:
    """The lines of an object; None where it cannot be told in lines."""
    if not isinstance(given, dict):
        return None
    plain = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
    told = "\n".join(f"{name}: {value}" for name, value in plain.items())
    return told if not plain or sent(told) == json.dumps(plain, ensure_ascii=False) else None
