"""What tests of the store share."""

from __future__ import annotations

import pytest

from tests.factories.store import Attempt


@pytest.fixture
def attempt(workbench, caller, tmp_path):
    """Makes an attempt of a run."""
    made = []

    def make(**rights):
        made.append(Attempt(workbench, caller, tmp_path / f"attempt-{len(made)}", **rights))
        return made[-1]

    return make
