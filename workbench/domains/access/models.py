"""Rows of users, workspaces, members, tokens and shares."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workbench.core.db import Row, Versioned, WorkspaceRow


class Workspace(Versioned, Row):
    """A workspace; the quotas have their columns already, and nothing sets or checks them yet."""

    __tablename__ = "workspace"

    name: Mapped[str] = mapped_column(String(63), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    quota_bytes: Mapped[int | None] = mapped_column(BigInteger)
    quota_runs: Mapped[int | None]
    quota_slots: Mapped[int | None]


class User(Versioned, Row):
    """A person; `name` is her e-mail address or login, kept as it was given, and `folded` is what must be unique.

    `home_owner` is who the operating system's user and Jupyter's only user are: the one to whom the home belongs.
    """

    __tablename__ = "user"

    name: Mapped[str] = mapped_column(String(254))
    folded: Mapped[str] = mapped_column(String(254), unique=True)
    display_name: Mapped[str] = mapped_column(String(200))
    system_admin: Mapped[bool] = mapped_column(default=False)
    home_owner: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]


class Member(WorkspaceRow):
    """A user in a role within a workspace; with several, the strongest counts for each permission."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id", "role"), Index(None, "user_id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    role: Mapped[str] = mapped_column(String(20))

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


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
