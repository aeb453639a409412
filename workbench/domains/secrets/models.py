"""The table of encrypted secrets."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.clock import now
from workbench.core.db import WorkspaceRow


class SecretRow(WorkspaceRow):
    """A secret; `version` counts how often it was set, `key_id` says which key wrapped its data key.

    One that was removed leaves an empty row without a key, which goes on counting.
    """

    __tablename__ = "secret"
    __table_args__ = (UniqueConstraint("workspace_id", "object_id", "field"), Index(None, "key_id"))

    object_id: Mapped[UUID]
    field: Mapped[str] = mapped_column(String(100))
    version: Mapped[int]
    key_id: Mapped[str] = mapped_column(String(16))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    set_at: Mapped[datetime] = mapped_column(default=now)

    def __repr__(self) -> str:
        return "SecretRow(***)"
