"""Rows of what people prefer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.clock import now
from workbench.core.db import Json, WorkspaceRow


class Preference(WorkspaceRow):
    """Something that a face remembers for a user in a workspace, such as what she starred; any JSON."""

    __tablename__ = "preference"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id", "name"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(200))
    value: Mapped[Any] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(default=now)
