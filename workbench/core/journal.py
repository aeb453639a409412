"""The unit of work: audit records and events are written last, in commit order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from . import events
from .clock import now
from .db import Database
from .row_security import LIFT

JOURNAL_LOCK = 0x776B62  # "wkb": any number, as long as nobody else uses it


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that was done, refused or tried."""

    operation: str
    outcome: str
    principal: str
    user_id: UUID | None = None
    on_behalf_of: str | None = None
    workspace_id: UUID | None = None
    target_type: str | None = None
    target_id: str | None = None
    correlation_id: str | None = None
    surface: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=now)


class AuditSink(Protocol):
    """Where audit entries go."""

    def append(self, db: Session, entries: Sequence[AuditEntry]) -> None:
        """Write entries behind the last one; called under the journal lock."""


def record(db: Session, entry: AuditEntry) -> None:
    """Have an entry written when the unit of work ends well."""
    db.info.setdefault("audit", []).append(entry)


def after_commit(db: Session, job: Callable[[], None]) -> None:
    """Have something done once the unit of work is committed, and never if it is not; it must not raise."""
    db.info.setdefault("after_commit", []).append(job)


@contextmanager
def unit_of_work(
    database: Database,
    sink: AuditSink,
    committed: Callable[[], None] = lambda: None,
    scope: UUID | None = None,
) -> Iterator[Session]:
    """A transaction that commits at the end, or leaves nothing behind; the only place that commits.

    `committed` is called after a commit that wrote events. `scope` is the workspace whose rows it may meet, as in
    `Database.read`; the journal, which is written last, is that of all workspaces.
    """
    with database.write(scope) as db:
        yield db
        db.flush()
        entries, pending = db.info.pop("audit", []), events.pending(db)
        if entries or pending:
            if not database.is_sqlite:  # on SQLite, BEGIN IMMEDIATE has serialised us already
                db.execute(text(f"SELECT pg_advisory_xact_lock(:lock), {LIFT}"), {"lock": JOURNAL_LOCK})
            if entries:
                sink.append(db, entries)
            if pending:
                events.write(db, pending)
        jobs = db.info.pop("after_commit", [])
        db.commit()
    for job in jobs:
        job()
    if pending:
        committed()
