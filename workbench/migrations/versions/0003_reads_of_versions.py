"""Versions of tables that runs asked for by number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what runs read besides the versions they pinned."""
    op.create_table(
        "version_read",
        sa.Column("commit_id", sa.Uuid(), nullable=False),
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commit_id"], ["store_commit.id"], name=op.f("fk_version_read_commit_id_store_commit")
        ),
        sa.ForeignKeyConstraint(["table_id"], ["table.id"], name=op.f("fk_version_read_table_id_table")),
        sa.PrimaryKeyConstraint("commit_id", "table_id", "sequence", name=op.f("pk_version_read")),
    )
    op.create_index(op.f("ix_version_read_table_id"), "version_read", ["table_id"])


def downgrade() -> None:
    """Drop the table; lineage forgets those reads."""
    op.drop_table("version_read")
