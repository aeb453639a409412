"""Which versions are apps, and when what they show counts as late."""

from __future__ import annotations

import ast
import json
import zlib

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
    connection, last = op.get_bind(), None
    query = sa.select(VERSION.c.id, VERSION.c.content, VERSION.c.language).order_by(VERSION.c.id).limit(BATCH)
    while rows := connection.execute(query.where(VERSION.c.id > last) if last else query).all():
        apps = [row.id for row in rows if _is_app(row.content, row.language)]
        connection.execute(VERSION.update().where(VERSION.c.id.in_(apps)).values(servable=True))
        last = rows[-1].id


# What follows says it as pipelines did at this revision; what they say later is not for this one to follow.
def _is_app(packed: bytes, language: str) -> bool:
    cells = json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))["cells"]
    texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return language.lower() in ("python", "") and any(map(_serves, texts))


def _serves(source: str) -> bool:
    if ".servable(" not in source:
        return False
    try:
        calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:  # magics
        return any(".servable(" in line.partition("#")[0] for line in source.splitlines())
    return any(isinstance(call, ast.Attribute) and call.attr == "servable" for call in calls)
