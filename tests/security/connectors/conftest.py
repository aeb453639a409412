"""A team home whose connectors reach what teams' connectors may."""

from __future__ import annotations

import pytest


@pytest.fixture
def team(workbench):
    """The settings of a team home; connectors reach public hosts and the workspace's own files only."""
    object.__setattr__(workbench.settings, "team", True)
    return workbench.settings
