"""Which versions are apps, and when what they show counts as late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

VERSION = sa.table(
    "pipeline_version", sa.column("id", sa.Uuid()), sa.column("content", sa.LargeBinary()),
    sa.column("language", sa.String(100)), sa.column("servable", sa.Boolean()),
)  # fmt: skip
INDEX = "ix_pipeline_version_workspace_id_servable_pipeline_id_number"
BATCH = 100


def upgrade() -> None:
    """Add the columns, and look into the notebooks that are there; none of them could say when it is late."""
    servable: sa.Column[bool] = sa.Column("servable", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("pipeline_version", servable)
    op.add_column("pipeline_version", sa.Column("late_after", sa.Double(), nullable=True))
    _look()
    op.create_index(op.f(INDEX), "pipeline_version", ["workspace_id", "servable", "pipeline_id", "number"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_index(op.f(INDEX), "pipeline_version")
    op.drop_column("pipeline_version", "late_after")
    op.drop_column("pipeline_version", "servable")


def _look() -> None:
    from workbench.domains.pipelines.service import is_servable, unpack

    connection, last = op.get_bind(), None
    query = sa.select(VERSION.c.id, VERSION.c.content, VERSION.c.language).order_by(VERSION.c.id).limit(BATCH)
    while rows := connection.execute(query.where(VERSION.c.id > last) if last else query).all():
        apps = [row.id for row in rows if is_servable(unpack(row.content), row.language)]
        connection.execute(VERSION.update().where(VERSION.c.id.in_(apps)).values(servable=True))
        last = rows[-1].id
