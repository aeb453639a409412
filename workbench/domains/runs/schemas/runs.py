"""Requests and replies about runs: starting, listing and showing them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from workbench.core.schemas import Key, ListRequest, Moment, Request, View
from workbench.domains.runs.models import Status


class StartRun(Request):
    """Start a pipeline."""

    id: Key
    parameters: dict[str, Any] = Field(default={}, description="Values by parameter name.")
    texts: dict[str, str] = Field(default={}, description="Values as text, converted to the declared types.")
    version: int | None = Field(
        default=None,
        ge=1,
        description="When none is named, the current one for those who edit notebooks, else the last published.",
    )


class StartNotebook(Request):
    """Run a notebook that nobody registered."""

    notebook: dict[str, Any] = Field(description="The notebook's JSON.")
    title: str = Field(default="notebook", min_length=1, max_length=200)
    parameters: dict[str, Any] = Field(default={})
    texts: dict[str, str] = Field(default={})
    kernel: str | None = Field(default=None, max_length=100, description="The kernel to use instead of the notebook's.")
    cwd: str | None = Field(default=None, max_length=4000, description="The folder to run in.")
    source: str | None = Field(default=None, max_length=4000, description="What the output says it was made from.")
    output: str | None = Field(default=None, max_length=4000, description="Where to put a copy of the output notebook.")
    report_mode: bool = Field(default=False, description="Hide the input of cells in the output.")
    start_seconds: float = Field(default=60, gt=0, le=3600, description="How long the kernel may take to start.")
    cell_seconds: float | None = Field(default=None, gt=0, description="How long one cell may take.")


class ListRuns(ListRequest):
    """Ask for runs."""

    status: Status | None = None
    pipeline: str | None = Field(default=None, max_length=200, description="A pipeline's id or name.")
    active: bool = Field(default=False, description="Only those that have not ended.")
    mine: bool = Field(default=False, description="Only those that you submitted.")
    broken: bool = Field(default=False, description="Only those that failed or crashed.")
    since: Moment | None = Field(default=None, description="Only those submitted then or later.")
    error: str | None = Field(default=None, max_length=32, description="Only failures of this `error_group`.")
    longer: float | None = Field(default=None, ge=0, description="Only those that took so many seconds or more.")


class LatestRuns(Request):
    """Ask how the latest runs of some pipelines went."""

    pipelines: list[UUID] = Field(max_length=200, description="Ids of pipelines.")
    depth: int = Field(default=12, ge=1, le=100, description="How many runs of each.")


class ShowRun(Request):
    """Name a run."""

    id: Key


class Propose(Request):
    """Ask what to declare when a pipeline is published."""

    id: Key
    run: Key | None = Field(default=None, description="A run of the pipeline; its newest that succeeded when unset.")


class Proposal(View):
    """What a run of a pipeline read and wrote, in the form in which publishing declares it."""

    pipeline: str
    number: int = Field(description="The version that the run executed.")
    run_id: UUID
    reads: list[str] = Field(description="Tables, and what connectors hold as `connector.stream`.")
    writes: list[str]
    publishable: bool = Field(description="Whether you hold all of it, and so may publish it.")
    missing: list[str] = Field(description="What you do not hold.")


class TableUse(View):
    """A table, the version that was read or made, and how many rows were written."""

    name: str
    version: int | None
    rows: int | None = None


class CurrentCell(View):
    """The code cell being executed: its number, from 1, and its first line."""

    number: int
    first_line: str


class RunFailure(View):
    """Why a run did not succeed."""

    name: str
    message: str
    cell: int | None = None
    traceback: str | None = None
    fix: str = ""


class CheckView(View):
    """How a quality check went."""

    rule: str
    rows: int
    failing: int


class RunView(View):
    """A run."""

    listed: ClassVar = (
        "run=id", "title", "parameters", "status", "started=started_at", "took=duration", "tables=tables_written",
    )  # fmt: skip

    id: UUID
    title: str
    pipeline_id: UUID | None
    pipeline_version: int | None
    workspace: str
    status: Status
    parameters: dict[str, Any]
    defaults: dict[str, Any] = Field(
        default={}, description="What counts for parameters that were not given; where a single run is shown."
    )
    attempt: int
    submitted_by: str
    rights_of: str
    submitted_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cells_total: int | None
    cells_done: int
    current_cell: CurrentCell | None
    error: RunFailure | None
    tables_read: list[TableUse]
    tables_written: list[TableUse]
    metrics: dict[str, float]
    figures: list[str]
    checks: list[CheckView]
    output_path: str | None
    correlation_id: str
    retry_of: UUID | None = None
    schema_: int = Field(default=1, serialization_alias="schema", validation_alias="schema")

    @property
    def duration(self) -> timedelta | None:
        """How long it took, once it has ended."""
        return self.finished_at - self.started_at if self.started_at and self.finished_at else None


class RunMark(View):
    """How a run went, in short."""

    id: UUID
    status: Status
    submitted_by: str
    submitted_at: datetime
    seconds: float | None = Field(description="How long it took, once it has ended.")


class PipelineRuns(View):
    """The latest runs of a pipeline, the newest first."""

    pipeline_id: UUID
    runs: list[RunMark]


class LatestView(View):
    """The latest runs of pipelines; those without a run that you may see are left out."""

    items: list[PipelineRuns]
