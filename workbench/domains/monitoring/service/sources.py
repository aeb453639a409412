"""How fresh tables are, and how connectors answered last, from what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from workbench.core import clock
from workbench.core.context import Context
from workbench.core.permissions import PERMISSIONS
from workbench.core.visibility import visible
from workbench.domains.audit.models import AuditRecord
from workbench.domains.connectors.models import Connector
from workbench.domains.monitoring import schemas as s
from workbench.domains.store.models import Table, TableHead, TableVersion
from workbench.domains.store.service.tables import all_readable

TABLES, CONNECTORS = 100, 50
WRITES = 10  # of a table, from which is told how often it usually is written
LEAST_SECONDS = 3600.0  # before nothing is late
READS = ("connectors.read_data", "connectors.preview")


def sources(ctx: Context) -> s.SourcesView:
    """The tables and connectors that the caller may see."""
    tables = _tables(ctx)
    tables.sort(key=lambda one: not one.late)
    return s.SourcesView(tables=tables, late=sum(one.late for one in tables), connectors=_connectors(ctx))


def _tables(ctx: Context) -> list[s.TableFreshness]:
    latest = (
        all_readable(ctx)
        .with_only_columns(
            Table.id, Table.name, TableHead.rows, TableHead.sequence, TableHead.updated_at, TableVersion.run_id
        )
        .outerjoin(TableVersion, (TableVersion.table_id == Table.id) & (TableVersion.sequence == TableHead.sequence))
        .order_by(TableHead.updated_at.desc(), Table.name)
        .limit(TABLES)
    )
    rows = ctx.db.execute(latest).all()
    usual, present = _usual(ctx.db, [row.id for row in rows]), clock.now()
    return [
        s.TableFreshness(
            name=row.name, rows=row.rows, version=row.sequence, written_at=row.updated_at, run_id=row.run_id,
            usual_seconds=usual.get(row.id), late=_late(usual.get(row.id), row.updated_at, present),
        )
        for row in rows
    ]  # fmt: skip


def _usual(db: Session, tables: Sequence[UUID]) -> dict[UUID, float]:
    """The seconds that on average lie between the latest writes of tables with three of them or more."""
    made = TableVersion.created_at
    spans = (
        select(TableVersion.table_id, func.min(made), func.max(made), func.count())
        .join(TableHead, TableHead.table_id == TableVersion.table_id)
        .where(TableVersion.table_id.in_(tables), TableVersion.sequence > TableHead.sequence - WRITES)
        .group_by(TableVersion.table_id)
    )
    return {
        id_: (last - first).total_seconds() / (number - 1)
        for id_, first, last, number in db.execute(spans)
        if number > 2
    }


def _late(usual: float | None, written: datetime, present: datetime) -> bool:
    return usual is not None and (present - written).total_seconds() > max(2 * usual, LEAST_SECONDS)


def _connectors(ctx: Context) -> list[s.ConnectorHealth]:
    seen = visible(ctx, Connector, permission=PERMISSIONS["connectors:list"]).where(Connector.archived_at.is_(None))
    rows = ctx.db.scalars(seen.order_by(Connector.name).limit(CONNECTORS)).all()
    read = _read(ctx.db, [row.id for row in rows])
    return [
        s.ConnectorHealth(
            name=row.name,
            type=row.type,
            tested_at=row.tested_at,
            problem=row.test_problem,
            read_at=read.get(str(row.id)),
        )
        for row in rows
    ]


def _read(db: Session, connectors: Sequence[UUID]) -> dict[str, datetime]:
    """When each connector was read last; a step in an index for each, however many reads there were."""

    def last(id_: UUID) -> Any:
        done = (AuditRecord.target_id == str(id_), AuditRecord.operation.in_(READS), AuditRecord.outcome == "done")
        return select(AuditRecord.at).where(*done).order_by(AuditRecord.at.desc()).limit(1).scalar_subquery()

    if not connectors:
        return {}
    each = union_all(*(select(literal(str(id_)).label("id"), last(id_).label("at")) for id_ in connectors))
    return {id_: at for id_, at in db.execute(each) if at is not None}
