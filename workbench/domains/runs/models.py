"""Rows of runs and their results."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.db import Json, Row, WorkspaceRow


class Status(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    COMMITTING = "committing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    CRASHED = "crashed"


EXECUTING = frozenset({Status.STARTING, Status.RUNNING})
HOLDING = (*EXECUTING, Status.COMMITTING)  # a slot
BROKEN = (Status.FAILED, Status.CRASHED)
ENDED = frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.CRASHED})


# All that figures over many runs are made of, so that no row is looked at for them.
SUMMED_UP = (
    "workspace_id", "created_at", "status", "pipeline_id", "title", "seconds", "error_group", "slowest_cell",
    "slowest_seconds", "id",
)  # fmt: skip


class Run(WorkspaceRow):
    """A run; its attempt, lease and slot are those of the current try.

    What it took (`seconds`, and `slowest_seconds` of the code cell `slowest_cell`) and which kind of failure it is
    (`error_group`) are kept as it ends, so that a database can sum them up over many runs.
    """

    __tablename__ = "run"
    shareable = True
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(["workspace_id", "pipeline_id"], ["pipeline.workspace_id", "pipeline.id"]),
        Index(None, "workspace_id", "created_at", "id"),
        Index(None, "workspace_id", "status", "created_at", "id"),
        Index(None, "workspace_id", "pipeline_id", "created_at", "id"),
        Index(None, "status", "created_at"),
        Index(None, "owner_id", "started_at"),
        Index(None, "workspace_id", "error_group", "created_at", "id"),
        Index("ix_run_summed_up", *SUMMED_UP),
    )

    title: Mapped[str] = mapped_column(String(200))
    pipeline_id: Mapped[UUID | None]
    pipeline_version: Mapped[int | None]
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("pipeline_version.id"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    submitted_by: Mapped[str] = mapped_column(String(200))
    rights_of: Mapped[str] = mapped_column(String(200))
    rights_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    rights: Mapped[dict[str, Any]]
    parameters: Mapped[dict[str, Any]]
    options: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(12), default=Status.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    retry_of: Mapped[UUID | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cells_total: Mapped[int | None]
    cells_done: Mapped[int] = mapped_column(default=0)
    current_cell: Mapped[dict[str, Any] | None] = mapped_column(Json)
    error: Mapped[dict[str, Any] | None] = mapped_column(Json)
    error_group: Mapped[str | None] = mapped_column(String(32))
    seconds: Mapped[float | None]
    slowest_cell: Mapped[int | None]
    slowest_seconds: Mapped[float | None]
    correlation_id: Mapped[str] = mapped_column(String(32))
    backend: Mapped[str] = mapped_column(String(20), default="local")
    commit_id: Mapped[UUID | None]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    slot: Mapped[int | None]
    cancel_requested_by: Mapped[str | None] = mapped_column(String(200))


class RunNotebook(Row):
    """The notebook of a run that nobody registered; a registered one is in its pipeline's version."""

    __tablename__ = "run_notebook"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("run.id"), unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class RunMetric(Row):
    """A figure that a run logged; the last of a name counts."""

    __tablename__ = "run_metric"
    __table_args__ = (UniqueConstraint("run_id", "attempt", "name"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("run.id"))
    attempt: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    value: Mapped[float]


class RunFigure(WorkspaceRow):
    """A plot that a run logged, as bytes of `media_type`."""

    __tablename__ = "run_figure"
    __table_args__ = (
        UniqueConstraint("run_id", "attempt", "label"),
        Index(None, "workspace_id", "created_at"),
    )

    run_id: Mapped[UUID] = mapped_column(ForeignKey("run.id"))
    attempt: Mapped[int]
    label: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class RunCheck(Row):
    """A quality check that a run made, and how many rows failed it."""

    __tablename__ = "run_check"
    __table_args__ = (Index(None, "run_id", "attempt"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("run.id"))
    attempt: Mapped[int]
    rule: Mapped[str] = mapped_column(Text)
    rows: Mapped[int]
    failing: Mapped[int]
