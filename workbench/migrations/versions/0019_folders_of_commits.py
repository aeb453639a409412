"""Where commits' files are, relative to the home, which may be moved or copied."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

COMMIT = sa.table(
    "store_commit", sa.column("run_id", sa.Uuid()), sa.column("attempt", sa.Integer()),
    sa.column("state", sa.String(20)), sa.column("folder", sa.String(4096)),
)  # fmt: skip
STAGING, RUNS = "store/.staging/", "runs/"
HEX, UUID = 32, 36


def upgrade() -> None:
    """Take the end of each path, which is the same in every home, wherever the home was.

    Open commits stay as they are: a process of the release before may be writing to them, and knows no other way.
    """
    of_attempt = sa.func.length(sa.cast(COMMIT.c.attempt, sa.String))
    _shorten(COMMIT.c.run_id.is_(None), STAGING, len(STAGING) + HEX)
    _shorten(COMMIT.c.run_id.is_not(None), RUNS, len(RUNS) + UUID + len("/") + of_attempt)


def downgrade() -> None:
    """Leave them: which home they are in is not known here, and commits that ended need no files."""


def _shorten(which: sa.ColumnElement[bool], start: str, length: sa.ColumnElement[int] | int) -> None:
    first = sa.func.length(COMMIT.c.folder) - length + 1
    matching = (which, COMMIT.c.state != "open", sa.func.substr(COMMIT.c.folder, first, len(start)) == start)
    op.execute(COMMIT.update().where(*matching).values(folder=sa.func.substr(COMMIT.c.folder, first)))
