"""Requests and replies about the home page and its chart."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from workbench.core.schemas import Request, View

RunFilter = Literal["all", "active", "succeeded", "failed"]


class HomeRequest(Request):
    """Ask for the summary."""

    runs: RunFilter = Field(default="all", description="Which runs to list.")
    pipeline: str | None = Field(default=None, max_length=200, description="Only runs of this pipeline.")
    mine: bool = Field(default=False, description="Only runs that you submitted.")
    limit: int = Field(default=12, ge=1, le=100, description="How many runs to list.")


class RunMark(View):
    """A run as a bar of a small drawing."""

    status: str
    seconds: float | None = Field(description="How long it ran.")


class RunCounts(View):
    """How the runs submitted in the last 24 hours stand."""

    total: int
    succeeded: int
    failed: int
    active: int
    marks: list[RunMark] = Field(description="The latest runs, oldest first.")


class StoreCounts(View):
    """What the store holds."""

    tables: int
    rows: int
    bytes: int
    rows_today: int = Field(description="Rows written in the last 24 hours.")
    growth: list[int] = Field(description="Rows in the store after each of the latest commits, oldest first.")
    sizes: list[int] = Field(description="Rows of each table, largest first.")


class LastWrite(View):
    """The latest commit."""

    at: datetime
    table: str
    version: int
    by: str
    sizes: list[float] = Field(description="Rows of the latest commits, oldest first.")


class CheckCounts(View):
    """Quality checks recorded by runs in the last 24 hours."""

    passed: int
    failed: int


class TableWritten(View):
    """A table that a run wrote."""

    name: str
    version: int | None
    rows: int | None


class RunLine(View):
    """A run as a line of a list."""

    id: UUID
    pipeline: str = Field(description="The pipeline's name, or the notebook's where it is not registered.")
    title: str = Field(description="What people call it.")
    status: str
    submitted_by: str
    submitted_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cells_done: int | None
    cells_total: int | None
    error: str | None
    tables: list[TableWritten]


class TableLine(View):
    """A table as a line of a list."""

    name: str
    rows: int
    bytes: int
    version: int
    written_at: datetime | None
    written_by: str


class FigureLine(View):
    """A picture that a run logged; its bytes are asked for by `runs.figure`."""

    id: UUID
    run_id: UUID
    label: str
    media_type: str
    created_at: datetime
    title: str = Field(description="Of the run.")


class Measure(View):
    """A column of numbers of a table, and the column of dates it can be drawn over."""

    table: str
    version: int
    column: str
    over: str = Field(description="The column of dates.")


class Home(View):
    """Everything the home page shows, except the chart's points."""

    workspace: str
    timezone: str
    at: datetime = Field(description="When this was true.")
    pipelines: dict[str, str] = Field(description="The pipelines by name, each with its title.")
    runs: RunCounts
    store: StoreCounts
    last_write: LastWrite | None
    checks: CheckCounts
    recent: list[RunLine]
    tables: list[TableLine]
    measures: list[Measure] = Field(description="What can be drawn over time, the most telling first.")
    figure: FigureLine | None = Field(description="The newest picture that a run logged.")


class SeriesRequest(Request):
    """Name a measure."""

    table: str = Field(max_length=63)
    column: str = Field(max_length=200, description="The measure: a column of numbers.")
    over: str = Field(max_length=200, description="The column of dates or times to draw it over.")
    version: int | None = Field(default=None, ge=1, description="Of the table; the newest when none is named.")


class Series(View):
    """The mean of a measure on each day, oldest first; days without a value are left out."""

    table: str
    version: int
    column: str
    over: str = Field(description="The column of dates.")
    days: list[date]
    means: list[float]
    rows: int = Field(description="How many rows the means were made of.")
