"""Rows of shares."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.db import WorkspaceRow


class Share(WorkspaceRow):
    """A right on one object for a user, or for everybody of a role; exactly one of the two."""

    __tablename__ = "share"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (role IS NULL)", name="one_audience"),
        UniqueConstraint("workspace_id", "object_type", "object_id", "user_id"),
        UniqueConstraint("workspace_id", "object_type", "object_id", "role", name="uq_share_role"),
        Index(None, "workspace_id", "user_id", "object_type"),
    )

    object_type: Mapped[str] = mapped_column(String(80))
    object_id: Mapped[UUID]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    role: Mapped[str | None] = mapped_column(String(20))
    right: Mapped[str] = mapped_column("share_right", String(10))
    granted_by: Mapped[str] = mapped_column(String(200))
