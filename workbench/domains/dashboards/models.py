"""Rows of dashboards and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.db import Versioned, WorkspaceRow


class Dashboard(Versioned, WorkspaceRow):
    """A dashboard; `current` is the number of its newest version, `published` of the one that its audience sees."""

    __tablename__ = "dashboard"
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
    published: Mapped[int | None]
    archived_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]

    @property
    def current_version(self) -> int:
        """The number of the newest version."""
        return self.current

    @property
    def page(self) -> str:
        """Where it is shown, below the pages of the workspace."""
        return f"d/{self.name}"


class DashboardVersion(WorkspaceRow):
    """What a dashboard was; only `published_…` and what goes with it ever changes."""

    __tablename__ = "dashboard_version"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("dashboard_id", "number"),
        ForeignKeyConstraint(["workspace_id", "dashboard_id"], ["dashboard.workspace_id", "dashboard.id"]),
    )

    dashboard_id: Mapped[UUID]
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    tables: Mapped[list[str]]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    author: Mapped[str] = mapped_column(String(254))
    message: Mapped[str] = mapped_column(String(500), default="")
    restores: Mapped[int | None]
    published_at: Mapped[datetime | None]
    publisher_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    publisher: Mapped[str | None] = mapped_column(String(254))
    allow_export: Mapped[bool] = mapped_column(default=False)
