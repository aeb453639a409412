"""Dashboards as files: a card's data as CSV, a version's document as YAML."""

from __future__ import annotations

from typing import Any

from workbench.core import sheet
from workbench.core.context import Context
from workbench.core.operations import Download
from workbench.domains.dashboards.models import Dashboard
from workbench.domains.dashboards.schemas import ExportCard
from workbench.domains.dashboards.schemas.documents import (
    Bar,
    Card,
    Dimension,
    FilterCard,
    HeatMap,
    Kpi,
    TimeSeries,
    Value,
)

from . import cards
from .documents import SHELF

CSV, YAML = sheet.MEDIA_TYPE, "application/yaml"
VALUE, NOTHING = "value", ""


def csv_of(ctx: Context, request: ExportCard) -> Download:
    """The data of a card as CSV, with what a spreadsheet would take for a formula defused."""
    card, (columns, rows) = cards.taken_out(ctx, request)
    called = _called(card)
    kept = [place for place, name in enumerate(columns) if called.get(name) != NOTHING]
    heading = [sheet.defused(called.get(columns[place], columns[place])) for place in kept]
    written = ([_whole(row[place]) if called else row[place] for place in kept] for row in rows)
    return Download(sheet.chunks(heading, written), CSV, f"{ctx.target.name}-{request.card}.csv")


def document(ctx: Context, board: Dashboard, number: int) -> Download:
    """The document of a version."""
    with ctx.reading() as db:
        version = SHELF.version_of(db, board, number)
    return Download(SHELF.text_of(version).encode(), YAML, f"{board.name}-{number}.yaml")


def _called(card: Card) -> dict[str, str]:
    """The heading of each column of a card's answer: the table's own column instead of `name`, `point` or `value`."""
    match card:
        case Kpi(over=over):
            return {"point": over or NOTHING, VALUE: _measured(card.value)}
        case TimeSeries(over=over, split=split):
            return {"point": over, "split": split or NOTHING, VALUE: _measured(card.value)}
        case Bar(by=by):
            return {"name": _grouped(by), VALUE: _measured(card.value)}
        case HeatMap(across=across, down=down):
            return {"across": _grouped(across), "down": _grouped(down), VALUE: _measured(card.value)}
        case FilterCard(column=column):
            return {"name": column, VALUE: "count"}
    return {}


def _grouped(by: Dimension) -> str:
    return by.column if by.part is None else f"{by.column}_{by.part}"


def _measured(value: Value) -> str:
    parts = [value.how, value.column, *(("per", value.per) if value.per is not None else ())]
    return "_".join(part for part in parts if part is not None)


def _whole(value: Any) -> Any:
    """A measure, which is answered as a fraction, as a whole number where it is one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
