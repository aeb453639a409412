"""What happened: events that are persisted and numbered in commit order, and hooks within a transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from .clock import now
from .db import Base

BigId = BigInteger().with_variant(Integer, "sqlite")
Hook = Callable[..., None]
_hooks: dict[str, list[Hook]] = defaultdict(list)


class Event(Base):
    """Something that happened to an object; `permission` is what one needs to hear of it."""

    __tablename__ = "event"
    __table_args__ = (Index(None, "workspace_id", "sequence"), Index(None, "object_id", "sequence"))

    sequence: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(80))
    workspace_id: Mapped[UUID | None] = mapped_column(ForeignKey("workspace.id"))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[UUID | None]
    owner_id: Mapped[UUID | None]
    permission: Mapped[str] = mapped_column(String(80))
    data: Mapped[dict[str, Any]]


class EventHead(Base):
    """The number of the newest event; one row, so that old events may be deleted and numbers never come again."""

    __tablename__ = "event_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(BigId)


def emit(
    db: Session,
    name: str,
    *,
    workspace_id: UUID | None,
    object_id: UUID | None,
    permission: str,
    data: dict[str, Any] | None = None,
    owner_id: UUID | None = None,
) -> None:
    """Have an event written when the unit of work ends well; `name` is `object.what`, such as `run.succeeded`."""
    db.info.setdefault("events", []).append(
        {
            "at": now(),
            "name": name,
            "workspace_id": workspace_id,
            "object_type": name.partition(".")[0],
            "object_id": object_id,
            "owner_id": owner_id,
            "permission": permission,
            "data": data or {},
        }
    )


def pending(db: Session) -> list[dict[str, Any]]:
    """Take the events that wait for the end of this unit of work."""
    waiting: list[dict[str, Any]] = db.info.pop("events", [])
    return waiting


def write(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Number events and store them; called under the journal lock."""
    advance = update(EventHead).where(EventHead.id == 1).values(sequence=EventHead.sequence + len(rows))
    last = db.execute(advance.returning(EventHead.sequence)).scalar_one_or_none()
    if last is None:
        last = len(rows)
        db.add(EventHead(id=1, sequence=last))
    first = last - len(rows) + 1
    db.execute(insert(Event), [row | {"sequence": first + place} for place, row in enumerate(rows)])


def newest(db: Session) -> int:
    """The sequence number of the newest event."""
    return db.execute(select(EventHead.sequence).where(EventHead.id == 1)).scalar_one_or_none() or 0


def since(db: Session, sequence: int, *, object_id: UUID | None = None, limit: int = 500) -> list[Event]:
    """Events after a sequence number, oldest first."""
    query = select(Event).where(Event.sequence > sequence).order_by(Event.sequence).limit(limit)
    if object_id is not None:
        query = query.where(Event.object_id == object_id)
    return list(db.scalars(query))


def forget(db: Session, days: int, limit: int = 5000) -> bool:
    """Delete events older than `days`, at most the `limit` oldest, and say whether there may be more of them."""
    oldest = db.execute(select(Event.sequence, Event.at).order_by(Event.sequence).limit(limit)).all()
    before = now() - timedelta(days=days)
    old = [sequence for sequence, at in oldest if at < before]
    if old:
        db.execute(delete(Event).where(Event.sequence <= old[-1]))
    return len(old) == limit


def hook(name: str) -> Callable[[Hook], Hook]:
    """Have a function called within the transaction in which `name` happens; what it raises, vetoes."""

    def register(function: Hook) -> Hook:
        if function not in _hooks[name]:
            _hooks[name].append(function)
        return function

    return register


def run_hooks(db: Session, name: str, **what: Any) -> None:
    """Call the functions registered for `name`, in the transaction of `db`."""
    for function in _hooks[name]:
        function(db, **what)
