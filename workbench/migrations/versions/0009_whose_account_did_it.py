"""Whose account did what is on record, and indexes for what the trail is searched by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BEFORE = (("target_id", "sequence"), ("workspace_id", "sequence"))
SINCE = (
    ("user_id", "at", "sequence"),
    ("principal", "at", "sequence"),
    ("operation", "at", "sequence"),
    ("target_id", "at", "sequence"),
    ("outcome", "at", "sequence"),
    ("at", "sequence"),
)


def upgrade() -> None:
    """Add the column, empty for what was recorded before, and index records in the order of the list."""
    op.add_column("audit_record", sa.Column("user_id", sa.Uuid(), nullable=True))
    _replace(BEFORE, SINCE)


def downgrade() -> None:
    """Drop the column; records that had it are then found changed by `audit verify`."""
    _replace(SINCE, BEFORE)
    op.drop_column("audit_record", "user_id")


def _replace(old: tuple[tuple[str, ...], ...], new: tuple[tuple[str, ...], ...]) -> None:
    for columns in old:
        op.drop_index(_name(columns), "audit_record")
    for columns in new:
        op.create_index(_name(columns), "audit_record", list(columns))


def _name(columns: tuple[str, ...]) -> str:
    return op.f(f"ix_audit_record_{'_'.join(columns)}")
