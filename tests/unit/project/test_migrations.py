"""The history of the metadata database is one line."""

from __future__ import annotations

import re

from workbench.migrations import FOLDER


def test_revisions_follow_each_other():
    """Each migration has a number of its own, which its file begins with, and follows the one before."""
    paths = sorted((FOLDER / "versions").glob("[0-9]*.py"))
    said = [re.findall(r'(?m)^(?:down_)?revision = (?:"(\d+)"|None)$', path.read_text()) for path in paths]

    numbers = [f"{number:04d}" for number in range(1, len(paths) + 1)]
    assert [path.name[:4] for path in paths] == numbers
    assert said == [[number, before] for number, before in zip(numbers, ["", *numbers], strict=False)]
