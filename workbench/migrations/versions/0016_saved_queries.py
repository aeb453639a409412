"""Queries that people save."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.core import db as core

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add saved queries and their versions."""
    op.create_table(
        "query",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=True),
        sa.Column("archived_at", core.UtcDateTime(), nullable=True),
        sa.Column("updated_at", core.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_query_owner_id_user")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_query_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_query_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_query_workspace_id_name")),
    )
    op.create_index(op.f("ix_query_workspace_id_created_at_id"), "query", ["workspace_id", "created_at", "id"])
    op.create_table(
        "query_version",
        sa.Column("query_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", core.Json, nullable=False),
        sa.Column("tables", core.Json, nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("published_at", core.UtcDateTime(), nullable=True),
        sa.Column("publisher_id", sa.Uuid(), nullable=True),
        sa.Column("publisher", sa.String(length=254), nullable=True),
        sa.Column("allow_export", sa.Boolean(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "query_id"], ["query.workspace_id", "query.id"],
            name=op.f("fk_query_version_workspace_id_query"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_query_version_author_id_user")),
        sa.ForeignKeyConstraint(["publisher_id"], ["user.id"], name=op.f("fk_query_version_publisher_id_user")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_query_version_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_query_version")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_query_version_workspace_id_id")),
        sa.UniqueConstraint("query_id", "number", name=op.f("uq_query_version_query_id_number")),
    )  # fmt: skip


def downgrade() -> None:
    """Drop the tables; queries that people saved are lost."""
    op.drop_table("query_version")
    op.drop_table("query")
