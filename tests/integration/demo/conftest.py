"""The demo's sources, prepared once for all tests of a process."""

import pytest

from workbench.demo.places import Sources
from workbench.demo.sources import prepare


@pytest.fixture(scope="session")
def sources(tmp_path_factory) -> Sources:
    """Sources that tests may read and must not change."""
    return prepare(tmp_path_factory.mktemp("demo") / "sources")
