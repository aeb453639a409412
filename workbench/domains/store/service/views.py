"""Tables, versions and lineage as their readers may see them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.core.context import Context
from workbench.core.paging import paginate
from workbench.core.permissions import PERMISSIONS
from workbench.core.schemas import Page
from workbench.core.values import plain
from workbench.core.visibility import may, visible
from workbench.domains.store.drivers.types import sql_type
from workbench.domains.store.models import Table, TableHead, TableVersion
from workbench.domains.store.schemas import (
    ColumnProfile,
    ColumnView,
    EdgeView,
    LineageView,
    ListTables,
    ListVersions,
    PreviewTable,
    PreviewView,
    ProfileTable,
    ProfileView,
    ShowLineage,
    TableDetail,
    TableView,
    VersionView,
    WriterView,
)  # fmt: skip

from . import lineage, parts, queries, reading, tables


def several(ctx: Context, db: Session, request: ListTables) -> Page[TableView]:
    """A page of the tables that the caller may read, or of those put away that she may bring back."""
    wanted = tables.put_away(ctx) if request.archived else tables.all_readable(ctx)
    found: Page[Table] = paginate(
        db, wanted, request, view=lambda row: row, key=Table.id,
        sort={"name": Table.name, "created_at": Table.created_at}, default="name",
        search=(Table.archived_name if request.archived else Table.name, Table.description),
    )  # fmt: skip
    ids = [table.id for table in found.items]
    heads = {head.table_id: head for head in db.scalars(select(TableHead).where(TableHead.table_id.in_(ids)))}
    return Page[TableView](items=[one(table, heads.get(table.id)) for table in found.items], next=found.next)


def detailed(ctx: Context, table: Table) -> TableDetail:
    """A table, and what the caller may do with it, as the gate would decide."""
    held = {"may_restore": may(ctx, table, "tables:restore"), "may_delete": may(ctx, table, "tables:delete")}
    return TableDetail(**one(table, tables.head_if_any(ctx.db, table)).model_dump(), **held)


def one(table: Table, head: TableHead | None) -> TableView:
    """A table and what readers see of it."""
    return TableView(
        id=table.id, name=tables.called(table), description=table.description, owner_id=table.owner_id,
        etag=table.etag, current_version=head.sequence if head else None, rows=head.rows if head else 0,
        bytes=head.bytes if head else 0, columns=columns(head.columns if head else []),
        updated_at=head.updated_at if head else None, created_at=table.created_at, archived_at=table.archived_at,
    )  # fmt: skip


def versions(db: Session, table: Table, request: ListVersions) -> Page[VersionView]:
    """A page of a table's versions."""
    wanted = select(TableVersion).where(TableVersion.table_id == table.id)
    if request.upto is not None:
        wanted = wanted.where(TableVersion.sequence <= request.upto)
    return paginate(
        db, wanted, request, view=version,
        key=TableVersion.table_id, sort={"version": TableVersion.sequence}, default="-version",
    )  # fmt: skip


def version(row: TableVersion) -> VersionView:
    """A version of a table."""
    return VersionView(
        version=row.sequence, mode=row.mode, rows=row.rows, rows_written=row.rows_written, bytes=row.bytes,
        columns=columns(row.columns), run_id=row.run_id, author=row.author, message=row.message,
        created_at=row.created_at,
    )  # fmt: skip


def columns(found: Sequence[Mapping[str, Any]]) -> list[ColumnView]:
    """Columns with the types that SQL knows them by."""
    return [ColumnView(name=column["name"], type=sql_type(column["type"])) for column in found]


def preview(ctx: Context, request: PreviewTable) -> PreviewView:
    """Some rows of a table.

    Raises:
        NotFound: there is no such version.
        NotPermitted: the run's pipeline did not declare the table.
        Invalid: there is no such column.
    """
    table = ctx.target
    seen = reading.looked_at(ctx, table, request.version)
    rows = reading.at(ctx, table, seen).select(request.columns, request.limit)
    found = parts.duck(ctx.workbench).stream(rows).read_all()
    values = [[plain(value) for value in column.to_pylist()] for column in found.columns]
    return PreviewView(
        name=tables.called(table), version=seen.sequence, columns=columns(rows.columns),
        rows=[list(row) for row in zip(*values, strict=True)], total=seen.rows,
    )  # fmt: skip


def profile(ctx: Context, request: ProfileTable) -> ProfileView:
    """Figures about each column of a table, by DuckDB's SUMMARIZE in a worker."""
    table = ctx.target
    seen = reading.looked_at(ctx, table, request.version)
    found = queries.over(ctx, "SELECT * FROM (SUMMARIZE t)", {"t": reading.at(ctx, table, seen)}).read_all()
    return ProfileView(
        name=tables.called(table), version=seen.sequence, rows=seen.rows,
        columns=[_column(row) for row in found.to_pylist()],
    )  # fmt: skip


def flow(ctx: Context, db: Session, table: Table, request: ShowLineage) -> LineageView:
    """Where a table comes from and what is made of it, as far as the caller may see."""
    within = visible(ctx, Table, permission=PERMISSIONS["tables:read"]).with_only_columns(Table.id)
    ways = [lineage.edges(db, table, upstream=up, depth=request.depth, within=within) for up in (True, False)]
    up, down = ([EdgeView.of(edge) for edge in way] for way in ways)
    head = tables.head_if_any(db, table)
    last = tables.version(db, table) if head else None
    writer = (
        WriterView(version=last.sequence, run_id=last.run_id, author=last.author, created_at=last.created_at)
        if last
        else None
    )
    return LineageView(name=tables.called(table), written_by=writer, upstream=up, downstream=down)


def _column(row: dict[str, Any]) -> ColumnProfile:
    return ColumnProfile(
        name=row["column_name"], type=row["column_type"], minimum=row["min"], maximum=row["max"],
        mean=_number(row["avg"]), distinct=row["approx_unique"], null_percent=float(row["null_percentage"]),
    )  # fmt: skip


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "nan")
    except ValueError:  # the mean of dates is a date
        return None
    return number if math.isfinite(number) else None
