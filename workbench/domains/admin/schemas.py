"""Requests and replies about an installation."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from workbench.core.schemas import Request, View


class ShowSettings(Request):
    """Asks for the settings in force."""


class SettingView(View):
    """A setting in force; a secret is only said to be set."""

    listed: ClassVar = ("name", "value", "origin")

    name: str
    value: str
    origin: str = Field(description="default, config.toml, environment, or given: on the command line.")
    help: str


class SettingsView(View):
    """All settings in force in the server, and the file in which they can be changed."""

    file: str
    items: list[SettingView]


class ShowMaintenance(Request):
    """Asks how the home is kept."""


class Tidy(Request):
    """Asks for a round of all chores."""


class ChoreDone(View):
    """How a chore went in a round."""

    name: str
    seconds: float
    did: int | None = Field(description="How many things it did, where it counts them.")
    failed: bool


class Round(View):
    """A round of all chores."""

    at: datetime
    chores: list[ChoreDone]


class ChoreView(View):
    """A chore."""

    name: str
    help: str
    due: int | None = Field(description="How much it would find to do now, where that can be counted; 5,000 at most.")


class BackupView(View):
    """A copy of the metadata database."""

    name: str
    bytes: int
    made_at: datetime


class MaintenanceView(View):
    """How the home is kept."""

    chores: list[ChoreView]
    rounds: list[Round] = Field(description="The latest, the newest first.")
    folder: str = Field(description="Where the backups are.")
    backups: list[BackupView] = Field(description="The newest first.")
