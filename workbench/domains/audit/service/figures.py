"""What the trail says of a span of time in a workspace."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from workbench.domains.audit.models import AuditRecord


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was done, refused or tried in one way; `principal` is who did it where no account did."""

    user_id: UUID | None
    principal: str | None
    operation: str
    outcome: str
    in_run: bool
    times: int


def counts(db: Session, workspace: UUID, since: datetime, until: datetime) -> list[Count]:
    """How often each operation ended how in a workspace, by whose account, in a run or not; O(records in between).

    What a run recorded of itself is nobody's; intents are followed by what became of them.
    """
    row = AuditRecord
    in_run = row.on_behalf_of.is_not(None)
    keys = (row.user_id, case((row.user_id.is_(None), row.principal)), row.operation, row.outcome, in_run)
    somebodys = or_(row.user_id.is_not(None), row.on_behalf_of.is_(None))
    within = (*_within(workspace, since, until), somebodys, row.outcome != "intent")
    return [Count(*found) for found in db.execute(select(*keys, func.count()).where(*within).group_by(*keys))]


def done(
    db: Session, workspace: UUID, prefixes: Collection[str], since: datetime, until: datetime
) -> list[AuditRecord]:
    """The records of what was done in a workspace by operations whose names begin so, the oldest first."""
    row = AuditRecord
    named = or_(*(row.operation.startswith(prefix, autoescape=True) for prefix in prefixes))
    query = select(row).where(*_within(workspace, since, until), named, row.outcome == "done")
    return list(db.scalars(query.order_by(row.at, row.sequence)))


def last_done(db: Session, operations: Collection[str]) -> dict[UUID, datetime]:
    """When each account was last used for one of some operations, wherever that was."""
    row = AuditRecord
    done = (row.operation.in_(operations), row.outcome == "done", row.user_id.is_not(None))
    found = db.execute(select(row.user_id, func.max(row.at)).where(*done).group_by(row.user_id))
    return {user_id: at for user_id, at in found if user_id is not None}


def _within(workspace: UUID, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (AuditRecord.workspace_id == workspace, AuditRecord.at >= since, AuditRecord.at < until)
