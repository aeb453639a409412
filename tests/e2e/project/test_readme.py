"""README does what it says."""

from __future__ import annotations

import pytest

from tests.runner.documents import README


@pytest.mark.timeout(600)
def test_every_code_block_holds(reader):
    """Whoever follows it block by block sees each command succeed and print what it says."""
    problems = reader.problems(README)

    assert not problems, "\n\n".join(problems)
