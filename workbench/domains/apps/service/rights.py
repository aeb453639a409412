"""Which tables an app may read: declared by its version, and open to both its author and who looks at it."""

from __future__ import annotations

from sqlalchemy import select

from workbench.core.context import Context
from workbench.domains.pipelines import service as pipelines
from workbench.domains.pipelines.models import PipelineVersion
from workbench.domains.store.models import Table, TableHead, TableVersion
from workbench.domains.store.service import tables


def readable(ctx: Context, version: PipelineVersion) -> dict[str, TableVersion]:
    """The newest versions of the tables that an app may read for the caller now, by name and in its order."""
    lent = pipelines.lent_tables(ctx, version)
    mine = tables.all_readable(ctx).where(Table.name.in_(lent))
    seen = {table.name: table for table in ctx.db.scalars(mine)}
    heads = (
        select(TableVersion)
        .join(TableHead, (TableHead.table_id == TableVersion.table_id) & (TableHead.sequence == TableVersion.sequence))
        .where(TableVersion.table_id.in_([table.id for table in seen.values()]))
    )
    newest = {head.table_id: head for head in ctx.db.scalars(heads)}
    return {name: newest[seen[name].id] for name in sorted(seen)}
