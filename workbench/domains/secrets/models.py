"""The table of encrypted secrets."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.clock import now
from workbench.core.db import WorkspaceRow


class SecretRow(WorkspaceRow):
    """A secret; `version` counts how often it was set, `key_id` says which key wraps its data key.

    `sealed_by` is the key of the day it was set, to which the ciphertext stays bound when another key wraps the data
    key. One that was removed leaves an empty row without a key, which goes on counting. A value that was replaced but
    still counts for a while is a row of its own: `previous`, until `expires_at`. A `reference` names a secret that
    another store keeps; such a row has no ciphertext.
    """

    __tablename__ = "secret"
    __table_args__ = (UniqueConstraint("workspace_id", "object_id", "field", "previous"), Index(None, "key_id"))

    object_id: Mapped[UUID]
    field: Mapped[str] = mapped_column(String(100))
    previous: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int]
    key_id: Mapped[str] = mapped_column(String(16))
    sealed_by: Mapped[str] = mapped_column(String(16), default="")
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    reference: Mapped[str | None] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]

    def __repr__(self) -> str:
        return "SecretRow(***)"
