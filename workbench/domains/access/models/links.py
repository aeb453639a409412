"""Rows of links that are good once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.db import Row


class OneTimeLink(Row):
    """A link that is good once: an invitation to a workspace, the reset of a password, or the proof of an address.

    `digest` is of what the link shows; `user_id` is whose password or address it is about, None for nobody's. An
    invitation's payload has `roles`, the `name` of who is invited, and `groups`: their ids, with their names then.
    """

    __tablename__ = "one_time_link"
    __table_args__ = (Index(None, "workspace_id", "created_at", "id"), Index(None, "purpose", "email"))

    purpose: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    workspace_id: Mapped[UUID | None] = mapped_column(ForeignKey("workspace.id"))
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    payload: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    @property
    def groups(self) -> list[str]:
        """The names of the groups that it invites to."""
        return sorted(self.payload.get("groups", {}).values())
