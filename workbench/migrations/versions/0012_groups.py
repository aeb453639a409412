"""Groups of members, and shares with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.core import db as core

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TWO = "(user_id IS NULL) <> (role IS NULL)"
GIVEN = [f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in ("user_id", "role", "group_id")]
THREE = f"{' + '.join(GIVEN)} = 1"


def _row(name: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", core.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f(f"fk_{name}_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    ]


def _of_group(name: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "group_id"], ["group.workspace_id", "group.id"],
            name=op.f(f"fk_{name}_workspace_id_group_id_group"), ondelete="CASCADE",
        ),
    ]  # fmt: skip


def upgrade() -> None:
    """Make the tables, and let shares be a group's."""
    op.create_table(
        "group",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_row("group"),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_group_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_group_workspace_id_name")),
    )
    op.create_table(
        "group_role",
        sa.Column("role", sa.String(length=20), nullable=False),
        *_row("group_role"),
        *_of_group("group_role"),
        sa.UniqueConstraint("group_id", "role", name=op.f("uq_group_role_group_id_role")),
    )
    op.create_table(
        "group_member",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *_row("group_member"),
        *_of_group("group_member"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_group_member_user_id_user")),
        sa.UniqueConstraint("group_id", "user_id", name=op.f("uq_group_member_group_id_user_id")),
    )
    op.create_index(op.f("ix_group_member_user_id"), "group_member", ["user_id"])
    with op.batch_alter_table("share") as batch_op:
        batch_op.add_column(sa.Column("group_id", sa.Uuid(), nullable=True))
        batch_op.drop_constraint(op.f("ck_share_one_audience"), type_="check")
        batch_op.create_check_constraint(op.f("ck_share_one_audience"), THREE)
        batch_op.create_foreign_key(
            op.f("fk_share_workspace_id_group_id_group"), "group", ["workspace_id", "group_id"], ["workspace_id", "id"],
            ondelete="CASCADE",
        )  # fmt: skip
        batch_op.create_unique_constraint("uq_share_group", ["workspace_id", "object_type", "object_id", "group_id"])
        batch_op.create_index(op.f("ix_share_group_id_object_type"), ["group_id", "object_type"])


def downgrade() -> None:
    """Drop the tables; what people had by groups alone they lose."""
    op.execute("DELETE FROM share WHERE group_id IS NOT NULL")
    with op.batch_alter_table("share") as batch_op:
        batch_op.drop_index(op.f("ix_share_group_id_object_type"))
        batch_op.drop_constraint("uq_share_group", type_="unique")
        batch_op.drop_constraint(op.f("fk_share_workspace_id_group_id_group"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_share_one_audience"), type_="check")
        batch_op.create_check_constraint(op.f("ck_share_one_audience"), TWO)
        batch_op.drop_column("group_id")
    for name in ("group_member", "group_role", "group"):
        op.drop_table(name)
