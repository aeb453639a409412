"""The seven stages; the folder a test lies in is its stage."""

from __future__ import annotations

from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
BUILD = ROOT / "build"
STAGES = ("unit", "integration", "frontend_unit", "frontend_integration", "e2e", "performance", "security")
LONGEST_FIRST = (  # frontend_unit fills the minute in which the demo that all of e2e waits for is made; what wants to
    # be alone would have the others wait until the longest has ended, so it comes last
    "frontend_unit", "e2e/project", "e2e", "frontend_integration", "security", "integration", "unit", "performance",
)  # fmt: skip
COVERAGE_WANTED = 85.0


def stage_of(path: Path) -> str | None:
    """The stage of a file; None for one that lies in none, such as a page of the docs."""
    if not path.is_relative_to(TESTS):
        return None
    first = path.relative_to(TESTS).parts[0]
    return first if first in STAGES else None


@cache
def order(path: Path) -> int:
    """When a file's turn comes: folders with the longest files first, so that no process ends long after the others."""
    return next((place for place, name in enumerate(LONGEST_FIRST) if path.is_relative_to(TESTS / name)), -1)
