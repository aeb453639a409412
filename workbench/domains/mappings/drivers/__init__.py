"""Which suggesters there are: the built-in one, and those that other distributions add by an entry point."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import entry_points

from .base import Seen, Suggested, Suggester
from .similarity import Similarity

ENTRY_POINTS = "workbench.suggesters"
log = logging.getLogger(__name__)


@cache
def suggesters() -> tuple[Suggester, ...]:
    """All suggesters that can be loaded; one that cannot is logged and left out."""
    return (Similarity(), *_added())


def best(sources: Sequence[Seen], targets: Sequence[Seen]) -> list[Suggested]:
    """The surest suggestions, one for each column of either side, the surest first."""
    found = [one for suggester in suggesters() for one in suggester.suggest(sources, targets)]
    taken: set[tuple[str, str]] = set()
    kept = []
    for one in sorted(found, key=lambda one: (-one.confidence, one.target, one.source)):
        ends = {("source", one.source), ("target", one.target)}
        if not ends & taken:
            taken |= ends
            kept.append(one)
    return kept


def _added() -> Iterator[Suggester]:
    for entry in entry_points(group=ENTRY_POINTS):
        try:
            yield entry.load()()
        except Exception:
            log.exception("the suggester %s cannot be loaded", entry.name)
