"""Rows of passwords, sessions, refresh tokens and failed attempts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workbench.core.clock import now
from workbench.core.db import Row

from .people import User


class Password(Row):
    """The argon2 hash of a person's password; who has none cannot sign in by one."""

    __tablename__ = "password"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), unique=True)
    hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(default=now)


class SignedIn(Row):
    """A session: somebody who signed in, in a browser by a cookie, or a program by tokens that succeed each other.

    `digest` is of the cookie's text, None for a program; `idle_until` moves with use, `expires_at` never.
    """

    __tablename__ = "session"
    __table_args__ = (Index(None, "user_id", "created_at", "id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(300))
    seen_at: Mapped[datetime] = mapped_column(default=now)
    idle_until: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class RefreshToken(Row):
    """One of the tokens by which a program stays signed in; each is good once."""

    __tablename__ = "refresh_token"
    __table_args__ = (Index(None, "session_id"),)

    session_id: Mapped[UUID] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class Attempt(Row):
    """How full a bucket of failed sign-ins is: `until` lies ahead by what they cost; `bucket` is a hash."""

    __tablename__ = "sign_in_attempt"

    bucket: Mapped[str] = mapped_column(String(64), unique=True)
    until: Mapped[datetime]
