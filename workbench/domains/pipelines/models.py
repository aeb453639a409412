"""Rows of pipelines and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.db import Versioned, WorkspaceRow


class Pipeline(Versioned, WorkspaceRow):
    """A pipeline; `version` counts every change of the row, `current` is the number of its newest version."""

    __tablename__ = "pipeline"
    shareable = True
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "name"),
        Index(None, "workspace_id", "created_at", "id"),
    )

    name: Mapped[str] = mapped_column(String(63))
    title: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    current: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]

    @property
    def current_version(self) -> int:
        """The number of the newest version."""
        return self.current


class PipelineVersion(WorkspaceRow):
    """What a pipeline's notebook was; only `published_…` ever changes.

    `content` is the notebook without outputs, `original` what was given where that was of an older format; both are
    compressed, and read only when they are looked at. `digest` is over the canonical content. `servable` says whether
    it is an app, and `late_after` after how many hours what it shows counts as late.
    """

    __tablename__ = "pipeline_version"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("pipeline_id", "number"),
        Index(None, "workspace_id", "servable", "pipeline_id", "number"),
        ForeignKeyConstraint(["workspace_id", "pipeline_id"], ["pipeline.workspace_id", "pipeline.id"]),
    )

    pipeline_id: Mapped[UUID]
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    original: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    parameters: Mapped[dict[str, Any]]
    kernel: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(4096), default="")
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    author: Mapped[str] = mapped_column(String(254))
    message: Mapped[str] = mapped_column(String(500), default="")
    reads: Mapped[list[str]]
    writes: Mapped[list[str]]
    restores: Mapped[int | None]
    published_at: Mapped[datetime | None]
    publisher_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    publisher: Mapped[str | None] = mapped_column(String(254))
    servable: Mapped[bool] = mapped_column(default=False)
    late_after: Mapped[float | None]
