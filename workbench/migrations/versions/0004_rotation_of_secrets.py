"""Rotation of keys and of secrets, and secrets that other stores keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.core import db as core

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PLACE = ["workspace_id", "object_id", "field"]


def upgrade() -> None:
    """Keep which key a value was sealed by, the value before, and references."""
    with op.batch_alter_table("secret") as batch_op:
        batch_op.add_column(sa.Column("previous", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("sealed_by", sa.String(length=16), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reference", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("expires_at", core.UtcDateTime(), nullable=True))
        batch_op.drop_constraint(op.f("uq_secret_workspace_id_object_id_field"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_secret_workspace_id_object_id_field_previous"), [*PLACE, "previous"])
    op.execute("UPDATE secret SET sealed_by = key_id")


def downgrade() -> None:
    """Drop the columns; a secret that another key wraps by now, and one that is a reference, must be set again."""
    op.execute("DELETE FROM secret WHERE previous OR reference IS NOT NULL OR sealed_by <> key_id")
    with op.batch_alter_table("secret") as batch_op:
        batch_op.drop_constraint(op.f("uq_secret_workspace_id_object_id_field_previous"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_secret_workspace_id_object_id_field"), PLACE)
        for name in ("expires_at", "reference", "sealed_by", "previous"):
            batch_op.drop_column(name)
