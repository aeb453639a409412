"""Rows of tables, their versions, and the commits that change them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.clock import now
from workbench.core.db import Base, Versioned, WorkspaceRow


class CommitState(StrEnum):
    """How far a commit is; from COMMITTING on it can only become DONE."""

    OPEN = "open"
    COMMITTING = "committing"
    DONE = "done"
    DISCARDED = "discarded"


class Mode(StrEnum):
    """What a write does to the rows that are there."""

    APPEND = "append"
    REPLACE = "replace"
    MERGE = "merge"
    RESTORE = "restore"


class Table(Versioned, WorkspaceRow):
    """A table; `folder` is relative to the store, and an archived one gives its name free."""

    __tablename__ = "table"
    shareable = True
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "name", name="uq_table_workspace_id_name"),
        Index(None, "workspace_id", "created_at", "id"),
    )

    name: Mapped[str] = mapped_column(String(100))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    description: Mapped[str] = mapped_column(Text, default="")
    folder: Mapped[str] = mapped_column(String(300), unique=True)
    archived_name: Mapped[str | None] = mapped_column(String(100))
    archived_at: Mapped[datetime | None]


class TableHead(Base):
    """What readers see of a table: `sequence` is its version for people, `delta_version` where Delta keeps it."""

    __tablename__ = "table_head"

    table_id: Mapped[UUID] = mapped_column(ForeignKey("table.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    delta_version: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger)
    columns: Mapped[list[Any]]
    updated_at: Mapped[datetime] = mapped_column(default=now)


class TableVersion(Base):
    """One state that a table was in, and who made it; `run_id` names a run, which the store does not know."""

    __tablename__ = "table_version"
    __table_args__ = (Index(None, "commit_id"), Index(None, "run_id"))

    table_id: Mapped[UUID] = mapped_column(ForeignKey("table.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    delta_version: Mapped[int] = mapped_column(BigInteger)
    mode: Mapped[str] = mapped_column(String(20))
    rows: Mapped[int] = mapped_column(BigInteger)
    rows_written: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger)
    columns: Mapped[list[Any]]
    commit_id: Mapped[UUID] = mapped_column(ForeignKey("store_commit.id"))
    run_id: Mapped[UUID | None]
    author: Mapped[str] = mapped_column(String(254))
    message: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Commit(WorkspaceRow):
    """Writes that are seen together; `folder`, relative to the home where it lies within, holds their staged files."""

    __tablename__ = "store_commit"
    __table_args__ = (UniqueConstraint("workspace_id", "id"), Index(None, "state", "created_at"), Index(None, "run_id"))

    run_id: Mapped[UUID | None]
    attempt: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(20), default=CommitState.OPEN)
    folder: Mapped[str] = mapped_column(String(4096))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    author: Mapped[str] = mapped_column(String(254))
    message: Mapped[str] = mapped_column(String(500), default="")
    ended_at: Mapped[datetime | None]


class StagedWrite(Base):
    """A write that waits for its commit; `sequence` is given when the commit can no longer be refused.

    `path` is a file in the commit's folder; a restore has none, and `restores` says the version it brings back.
    """

    __tablename__ = "staged_write"
    __table_args__ = (Index(None, "table_id"),)

    commit_id: Mapped[UUID] = mapped_column(ForeignKey("store_commit.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    table_name: Mapped[str] = mapped_column(String(100))
    table_id: Mapped[UUID | None] = mapped_column(ForeignKey("table.id"))
    mode: Mapped[str] = mapped_column(String(20))
    key: Mapped[list[str]]
    path: Mapped[str | None] = mapped_column(String(300))
    rows: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int] = mapped_column(BigInteger)
    columns: Mapped[list[Any]]
    restores: Mapped[int | None] = mapped_column(BigInteger)
    sequence: Mapped[int | None] = mapped_column(BigInteger)


class TableLease(Base):
    """A table is promised to a commit; it never expires, the commit must be completed."""

    __tablename__ = "table_lease"
    __table_args__ = (Index(None, "commit_id"),)

    table_id: Mapped[UUID] = mapped_column(ForeignKey("table.id"), primary_key=True)
    commit_id: Mapped[UUID] = mapped_column(ForeignKey("store_commit.id"))


class TablePin(Base):
    """The version of a table that a commit's run saw first; `read` once it looked at the rows."""

    __tablename__ = "table_pin"
    __table_args__ = (Index(None, "table_id", "sequence"),)

    commit_id: Mapped[UUID] = mapped_column(ForeignKey("store_commit.id"), primary_key=True)
    table_id: Mapped[UUID] = mapped_column(ForeignKey("table.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    read: Mapped[bool] = mapped_column(default=False)


class VersionRead(Base):
    """A version that a commit's run asked for by its number, whatever it has pinned."""

    __tablename__ = "version_read"
    __table_args__ = (Index(None, "table_id"),)

    commit_id: Mapped[UUID] = mapped_column(ForeignKey("store_commit.id"), primary_key=True)
    table_id: Mapped[UUID] = mapped_column(ForeignKey("table.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class CommitSource(Base):
    """A connector's stream that a commit's run read, for lineage; `name` stays when the connector goes."""

    __tablename__ = "commit_source"
    __table_args__ = (
        ForeignKeyConstraint(["commit_id"], ["store_commit.id"]),
        Index(None, "connector", "stream"),
    )

    commit_id: Mapped[UUID] = mapped_column(primary_key=True)
    connector: Mapped[str] = mapped_column(String(100), primary_key=True)
    stream: Mapped[str] = mapped_column(String(300), primary_key=True)
