"""What tests of a team's server have of their own."""

from __future__ import annotations

import pytest

from tests.runner.team import unused_port


@pytest.fixture
def free_port() -> int:
    """A port of the test's own."""
    return unused_port()
