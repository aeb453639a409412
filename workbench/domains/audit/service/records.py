"""Finds records of the trail: pages of them, all of them for a file, and somebody's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from workbench.core import sheet
from workbench.core.context import Context
from workbench.core.operations import Download
from workbench.core.paging import paginate
from workbench.core.row_security import INSTALLATION
from workbench.core.schemas import ListRequest, Page, View
from workbench.domains.audit.models import AuditRecord
from workbench.domains.audit.schemas import (
    ActivityView,
    AuditFilter,
    AuditView,
    ExportAudit,
    ListActivity,
    ListAudit,
)

from .chain import head

if TYPE_CHECKING:
    from workbench.core.workbench import Workbench

LINES = "application/x-ndjson"
MEDIA_TYPES = (sheet.MEDIA_TYPE, LINES)
CHUNK_RECORDS = 1000
EQUAL = ("user_id", "surface", "outcome", "target_type", "target_id", "correlation_id")
SEARCHED = (AuditRecord.operation, AuditRecord.principal, AuditRecord.target_type, AuditRecord.target_id)


def listed(ctx: Context, request: ListAudit) -> Page[AuditView]:
    """A page of the workspace's records; a system admin also meets those that belong to no workspace."""
    with ctx.workbench.read(_scope(ctx)) as db:
        return _page(db, _of_workspace(ctx, request), request, AuditView)


def activity(ctx: Context, request: ListActivity) -> Page[ActivityView]:
    """A page of what the caller did or tried in the workspaces where she has a part, and outside of any.

    What a run did with her rights is not among it, but that she started it is. That something was begun is among it
    where nothing says how it ended, or where one asks for that.
    """
    if ctx.principal.user_id is None:  # else all records without an account would look like hers
        return Page[ActivityView](items=[])
    row = AuditRecord
    query = select(row).where(
        row.user_id == ctx.principal.user_id, row.on_behalf_of.is_(None),
        or_(row.workspace_id.in_(list(ctx.principal.roles)), row.workspace_id.is_(None)), *_filters(ctx, request),
    )  # fmt: skip
    if request.outcome is None:
        query = query.where(~_ended())
    return _page(ctx.db, query, request, ActivityView)


def _ended() -> ColumnElement[bool]:
    """Whether a record says that something began whose end another one tells."""
    row, later = AuditRecord, aliased(AuditRecord)
    end = (
        later.correlation_id == row.correlation_id, later.operation == row.operation, later.sequence > row.sequence,
        later.outcome != "intent",
    )  # fmt: skip
    return and_(row.outcome == "intent", exists().where(*end))


def export(ctx: Context, request: ExportAudit) -> Download:
    """The workspace's records as a file, made while it is sent, up to the record that was the newest at the start.

    No transaction stays open meanwhile: records neither change nor go, and later ones have greater numbers.
    """
    with ctx.workbench.read(_scope(ctx)) as db:
        last = head(db).sequence
    query = _of_workspace(ctx, request).where(AuditRecord.sequence <= last)
    batches = _walked(ctx.workbench, _scope(ctx), query)
    if request.format == "csv":
        names = list(AuditView.model_fields)
        content = sheet.chunks(names, ([_cell(row, name) for name in names] for batch in batches for row in batch))
        return Download(content, sheet.MEDIA_TYPE, f"audit-{ctx.workspace.name}-{last}.csv")
    return Download(_lines(batches), LINES, f"audit-{ctx.workspace.name}-{last}.jsonl")


def _scope(ctx: Context) -> UUID:
    """Where records are looked for: those that belong to no workspace are the installation's."""
    return INSTALLATION if ctx.may("admin:audit") else ctx.scope


def _of_workspace(ctx: Context, request: AuditFilter) -> Select[Any]:
    row = AuditRecord
    scope = row.workspace_id == ctx.workspace_id
    if ctx.may("admin:audit"):
        scope = or_(scope, row.workspace_id.is_(None))
    return select(row).where(scope, *_filters(ctx, request))


def _filters(ctx: Context, request: AuditFilter | ListActivity) -> Iterator[ColumnElement[bool]]:
    row = AuditRecord
    if request.kind:
        read = and_(row.outcome == "done", row.operation.in_(_reading(ctx.workbench)))
        yield read if request.kind == "reads" else ~read
    if who := getattr(request, "principal", None):
        yield row.principal == who if ":" in who else _begins(row.principal, f"user:{who}")
    yield from (getattr(row, name) == value for name in EQUAL if (value := getattr(request, name, None)) is not None)
    if request.operation:
        prefix = request.operation.removesuffix("*")
        exact = prefix == request.operation
        yield row.operation == prefix if exact else _begins(row.operation, prefix)
    if request.since:
        yield row.at >= request.since
    if request.until:
        yield row.at < request.until


def _begins(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    return column.startswith(text, autoescape=True)


def _reading(workbench: Workbench) -> list[str]:
    """The operations that are on record although they change nothing: they give data."""
    return [op.name for op in workbench.registry.discover() if op.audited and not op.changes]


def _page(db: Session, query: Select[Any], request: ListRequest, kind: type[View]) -> Page[Any]:
    return paginate(
        db, query, request, view=kind.of, key=AuditRecord.sequence, sort={"at": AuditRecord.at}, default="-at",
        search=SEARCHED,
    )  # fmt: skip


def _walked(workbench: Workbench, scope: UUID, query: Select[Any]) -> Iterator[list[AuditRecord]]:
    place = (AuditRecord.at, AuditRecord.sequence)
    query = query.order_by(*place).limit(CHUNK_RECORDS)
    following = query
    while True:
        with workbench.read(scope) as db:
            rows = list(db.scalars(following))
        yield rows
        if len(rows) < CHUNK_RECORDS:
            return
        following = query.where(tuple_(*place) > (rows[-1].at, rows[-1].sequence))


def _lines(batches: Iterator[list[AuditRecord]]) -> Iterator[bytes]:
    for rows in batches:
        yield "".join(AuditView.of(row).model_dump_json() + "\n" for row in rows).encode()


def _cell(row: AuditRecord, name: str) -> Any:
    value = getattr(row, name)
    return json.dumps(value) if name == "detail" else value
