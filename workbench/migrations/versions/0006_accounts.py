"""Passwords, sessions, refresh tokens and failed attempts to sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.core import db as core

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _row(name: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    ]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "password",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.Column("changed_at", core.UtcDateTime(), nullable=False),
        *_row("password"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_password_user_id_user")),
        sa.UniqueConstraint("user_id", name=op.f("uq_password_user_id")),
    )
    op.create_table(
        "session",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        sa.Column("seen_at", core.UtcDateTime(), nullable=False),
        sa.Column("idle_until", core.UtcDateTime(), nullable=False),
        sa.Column("expires_at", core.UtcDateTime(), nullable=False),
        sa.Column("ended_at", core.UtcDateTime(), nullable=True),
        *_row("session"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_session_user_id_user")),
        sa.UniqueConstraint("digest", name=op.f("uq_session_digest")),
    )
    op.create_index(op.f("ix_session_user_id_created_at_id"), "session", ["user_id", "created_at", "id"])
    op.create_table(
        "refresh_token",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", core.UtcDateTime(), nullable=True),
        *_row("refresh_token"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_refresh_token_session_id_session"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("digest", name=op.f("uq_refresh_token_digest")),
    )
    op.create_index(op.f("ix_refresh_token_session_id"), "refresh_token", ["session_id"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("until", core.UtcDateTime(), nullable=False),
        *_row("sign_in_attempt"),
        sa.UniqueConstraint("bucket", name=op.f("uq_sign_in_attempt_bucket")),
    )


def downgrade() -> None:
    """Drop the tables; nobody can sign in any more."""
    for name in ("sign_in_attempt", "refresh_token", "session", "password"):
        op.drop_table(name)
