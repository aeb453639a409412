"""The documentation does what it says, from the first page to the last."""

from __future__ import annotations

import pytest

from tests.runner.documents import pages


@pytest.mark.timeout(900)
def test_every_code_block_holds(reader):
    """Whoever follows the pages in order, block by block, sees each command succeed and print what the page says."""
    problems = [problem for page in pages()[1:] for problem in reader.problems(page)]

    assert not problems, "\n\n".join(problems)
