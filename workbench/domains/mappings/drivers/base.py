"""The port of suggesters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Seen:
    """A column as a suggester sees it: its name, its type as in SQL, and a sample of distinct values as text."""

    name: str
    type: str
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggested:
    """That a target column may be made of a source column: how sure that is, from 0 to 1, and why, in words."""

    target: str
    source: str
    confidence: float
    reason: str


class Suggester(Protocol):
    """Makes suggestions; it gets no data but what is in `Seen`."""

    def suggest(self, sources: Sequence[Seen], targets: Sequence[Seen]) -> Iterable[Suggested]:
        """What each target column may be made of; a pair that is not worth a word is left out."""
