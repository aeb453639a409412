"""Requests and replies about what runs leave behind: cells, outputs, logs, figures, checks, and how they differ."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Base64Bytes, Field

from workbench.core.schemas import Key, View

from .runs import RunView, ShowRun

ResultName = Annotated[str, Field(min_length=1, max_length=200)]


class ReadLog(ShowRun):
    """Ask for lines of a log."""

    after: int = Field(default=0, ge=0, description="Skip so many lines.")
    limit: int = Field(default=1000, ge=1, le=10_000)
    last: int | None = Field(default=None, ge=1, le=10_000, description="Only so many lines, from the end.")
    q: str | None = Field(default=None, min_length=1, max_length=200, description="Only lines with this text.")


class ReadOutputs(ShowRun):
    """Ask for what cells showed."""

    after: int = Field(default=0, ge=0, description="Skip so many code cells.")
    limit: int = Field(default=20, ge=1, le=100, description="How many cells at most.")


class CompareRuns(ShowRun):
    """Name two runs."""

    other: Key


class LogMetric(ShowRun):
    """Record a figure."""

    name: ResultName
    value: float


class LogFigure(ShowRun):
    """Record a plot."""

    name: ResultName
    media_type: str = Field(max_length=100)
    content: Base64Bytes = Field(description="The plot, in base64.", max_length=20 * 1024 * 1024)


class ShowFigure(ShowRun):
    """Name a figure of a run."""

    name: ResultName


class RecordCheck(ShowRun):
    """Record a quality check."""

    rule: str = Field(min_length=1, max_length=2000)
    rows: int = Field(ge=0)
    failing: int = Field(ge=0)


Standing = Literal["completed", "running", "failed", "pending"]


class CellLine(View):
    """A code cell as it was executed: its number, from 1, its first line, and how long it took."""

    number: int
    first_line: str
    status: Standing
    started_at: datetime | None
    seconds: float | None
    outputs: int = Field(description="How many outputs it has.")


class CellsView(View):
    """The code cells of a run, as far as its output notebook was saved."""

    cells: list[CellLine]


class OutputView(View):
    """Something that a cell showed, in the best form that there is of it; images are in base64."""

    media_type: str
    text: str = Field(description="As the notebook has it: whoever shows it must not trust it.")
    cut: bool = Field(description="Whether it is longer than what is sent.")


class CellOutputs(View):
    """A code cell with what it showed."""

    number: int
    ran: bool = Field(default=True, description="Whether it was begun.")
    source: str
    outputs: list[OutputView]
    more: int = Field(description="How many outputs are left out.")


class OutputsView(View):
    """What the code cells of a run showed, and how many cells there are."""

    cells: list[CellOutputs]
    total: int


class Difference(View):
    """Something that two runs have in common by name, and as which values; null where one lacks it."""

    name: str
    before: Any
    after: Any
    defaults: list[Literal["before", "after"]] = Field(default=[], description="Which of them nobody gave.")


class RunDiff(View):
    """How a run differs from another: only what is not the same, and what each of its cells took."""

    run: RunView
    other: RunView
    parameters: list[Difference]
    metrics: list[Difference]
    tables: list[Difference] = Field(description="Rows written.")
    cells: list[Difference] = Field(description="Seconds, by number and first line.")


class LogLine(View):
    """A line of a run's log; `number` counts from 1."""

    number: int
    at: datetime
    cell: int | None
    stream: str
    text: str


class LogPage(View):
    """Lines of a log, and whether the run may still add to it."""

    lines: list[LogLine]
    complete: bool


class Recorded(View):
    """The answer to a result that was recorded."""

    run_id: UUID
    name: str
