"""When somebody's latest run began, by which those who wait take turns."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BEGAN = "ix_run_owner_id_started_at"


def upgrade() -> None:
    """Add the index."""
    op.create_index(op.f(BEGAN), "run", ["owner_id", "started_at"])


def downgrade() -> None:
    """Drop it again."""
    op.drop_index(op.f(BEGAN), "run")
