"""What the measurements share."""

from __future__ import annotations

import pytest


@pytest.fixture
def quick(request: pytest.FixtureRequest) -> bool:
    """Whether this is a test run, for which a smaller measurement is enough, rather than `make bench`."""
    return bool(request.config.getoption("benchmark_disable"))
