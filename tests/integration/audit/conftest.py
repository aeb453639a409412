"""The home's database, of each kind in turn."""

from __future__ import annotations

import pytest


@pytest.fixture
def database(any_database, workbench):
    """The database of a fresh home."""
    return workbench.database
