"""What an examination finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How bad it is: an error keeps something from working, a warning will."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    name: str
    detail: str
    fix: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON holds it."""
        return asdict(self)


def ok(name: str, detail: str) -> Finding:
    """All is well."""
    return Finding(Level.OK, name, detail)


def info(name: str, detail: str, fix: str = "") -> Finding:
    """Worth knowing."""
    return Finding(Level.INFO, name, detail, fix)


def warning(name: str, detail: str, fix: str) -> Finding:
    """Works for now."""
    return Finding(Level.WARNING, name, detail, fix)


def error(name: str, detail: str, fix: str) -> Finding:
    """Does not work."""
    return Finding(Level.ERROR, name, detail, fix)


def looked_at(name: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What a look finds; a look that fails is a finding itself, so that the others are made."""
    try:
        return list(look())
    except Exception as failure:  # noqa: BLE001 - whatever it is, the other looks are worth having
        text = f"This could not be looked at: {type(failure).__name__}: {str(failure)[:200]}"
        return [warning(name, text, "Report it if it stays so.")]
