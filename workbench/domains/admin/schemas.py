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


class ShowPerformance(Request):
    """Asks how fast the server is."""


class Latency(View):
    """How often something was done since the server began, how often in vain, and what its latest 500 took."""

    listed: ClassVar = ("name", "count", "errors", "p50", "p95", "p99")

    name: str
    count: int
    errors: int
    p50: float = Field(description="Seconds.")
    p95: float
    p99: float


class SlowCall(View):
    """An operation that took a second or more."""

    at: datetime
    name: str
    outcome: str
    seconds: float
    correlation_id: str


class PerformanceView(View):
    """How fast the process of the server is that answers, since it began."""

    since: datetime
    memory: int | None = Field(description="Bytes that it holds; null where the system does not tell.")
    memory_peak: int | None
    operations: list[Latency] = Field(description="The slowest first.")
    pages: list[Latency] = Field(description="Until their documents were sent; what browsers do then is not in it.")
    events: Latency | None = Field(description="From an event's commit until it was handed to those who listen.")
    slow: list[SlowCall] = Field(description="The latest, the newest first.")
