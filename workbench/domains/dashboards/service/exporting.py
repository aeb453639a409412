"""Dashboards as files: a card's data as CSV, a version's document as YAML."""

from __future__ import annotations

from workbench.core import sheet
from workbench.core.context import Context
from workbench.core.operations import Download
from workbench.domains.dashboards.models import Dashboard
from workbench.domains.dashboards.schemas import ExportCard

from . import cards
from .documents import SHELF

CSV, YAML = sheet.MEDIA_TYPE, "application/yaml"


def csv_of(ctx: Context, request: ExportCard) -> Download:
    """The data of a card as CSV, with what a spreadsheet would take for a formula defused."""
    _, (columns, rows) = cards.taken_out(ctx, request)
    return Download(
        sheet.chunks([sheet.defused(name) for name in columns], rows), CSV, f"{ctx.target.name}-{request.card}.csv"
    )


def document(ctx: Context, board: Dashboard, number: int) -> Download:
    """The document of a version."""
    with ctx.reading() as db:
        version = SHELF.version_of(db, board, number)
    return Download(SHELF.text_of(version).encode(), YAML, f"{board.name}-{number}.yaml")
