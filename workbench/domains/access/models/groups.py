"""Rows of groups."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from workbench.core.db import Versioned, WorkspaceRow
from workbench.core.ids import new_id

from .people import User


def _group() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["workspace_id", "group_id"], ["group.workspace_id", "group.id"], ondelete="CASCADE")


class GroupMember(WorkspaceRow):
    """A member of the workspace in a group."""

    __tablename__ = "group_member"
    __table_args__ = (_group(), UniqueConstraint("group_id", "user_id"), Index(None, "user_id"))

    group_id: Mapped[UUID]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class GroupRole(WorkspaceRow):
    """A role that everybody in a group has."""

    __tablename__ = "group_role"
    __table_args__ = (_group(), UniqueConstraint("group_id", "role"))

    group_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(20))


class Group(Versioned, WorkspaceRow):
    """Members of a workspace who have roles and shares together; with it go its roles and what was shared to it."""

    __tablename__ = "group"
    __table_args__ = (UniqueConstraint("workspace_id", "id"), UniqueConstraint("workspace_id", "name"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)  # as every row's; `size` speaks of it
    name: Mapped[str] = mapped_column(String(63))

    members: Mapped[list[GroupMember]] = relationship(viewonly=True)
    held: Mapped[list[GroupRole]] = relationship(viewonly=True, lazy="selectin")
    size: Mapped[int] = column_property(
        select(func.count(GroupMember.id))
        .where(GroupMember.group_id == id)  # noqa: A003
        .correlate_except(GroupMember)
        .scalar_subquery()
    )
