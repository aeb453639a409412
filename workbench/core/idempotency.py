"""A request that is sent twice under one key is carried out once."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from .clock import now
from .context import Context
from .db import Json, Row
from .errors import Conflict, Invalid
from .operations import Operation

KEPT = timedelta(days=1)  # whoever repeats a request later than that has read what became of it


class IdempotencyKey(Row):
    """A key that a caller used, the hash of what it asked for, and the answer it got; forgotten after a day."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("workspace_id", "principal", "operation", "key"),)

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"))
    principal: Mapped[str] = mapped_column(String(200))
    operation: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))
    reply: Mapped[Any] = mapped_column(Json, nullable=True)


def claim(op: Operation, ctx: Context, request: BaseModel) -> IdempotencyKey | None:
    """The row of the caller's key, with `reply` set where the request was carried out before; None without a key.

    Raises:
        Conflict: the key was used for another request.
        Invalid: the key is longer than 200 characters.
    """
    if not op.idempotent or ctx.idempotency_key is None:
        return None
    if not 0 < len(ctx.idempotency_key) <= 200:
        raise Invalid("An Idempotency-Key has 1 to 200 characters.", fix="Use a UUID.")
    digest = hashlib.sha256(request.model_dump_json(exclude_unset=True).encode()).hexdigest()
    row = IdempotencyKey(
        workspace_id=ctx.workspace_id, principal=_who(ctx), operation=op.name,
        key=ctx.idempotency_key, request_hash=digest,
    )  # fmt: skip
    try:
        with ctx.db.begin_nested():
            ctx.db.add(row)
        return row
    except IntegrityError:  # PostgreSQL waited here for a twin that is under way
        mine = (
            IdempotencyKey.workspace_id == row.workspace_id, IdempotencyKey.principal == row.principal,
            IdempotencyKey.operation == row.operation, IdempotencyKey.key == row.key,
        )  # fmt: skip
        earlier = ctx.db.scalars(select(IdempotencyKey).where(*mine)).one()
    if earlier.request_hash != digest:
        raise Conflict(
            "This Idempotency-Key was used before for another request.",
            fix="Use a new key for a new request.",
            code="idempotency_key_reused",
        )
    return earlier


def _who(ctx: Context) -> str:
    """The person behind a request, whichever way she came."""
    user_id = ctx.principal.user_id
    return f"user:{user_id}" if user_id else ctx.principal.name


def forget(db: Session, limit: int = 1000) -> bool:
    """Delete keys that are older than `KEPT`, at most the `limit` oldest, and say whether there may be more of them."""
    oldest = db.execute(select(IdempotencyKey.id, IdempotencyKey.created_at).order_by(IdempotencyKey.id).limit(limit))
    before = now() - KEPT
    old = [row.id for row in oldest if row.created_at < before]
    db.execute(delete(IdempotencyKey).where(IdempotencyKey.id.in_(old)))
    return len(old) == limit
