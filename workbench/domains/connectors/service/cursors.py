"""How far each consumer has read each stream.

A mark moves when what was read is safe. Within a run that is when the run's tables are committed: one that fails, is
cancelled or crashes leaves the mark, and its retry reads the same rows again. Elsewhere it is when the last row was
taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.db import unique
from workbench.core.errors import Conflict, NotFound
from workbench.core.events import hook
from workbench.domains.connectors.models import Connector, ConnectorCursor, PendingMark
from workbench.domains.store.models import Commit, CommitState


@dataclass(frozen=True)
class Mark:
    """Where a consumer's next read begins; `advance` moves it, or has it moved when the run commits."""

    value: Any
    advance: Callable[[Any], None]


def current(ctx: Context, connector: Connector, stream: str, consumer: str, column: str) -> Mark:
    """The mark of a consumer, which is made when it reads for the first time.

    Raises:
        Conflict: so far it went by another column, whose values say nothing of this one.
    """
    with ctx.writing() as db:
        cursor = _of(db, connector, stream, consumer) or _new(db, connector, stream, consumer, column)
        if cursor.column != column:
            raise Conflict(
                f"{consumer!r} has read {connector.name}.{stream} by {cursor.column!r} so far, not by {column!r}.",
                fix="Forget its mark (connectors.forget_cursor) to begin anew, or go on by the same column.",
                code="cursor_column_changed",
            )
        cursor_id, value = cursor.id, cursor.value

    def advance(reached: Any) -> None:
        with ctx.writing() as db:
            if ctx.run is None:
                _move(db, cursor_id, reached)
            else:
                _remember(db, cursor_id, ctx.run.commit_id, reached)

    return Mark(value, advance)


def cursors_of(db: Session, connector: Connector) -> list[ConnectorCursor]:
    """The marks of all consumers of a connector."""
    rows = select(ConnectorCursor).where(ConnectorCursor.connector_id == connector.id)
    return list(db.scalars(rows.order_by(ConnectorCursor.stream, ConnectorCursor.consumer)))


def forget_cursor(db: Session, connector: Connector, stream: str, consumer: str) -> None:
    """Forget how far a consumer has read a stream: its next read begins at the beginning.

    Raises:
        NotFound: it never read the stream incrementally.
    """
    cursor = _of(db, connector, stream, consumer)
    if cursor is None:
        raise NotFound(f"{consumer!r} has no mark in {connector.name}.{stream}.", code="cursor_not_found")
    db.execute(delete(PendingMark).where(PendingMark.cursor_id == cursor.id))
    db.delete(cursor)


@hook("store.committed")
def move_marks(db: Session, commit: Any) -> None:
    """Within the transaction that makes a run's tables visible, the marks of what it read move."""
    for pending in db.scalars(select(PendingMark).where(PendingMark.commit_id == commit.id)).all():
        _move(db, pending.cursor_id, pending.value)
        db.delete(pending)


def _of(db: Session, connector: Connector, stream: str, consumer: str) -> ConnectorCursor | None:
    return db.scalars(
        select(ConnectorCursor).where(
            ConnectorCursor.connector_id == connector.id,
            ConnectorCursor.stream == stream,
            ConnectorCursor.consumer == consumer,
        )
    ).one_or_none()


def _new(db: Session, connector: Connector, stream: str, consumer: str, column: str) -> ConnectorCursor:
    cursor = ConnectorCursor(
        workspace_id=connector.workspace_id, connector_id=connector.id, stream=stream, consumer=consumer, column=column
    )
    with unique(db, Conflict(f"{consumer!r} began to read {stream} twice at once.", fix="Try again.", code="retry")):
        db.add(cursor)
    return cursor


def _move(db: Session, cursor_id: UUID, reached: Any) -> None:
    """Move a mark forward; of two reads at once the one that reached less does not move it back."""
    cursor = db.get(ConnectorCursor, cursor_id)
    if cursor is None or reached is None or _behind(reached, cursor.value):
        return
    cursor.value, cursor.moved_at = reached, now()


def _behind(reached: Any, value: Any) -> bool:
    numbers = isinstance(reached, int | float) and isinstance(value, int | float)
    texts = isinstance(reached, str) and isinstance(value, str)
    return bool((numbers or texts) and reached < value)


def _remember(db: Session, cursor_id: UUID, commit_id: UUID, reached: Any) -> None:
    """Keep a mark for when the run commits; those of attempts that came to nothing go."""
    lost = select(Commit.id).where(Commit.state == CommitState.DISCARDED)
    db.execute(
        delete(PendingMark).where(PendingMark.cursor_id == cursor_id, PendingMark.commit_id.in_(lost)),
        execution_options={"synchronize_session": False},
    )
    pending = db.get(PendingMark, (commit_id, cursor_id))
    if pending is None:
        db.add(PendingMark(commit_id=commit_id, cursor_id=cursor_id, value=reached))
    else:
        pending.value = reached
