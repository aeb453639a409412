"""What runs took, how they failed, and how connectors answered when they were tested."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workbench.core import db as core

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

RUN = sa.table(
    "run", sa.column("id", sa.Uuid()), sa.column("error", core.Json), sa.column("error_group", sa.String(32)),
    sa.column("seconds", sa.Double()), sa.column("started_at", core.UtcDateTime()),
    sa.column("finished_at", core.UtcDateTime()),
)  # fmt: skip
SUMMED_UP = (
    "workspace_id", "created_at", "status", "pipeline_id", "title", "seconds", "error_group", "slowest_cell",
    "slowest_seconds", "id",
)  # fmt: skip
OF_FAILURES = "ix_run_workspace_id_error_group_created_at_id"
BATCH = 1000


def upgrade() -> None:
    """Add the columns, and work out for the runs there are what their rows say; of cells they say nothing."""
    op.add_column("run", sa.Column("error_group", sa.String(length=32), nullable=True))
    op.add_column("run", sa.Column("seconds", sa.Double(), nullable=True))
    op.add_column("run", sa.Column("slowest_cell", sa.Integer(), nullable=True))
    op.add_column("run", sa.Column("slowest_seconds", sa.Double(), nullable=True))
    op.add_column("connector", sa.Column("tested_at", core.UtcDateTime(), nullable=True))
    op.add_column("connector", sa.Column("test_problem", sa.String(length=63), nullable=True))
    _work_out()
    op.create_index(op.f(OF_FAILURES), "run", ["workspace_id", "error_group", "created_at", "id"])
    op.create_index("ix_run_summed_up", "run", list(SUMMED_UP))


def downgrade() -> None:
    """Drop them again; what cells took and how tests went is lost."""
    op.drop_index("ix_run_summed_up", "run")
    op.drop_index(op.f(OF_FAILURES), "run")
    for table, names in (
        ("connector", ("test_problem", "tested_at")),
        ("run", ("slowest_seconds", "slowest_cell", "seconds", "error_group")),
    ):
        for name in names:
            op.drop_column(table, name)


def _work_out() -> None:
    from workbench.domains.runs.service.failures import group_of

    connection, last = op.get_bind(), None
    query = sa.select(RUN.c.id, RUN.c.error, RUN.c.started_at, RUN.c.finished_at).order_by(RUN.c.id).limit(BATCH)
    change = RUN.update().where(RUN.c.id == sa.bindparam("one"))
    change = change.values(seconds=sa.bindparam("took"), error_group=sa.bindparam("kind"))
    while rows := connection.execute(query.where(RUN.c.id > last) if last else query).all():
        connection.execute(
            change,
            [
                {
                    "one": row.id,
                    "took": (row.finished_at - row.started_at).total_seconds()
                    if row.started_at and row.finished_at
                    else None,
                    "kind": group_of(row.error) if row.error else None,
                }
                for row in rows
            ],
        )
        last = rows[-1].id
