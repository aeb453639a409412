"""Rows of dashboards and their versions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.shelf import Kept, KeptVersion


class Dashboard(Kept):
    """A dashboard; `published` is the number of the version that its audience sees."""

    __tablename__ = "dashboard"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "name"),
        Index(None, "workspace_id", "created_at", "id"),
    )

    published: Mapped[int | None]

    @property
    def page(self) -> str:
        """Where it is shown, below the pages of the workspace."""
        return f"d/{self.name}"


class DashboardVersion(KeptVersion):
    """What a dashboard was; only `published_…` and what goes with it ever changes."""

    __tablename__ = "dashboard_version"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("dashboard_id", "number"),
        ForeignKeyConstraint(["workspace_id", "dashboard_id"], ["dashboard.workspace_id", "dashboard.id"]),
    )

    dashboard_id: Mapped[UUID]
    tables: Mapped[list[str]]
    published_at: Mapped[datetime | None]
    publisher_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    publisher: Mapped[str | None] = mapped_column(String(254))
    allow_export: Mapped[bool] = mapped_column(default=False)
