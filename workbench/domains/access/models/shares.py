"""Rows of shares."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workbench.core.db import WorkspaceRow

from .groups import Group
from .people import User

_GIVEN = [f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in ("user_id", "role", "group_id")]


class Share(WorkspaceRow):
    """A right on one object for a user, for everybody of a role, or for a group; exactly one of the three."""

    __tablename__ = "share"
    __table_args__ = (
        CheckConstraint(f"{' + '.join(_GIVEN)} = 1", name="one_audience"),
        ForeignKeyConstraint(["workspace_id", "group_id"], ["group.workspace_id", "group.id"], ondelete="CASCADE"),
        UniqueConstraint("workspace_id", "object_type", "object_id", "user_id"),
        UniqueConstraint("workspace_id", "object_type", "object_id", "role", name="uq_share_role"),
        UniqueConstraint("workspace_id", "object_type", "object_id", "group_id", name="uq_share_group"),
        Index(None, "workspace_id", "user_id", "object_type"),
        Index(None, "group_id", "object_type"),
    )

    object_type: Mapped[str] = mapped_column(String(80))
    object_id: Mapped[UUID]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    role: Mapped[str | None] = mapped_column(String(20))
    group_id: Mapped[UUID | None]
    right: Mapped[str] = mapped_column("share_right", String(10))
    granted_by: Mapped[str] = mapped_column(String(200))

    user: Mapped[User | None] = relationship(lazy="joined", viewonly=True)
    group: Mapped[Group | None] = relationship(lazy="joined", viewonly=True)

    @property
    def audience(self) -> str:
        """Whom it is for, in words: a person, a group, or everybody of a role."""
        if self.user is not None:
            return self.user.name
        return f"group {self.group.name}" if self.group is not None else f"every {self.role}"
