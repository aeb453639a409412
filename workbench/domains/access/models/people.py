"""Rows of users, workspaces and members."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workbench.core.db import Row, Versioned, WorkspaceRow

if TYPE_CHECKING:
    from .groups import Group


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
    email_verified_at: Mapped[datetime | None]

    @property
    def email_verified(self) -> bool:
        """Whether it was proven that `name` is a mail address of hers."""
        return self.email_verified_at is not None


_IS_HERS = "and_(Member.workspace_id == GroupMember.workspace_id, Member.user_id == GroupMember.user_id)"


class Member(WorkspaceRow):
    """A user in a role within a workspace; with several, the strongest counts for each permission."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id", "role"), Index(None, "user_id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    role: Mapped[str] = mapped_column(String(20))

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    groups: Mapped[list[Group]] = relationship(secondary="group_member", primaryjoin=_IS_HERS, viewonly=True)
