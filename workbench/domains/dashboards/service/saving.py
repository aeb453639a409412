"""Saving in its phases: a document is read and tried while no transaction waits, then kept."""

from __future__ import annotations

from typing import Any

from workbench.core.context import Context
from workbench.core.errors import Invalid
from workbench.core.operations import External
from workbench.domains.dashboards.schemas import CreateDashboard, DashboardView, SaveDashboard
from workbench.domains.dashboards.schemas.documents import Document

from . import cards, sources, views
from .documents import SHELF, parse

Checked = tuple[Document, list[str]]


def creation(ctx: Context, request: CreateDashboard) -> External[DashboardView]:
    """Makes a dashboard of a document that holds."""

    def store(later: Context, checked: Checked) -> DashboardView:
        document, tables = checked
        board = SHELF.create(later, request.name, document, request.message, tables=tables)
        return _said(later, board)

    return External(lambda: _checked(ctx, request.document), store)


def saving(ctx: Context, request: SaveDashboard) -> External[DashboardView]:
    """Saves a document that holds as the next version, where nobody else did so meanwhile."""
    board_id, etag = ctx.target.id, ctx.target.etag

    def store(later: Context, checked: Checked) -> DashboardView:
        document, tables = checked
        board = SHELF.unchanged(later.db, board_id, etag)
        SHELF.append(later, board, document, request.message, tables=tables)
        return _said(later, board)

    return External(lambda: _checked(ctx, request.document), store)


def _checked(ctx: Context, written: dict[str, Any] | str) -> Checked:
    alone = ctx.apart()
    document = parse(written)
    wrong = cards.check(alone, document)
    if wrong:
        raise Invalid(
            f"{len(wrong)} of the cards cannot be shown: {'; '.join(item['message'] for item in wrong[:3])}",
            fix="Mend them; `workbench tables show TABLE` lists a table's columns.",
            code="bad_cards",
            errors=wrong,
        )
    return document, sources.tables_of(alone, document)


def _said(ctx: Context, board: Any) -> DashboardView:
    ctx.db.flush()
    return views.one(board)
