"""Rows of connectors and of how far their consumers have read; secrets are in the vault."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.clock import now
from workbench.core.db import Base, Json, Versioned, WorkspaceRow


class Connector(Versioned, WorkspaceRow):
    """A connector; `config` holds no secret, and an archived one gives its name free.

    `test_problem` is the code of why it did not answer when it was tested last, None where it did.
    """

    __tablename__ = "connector"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "name"),
        Index(None, "workspace_id", "created_at", "id"),
    )

    name: Mapped[str] = mapped_column(String(100))
    type: Mapped[str] = mapped_column(String(63))
    description: Mapped[str] = mapped_column(Text, default="")
    config: Mapped[dict[str, Any]]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    archived_name: Mapped[str | None] = mapped_column(String(100))
    archived_at: Mapped[datetime | None]
    tested_at: Mapped[datetime | None]
    test_problem: Mapped[str | None] = mapped_column(String(63))


class ConnectorCursor(WorkspaceRow):
    """How far a consumer has read a stream: up to and with `value` of `column`; nothing yet where it is None."""

    __tablename__ = "connector_cursor"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("connector_id", "stream", "consumer"),
        ForeignKeyConstraint(["workspace_id", "connector_id"], ["connector.workspace_id", "connector.id"]),
    )

    connector_id: Mapped[UUID]
    stream: Mapped[str] = mapped_column(String(300))
    consumer: Mapped[str] = mapped_column(String(200))
    column: Mapped[str] = mapped_column(String(300))
    value: Mapped[Any | None] = mapped_column(Json)
    moved_at: Mapped[datetime] = mapped_column(default=now)


class PendingMark(Base):
    """Where a cursor will stand once the commit of the run that read is done."""

    __tablename__ = "connector_pending_mark"

    commit_id: Mapped[UUID] = mapped_column(ForeignKey("store_commit.id"), primary_key=True)
    cursor_id: Mapped[UUID] = mapped_column(ForeignKey("connector_cursor.id"), primary_key=True)
    value: Mapped[Any | None] = mapped_column(Json)
