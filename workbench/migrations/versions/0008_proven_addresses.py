"""Since when people's mail addresses are proven to be theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.core import db as core

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody's is proven yet."""
    op.add_column("user", sa.Column("email_verified_at", core.UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("user", "email_verified_at")
