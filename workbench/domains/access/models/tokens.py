"""Rows of API tokens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workbench.core.db import WorkspaceRow

from .people import User, Workspace


class ApiToken(WorkspaceRow):
    """A token's hash and bounds; `scopes` is None where it may whatever its user may in the workspace.

    A token made by means of a token is its child, never wider or longer, and revoked with it.
    """

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "owner_id", "created_at", "id"), Index(None, "parent_id"))

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_token.id"))
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str] | None]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    owner: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    workspace: Mapped[Workspace] = relationship(lazy="joined", innerjoin=True)
