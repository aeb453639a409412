"""Alembic's entry: runs within the engine that the home opened."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.runtime.migration import MigrationContext, MigrationInfo

from workbench.core import row_security
from workbench.core.db import UtcDateTime
from workbench.migrations import metadata


def render(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Types of our own by our own names."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "core.UtcDateTime()"
    if isinstance(item, sa.JSON):
        return "core.Json"
    if isinstance(item, sa.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def protect(ctx: MigrationContext, step: MigrationInfo, *_: Any, **__: Any) -> None:
    """Protect what a migration made, so that none can forget it."""
    if step.is_upgrade and ctx.connection is not None:
        row_security.protect(ctx.connection)


engine = context.config.attributes["engine"]

with engine.connect().execution_options(writes=True) as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        render_as_batch=True,
        compare_type=True,
        render_item=render,
        on_version_apply=protect,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock(7036770), {row_security.LIFT}"))
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()
