"""Whose pages may show ours in a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

KEPT = "workbench_frame_origins"  # among the settings of the web application, from when the home is open


def allow(settings: dict[str, Any], origins: Sequence[str]) -> None:
    """Let pages of some origins show ours, where these are made for it."""
    settings[KEPT] = tuple(origins)


def framers(settings: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Whose pages may, as a content policy says it: our own, and those of the origins that `settings` allow."""
    return " ".join(["'self'", *settings.get(KEPT, ())])
