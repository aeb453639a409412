"""Rows of saved queries and their versions, and of what people asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.db import Json, WorkspaceRow
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


class Asked(WorkspaceRow):
    """A statement that somebody asked, without the values that she gave it; `digest` is that of what it says."""

    __tablename__ = "query_asked"
    __table_args__ = (UniqueConstraint("workspace_id", "id"), Index(None, "workspace_id", "user_id", "created_at"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    digest: Mapped[str] = mapped_column(String(32))
    sql: Mapped[str] = mapped_column(Text)
    parameters: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    failed: Mapped[bool]
