"""What people asked lately on the query page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.core import db as core

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; nothing is known of what was asked before."""
    op.create_table(
        "query_asked",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("sql", sa.Text(), nullable=False),
        sa.Column("parameters", core.Json, nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_query_asked_user_id_user")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_query_asked_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query_asked")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_query_asked_workspace_id_id")),
    )
    op.create_index(
        op.f("ix_query_asked_workspace_id_user_id_created_at"), "query_asked", ["workspace_id", "user_id", "created_at"]
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("query_asked")
