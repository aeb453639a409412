"""Rows of mappings and their versions."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from workbench.core.shelf import Kept, KeptVersion


class Mapping(Kept):
    """A mapping."""

    __tablename__ = "mapping"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "name"),
        Index(None, "workspace_id", "created_at", "id"),
    )


class MappingVersion(KeptVersion):
    """What a mapping was."""

    __tablename__ = "mapping_version"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("mapping_id", "number"),
        ForeignKeyConstraint(["workspace_id", "mapping_id"], ["mapping.workspace_id", "mapping.id"]),
    )

    mapping_id: Mapped[UUID]
