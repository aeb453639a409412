"""Requests and replies about preferences."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from workbench.core.schemas import Request, View

PreferenceName = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[a-z0-9_.-]+$", examples=["starred.pipelines"])
]


class ShowPreferences(Request):
    """Asks for what one prefers in a workspace."""

    prefix: str = Field(default="", max_length=200, description="Only those whose names begin so.")


class SetPreference(Request):
    """Has a preference kept."""

    name: PreferenceName
    value: Any = Field(default=None, description="Any JSON; null forgets it.")


class PreferencesView(View):
    """What one prefers in a workspace, by name."""

    values: dict[str, Any]
