"""Rows of saved queries and their versions."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from workbench.core.shelf import Shown, ShownVersion


class Query(Shown):
    """A saved query."""

    __tablename__ = "query"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "name"),
        Index(None, "workspace_id", "created_at", "id"),
    )

    @property
    def page(self) -> str:
        """Where it is shown, below the pages of the workspace."""
        return f"queries/{self.name}"


class QueryVersion(ShownVersion):
    """What a query was."""

    __tablename__ = "query_version"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("query_id", "number"),
        ForeignKeyConstraint(["workspace_id", "query_id"], ["query.workspace_id", "query.id"]),
    )

    query_id: Mapped[UUID]
