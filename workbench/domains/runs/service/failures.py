"""Failures of one kind: those that differ only in numbers, names in quotes and ids."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

LONGEST = 2000  # characters of a message that tell failures apart
_VARIES = (
    (re.compile(r"0x[0-9a-fA-F]+|\b[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\b"), "…"),
    (re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`"), "…"),
    (re.compile(r"(?:/[\w.@-]+){2,}"), "…"),
    (re.compile(r"\d[\d.,:_-]*"), "#"),
)


def normalised(message: str) -> str:
    """A message without what differs from one failure to the next of its kind."""
    text = message[:LONGEST]
    for pattern, instead in _VARIES:
        text = pattern.sub(instead, text)
    return " ".join(text.split())


def group_of(error: Mapping[str, Any]) -> str:
    """What failures of one name, normalised message and cell have in common: 32 hexadecimal digits."""
    kind = f"{error.get('name')}\n{normalised(str(error.get('message', '')))}\n{error.get('cell')}"
    return hashlib.sha256(kind.encode(errors="replace")).hexdigest()[:32]
