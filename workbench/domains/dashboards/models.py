"""Rows of dashboards and their versions."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from workbench.core.shelf import Shown, ShownVersion


class Dashboard(Shown):
    """A dashboard."""

    __tablename__ = "dashboard"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "name"),
        Index(None, "workspace_id", "created_at", "id"),
    )

    @property
    def page(self) -> str:
        """Where it is shown, below the pages of the workspace."""
        return f"d/{self.name}"


class DashboardVersion(ShownVersion):
    """What a dashboard was."""

    __tablename__ = "dashboard_version"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("dashboard_id", "number"),
        ForeignKeyConstraint(["workspace_id", "dashboard_id"], ["dashboard.workspace_id", "dashboard.id"]),
    )

    dashboard_id: Mapped[UUID]
