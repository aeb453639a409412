"""Links that are good once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.core import db as core

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add invitations and resets of passwords."""
    op.create_table(
        "one_time_link",
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("workspace_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("payload", core.Json, nullable=False),
        sa.Column("expires_at", core.UtcDateTime(), nullable=False),
        sa.Column("used_at", core.UtcDateTime(), nullable=True),
        sa.Column("revoked_at", core.UtcDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_one_time_link_user_id_user")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_one_time_link_workspace_id_workspace")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_one_time_link_made_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_one_time_link_digest")),
    )
    op.create_index(
        op.f("ix_one_time_link_workspace_id_created_at_id"), "one_time_link", ["workspace_id", "created_at", "id"]
    )
    op.create_index(op.f("ix_one_time_link_purpose_email"), "one_time_link", ["purpose", "email"])


def downgrade() -> None:
    """Drop the table; links that were sent lead nowhere."""
    op.drop_table("one_time_link")
