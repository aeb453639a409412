"""Requests and replies about how a workspace is doing."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from workbench.core.schemas import Request, View

Period = Literal["24h", "7d", "30d"]


class ShowNow(Request):
    """Asks what is under way."""


class ShowHistory(Request):
    """Asks how runs went."""

    period: Period = Field(default="24h", description="Over how long, until now.")


class ShowSources(Request):
    """Asks how fresh tables are and whether connectors answer."""


class NowView(View):
    """What is under way and waits, of the runs that you may see, and where there is room."""

    running: int
    waiting: int
    longest_wait: datetime | None = Field(description="Since when the oldest run that waits has been waiting.")
    executing: bool = Field(description="Whether some process of the home takes runs from the queue.")
    slots: int = Field(description="How many runs this machine executes at once.")
    slots_free: int


class Bucket(View):
    """The runs submitted within a part of the period."""

    begins_at: datetime
    succeeded: int
    failed: int = Field(description="Failed or crashed.")
    others: int = Field(description="Cancelled, or not ended.")


class PipelineFigures(View):
    """How the runs of a pipeline went, or of a notebook in no catalog; durations are of those that succeeded."""

    listed: ClassVar = ("title", "runs", "failed", "p50", "p90", "p99")

    pipeline_id: UUID | None
    title: str
    runs: int
    succeeded: int
    failed: int
    p50: float | None = Field(description="Seconds.")
    p90: float | None
    p99: float | None


class FailureGroup(View):
    """Runs that failed in one way; `error_group` is what `runs.list` takes as `error`."""

    error_group: str
    name: str
    message: str | None = Field(description="Of the latest; for those who may read logs.")
    cell: int | None
    title: str = Field(description="Of the latest run.")
    runs: int
    latest_at: datetime
    latest_run: UUID


class SlowCell(View):
    """A code cell that was the slowest of its run, and how long it took."""

    pipeline_id: UUID | None
    title: str
    cell: int
    runs: int = Field(description="In how many runs it was the slowest.")
    mean_seconds: float
    most_seconds: float
    slowest_run: UUID


class HistoryView(View):
    """How the runs went that were submitted in a period and that you may see."""

    period: Period
    since: datetime
    buckets: list[Bucket] = Field(description="The oldest first.")
    pipelines: list[PipelineFigures] = Field(description="Those with most runs first.")
    failures: list[FailureGroup] = Field(description="The most frequent first.")
    slow_cells: list[SlowCell] = Field(description="The slowest on average first.")


class TableFreshness(View):
    """When a table was written, and how often it usually is."""

    listed: ClassVar = ("name", "rows", "version", "written_at", "late")

    name: str
    rows: int
    version: int
    written_at: datetime
    run_id: UUID | None = Field(default=None, description="The run that wrote it last; null where somebody else did.")
    usual_seconds: float | None = Field(description="Between its latest writes, on average; null before the third.")
    late: bool


class ConnectorHealth(View):
    """When a connector was tested and read; nothing is connected to find out."""

    name: str
    type: str
    tested_at: datetime | None
    problem: str | None = Field(description="The code of why it did not answer at its latest test.")
    read_at: datetime | None


class SourcesView(View):
    """The tables that were written last, late ones first, and the connectors."""

    tables: list[TableFreshness]
    late: int = Field(description="How many of them are late.")
    connectors: list[ConnectorHealth]
