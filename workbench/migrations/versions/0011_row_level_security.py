"""PostgreSQL itself keeps workspaces apart."""

from __future__ import annotations

from alembic import op

from workbench.core import row_security

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Protect the tables that are there; those of later revisions are protected as they are made."""
    row_security.protect(op.get_bind())


def downgrade() -> None:
    """Lift it from all tables, since older code does not say whose rows it needs."""
    row_security.unprotect(op.get_bind())
