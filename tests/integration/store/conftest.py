"""What tests of the store share."""

from __future__ import annotations

import pytest

from tests.factories.store import Attempt


@pytest.fixture
def attempt(workbench, caller):
    """Makes an attempt of a run."""
    made = []

    def make(**rights):
        made.append(Attempt(workbench, caller, workbench.settings.runs_dir / f"attempt-{len(made)}", **rights))
        return made[-1]

    return make
