"""Mappings and their versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.core import db as core

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add mappings and their versions."""
    op.create_table(
        "mapping",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("archived_at", core.UtcDateTime(), nullable=True),
        sa.Column("updated_at", core.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_mapping_owner_id_user")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_mapping_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mapping")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_mapping_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_mapping_workspace_id_name")),
    )
    op.create_index(op.f("ix_mapping_workspace_id_created_at_id"), "mapping", ["workspace_id", "created_at", "id"])
    op.create_table(
        "mapping_version",
        sa.Column("mapping_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", core.Json, nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "mapping_id"], ["mapping.workspace_id", "mapping.id"],
            name=op.f("fk_mapping_version_workspace_id_mapping"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_mapping_version_author_id_user")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_mapping_version_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mapping_version")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_mapping_version_workspace_id_id")),
        sa.UniqueConstraint("mapping_id", "number", name=op.f("uq_mapping_version_mapping_id_number")),
    )  # fmt: skip


def downgrade() -> None:
    """Drop the tables; mappings that people made are lost."""
    op.drop_table("mapping_version")
    op.drop_table("mapping")
