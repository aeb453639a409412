"""How far consumers have read the streams of connectors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.core import db as core

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the marks, and those that wait for a run's commit."""
    op.create_table(
        "connector_cursor",
        sa.Column("connector_id", sa.Uuid(), nullable=False),
        sa.Column("stream", sa.String(length=300), nullable=False),
        sa.Column("consumer", sa.String(length=200), nullable=False),
        sa.Column("column", sa.String(length=300), nullable=False),
        sa.Column("value", core.Json, nullable=True),
        sa.Column("moved_at", core.UtcDateTime(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "connector_id"],
            ["connector.workspace_id", "connector.id"],
            name=op.f("fk_connector_cursor_workspace_id_connector"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_connector_cursor_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector_cursor")),
        sa.UniqueConstraint(
            "connector_id", "stream", "consumer", name=op.f("uq_connector_cursor_connector_id_stream_consumer")
        ),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_connector_cursor_workspace_id_id")),
    )
    op.create_table(
        "connector_pending_mark",
        sa.Column("commit_id", sa.Uuid(), nullable=False),
        sa.Column("cursor_id", sa.Uuid(), nullable=False),
        sa.Column("value", core.Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["commit_id"], ["store_commit.id"], name=op.f("fk_connector_pending_mark_commit_id_store_commit")
        ),
        sa.ForeignKeyConstraint(
            ["cursor_id"], ["connector_cursor.id"], name=op.f("fk_connector_pending_mark_cursor_id_connector_cursor")
        ),
        sa.PrimaryKeyConstraint("commit_id", "cursor_id", name=op.f("pk_connector_pending_mark")),
    )


def downgrade() -> None:
    """Drop both tables; consumers then begin anew."""
    op.drop_table("connector_pending_mark")
    op.drop_table("connector_cursor")
