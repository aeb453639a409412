"""The table of audit records, and the triggers that keep it append-only."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, Index, String, Text, TypeDecorator, event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column

from workbench.core.db import Base
from workbench.core.events import BigId


class CanonicalJson(TypeDecorator[dict[str, Any]]):
    """JSON kept as the very text that was hashed; JSONB would reorder it, round it and refuse NUL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        return value if value is None or isinstance(value, str) else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002
        return None if value is None else dict(json.loads(value))


SELECTIVE = ("user_id", "principal", "operation", "target_id", "outcome")


class AuditRecord(Base):
    """One thing that was done, refused or tried; outlives what it speaks of, hence no foreign keys.

    `user_id` is whose account it was done with, by whatever session or token; records of older releases have none. The
    indexes serve what picks few records out of many, in the order of the list. Workspaces, target types and surfaces
    are few: a walk meets the next record soon, and an index on them would lead planners away from the good ones.
    """

    __tablename__ = "audit_record"
    __table_args__ = (
        *(Index(None, name, "at", "sequence") for name in SELECTIVE),
        Index(None, "at", "sequence"),
        Index(None, "correlation_id"),
    )

    sequence: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    workspace_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    principal: Mapped[str] = mapped_column(String(200))
    on_behalf_of: Mapped[str | None] = mapped_column(String(200))
    operation: Mapped[str] = mapped_column(String(80))
    target_type: Mapped[str | None] = mapped_column(String(80))
    target_id: Mapped[str | None] = mapped_column(String(200))
    outcome: Mapped[str] = mapped_column(String(10))
    correlation_id: Mapped[str | None] = mapped_column(String(64))
    surface: Mapped[str | None] = mapped_column(String(20))
    detail: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


REFUSAL = "the audit trail is append-only"

# REPLACE INTO deletes without firing delete triggers, so a number that was passed is refused before it inserts.
_PASSED = " WHEN NEW.sequence <= (SELECT max(sequence) FROM audit_record)"
_ABORT = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
AUDIT_GUARDS_SQLITE = [
    f"CREATE TRIGGER audit_record_no_update BEFORE UPDATE ON audit_record {_ABORT}",
    f"CREATE TRIGGER audit_record_no_delete BEFORE DELETE ON audit_record {_ABORT}",
    f"CREATE TRIGGER audit_record_no_replace BEFORE INSERT ON audit_record{_PASSED} {_ABORT}",
]
AUDIT_GUARDS_POSTGRESQL = [
    f"""CREATE FUNCTION audit_record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'insufficient_privilege'; END $$""",
    """CREATE TRIGGER audit_record_no_change BEFORE UPDATE OR DELETE ON audit_record
    FOR EACH ROW EXECUTE FUNCTION audit_record_refuse()""",
    """CREATE TRIGGER audit_record_no_truncate BEFORE TRUNCATE ON audit_record
    FOR EACH STATEMENT EXECUTE FUNCTION audit_record_refuse()""",
]
AUDIT_UNGUARD_POSTGRESQL = ["DROP FUNCTION IF EXISTS audit_record_refuse() CASCADE"]

for _dialect, _statements in (("sqlite", AUDIT_GUARDS_SQLITE), ("postgresql", AUDIT_GUARDS_POSTGRESQL)):
    for _statement in _statements:
        event.listen(AuditRecord.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
for _statement in AUDIT_UNGUARD_POSTGRESQL:
    event.listen(AuditRecord.__table__, "after_drop", DDL(_statement).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]
