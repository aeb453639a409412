"""Rows of mail that waits to be delivered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.db import Row


class OutgoingMail(Row):
    """A mail that is not delivered yet; `sealed` is all of it, under a key derived from the home's of id `key_id`.

    `due_at` is when it is tried next, after `tries` attempts.
    """

    __tablename__ = "outgoing_mail"

    key_id: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)
