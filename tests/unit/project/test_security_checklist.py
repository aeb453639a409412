"""The checklist of the ASVS is whole, and what it points to is there."""

from __future__ import annotations

import re
from collections import Counter

from tests.runner.stages import ROOT

PAGE = ROOT / "docs" / "security" / "asvs.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| (met|partly|open|n/a) \| ([^|]+) \|$", re.MULTILINE)
# The requirements of levels 1 and 2, by section: first and last number.
SECTIONS = """
1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1-1 3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2 4.1.1-3
4.2.1-1 4.3.1-2 4.4.1-4 5.1.1-1 5.2.1-3 5.3.1-2 5.4.1-3 6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3
7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 8.2.1-3 8.3.1-1 8.4.1-1 9.1.1-3 9.2.1-4 10.1.1-2 10.2.1-2 10.3.1-4
10.4.1-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1-1 11.6.1-1 12.1.1-3 12.2.1-2 12.3.1-4
13.1.1-1 13.2.1-5 13.3.1-2 13.4.1-5 14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3 15.3.1-7 16.1.1-1 16.2.1-5 16.3.1-4
16.4.1-3 16.5.1-3 17.1.1-1 17.2.1-4 17.3.1-2
"""


def wanted() -> list[str]:
    """The ids of all requirements of levels 1 and 2."""
    found = []
    for section in SECTIONS.split():
        start, _, last = section.partition("-")
        prefix, _, first = start.rpartition(".")
        found += [f"{prefix}.{number}" for number in range(int(first), int(last) + 1)]
    return found


def test_every_requirement_has_one_row():
    """None is left out, none stands twice, and all rows can be read."""
    text = PAGE.read_text()
    rows = ROW.findall(text)

    assert [row[0] for row in rows] == wanted()
    assert len(rows) == len(re.findall(r"^\| \d+\.\d+\.\d+ ", text, re.MULTILINE))


def test_what_rows_point_to_is_there():
    """A test or page that was renamed is noticed."""
    named = {name for row in ROW.findall(PAGE.read_text()) for name in re.findall(r"`([^`]+)`", row[4])}

    assert {name for name in named if "/" in name and not (ROOT / name).exists()} == set()


def test_the_summary_counts_the_rows():
    """The table at the top says what the rows say."""
    text = PAGE.read_text()
    counted = Counter((row[1], row[3]) for row in ROW.findall(text))
    for level in "12":
        numbers = " | ".join(str(counted[level, status]) for status in ("met", "partly", "open", "n/a"))
        assert f"| {level} | {numbers} |" in text
