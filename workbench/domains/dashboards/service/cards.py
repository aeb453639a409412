"""What the cards of a dashboard show: each is asked on its own, so that one that fails leaves the others standing."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.errors import Invalid, NotFound, NotPermitted, WorkbenchError
from workbench.core.permissions import Level
from workbench.core.shelf import slug
from workbench.core.values import plain
from workbench.domains.access.service.publishing import check_export, reader
from workbench.domains.dashboards.models import Dashboard, DashboardVersion
from workbench.domains.dashboards.schemas import (
    AskDashboard,
    CardData,
    DashboardData,
    ExportCard,
    Origin,
    PreviewDashboard,
    Trouble,
)
from workbench.domains.dashboards.schemas.documents import Card, Document, Kpi, TextCard

from . import publishing
from .answers import Asked, answers
from .asking import Asking, Filters, statement
from .documents import SHELF, parse
from .sources import rows_of

LONGEST = 300
REPORT = "Report it to the dashboard's owner."
BROKEN = "What this card asks no longer works."
LOST = "Who published this dashboard may no longer read what this card shows."
UNREADABLE = (NotFound.code, NotPermitted.code, "table_not_found")


def data(ctx: Context, request: AskDashboard) -> DashboardData:
    """What the cards of a dashboard show, or one of them.

    Raises:
        NotFound: there is no such version or card.
        Invalid: a filter is on a column that a published dashboard does not show.
    """
    board: Dashboard = ctx.target
    version = publishing.seen(ctx, board, request.version)
    document = SHELF.document_of(version)
    _check_filters(board, version, document, request.filters)
    eyes = reader(ctx, board, version)
    cards = filled(eyes, document, request.filters, request.card)
    if board.published == version.number:
        inside = ctx.level(SHELF.permission) is Level.W
        cards = [_lost(card) if inside else _broken(_lost(card)) for card in cards]
    return _whole(board.name, version.number, cards)


def preview(ctx: Context, request: PreviewDashboard) -> DashboardData:
    """What the cards of a document would show to who writes it.

    Raises:
        Invalid: it is no document.
        NotFound: it has no such card.
    """
    document = parse(request.document)
    return _whole(slug(document.title, SHELF.kind), 0, filled(ctx, document, request.filters, request.card))


def taken_out(ctx: Context, request: ExportCard) -> tuple[Card, Asked]:
    """A card and its rows, to be written to a file.

    Raises:
        NotFound: there is no such version or card.
        NotPermitted: its publisher did not allow it, or lost the right to read it.
        Invalid: a filter is on a column that a published dashboard does not show.
    """
    board: Dashboard = ctx.target
    version = publishing.seen(ctx, board, request.version)
    check_export(ctx, board, version)
    document = SHELF.document_of(version)
    _check_filters(board, version, document, request.filters)
    card = _chosen(document, request.card)[0]
    try:
        (columns, rows), _, limit = _asked(reader(ctx, board, version), card, request.filters)
    except WorkbenchError as error:
        if ctx.level(SHELF.permission) is Level.W:
            raise
        if error.code.startswith("query_"):
            raise Invalid(BROKEN, fix=REPORT, code="query_broken") from error
        if error.code in UNREADABLE:
            raise NotPermitted(LOST, fix=REPORT, code="publisher_lost_right") from error
        raise
    return card, (columns, rows[:limit])  # one more was asked for, to know whether there is


def _check_filters(board: Dashboard, version: DashboardVersion, document: Document, filters: Filters) -> None:
    """Refuse to narrow by what the cards keep to themselves, where they are read with the publisher's rights.

    Numbers that are asked for again and again with other ends would tell each value of a column that nobody published.
    """
    hidden = sorted(set(filters) - document.columns_shown)
    if board.published == version.number and hidden:
        listed = ", ".join(sorted(document.columns_shown)) or "none"
        raise Invalid(
            f"The dashboard {board.name!r} shows no column {hidden[0]!r} to narrow its cards by.",
            fix=f"There are: {listed}.",
            code="filter_not_offered",
        )


def check(ctx: Context, document: Document) -> list[dict[str, str]]:
    """What is wrong with the cards of a document, each with a pointer to it; nothing where all can be asked."""
    found = []
    for place, card in enumerate(document.cards):
        if isinstance(card, TextCard):
            continue
        try:
            statement(card, Asking(rows_of(ctx, card.source), {}, ctx.workspace.timezone))
        except WorkbenchError as error:
            said = f"{error.detail} {error.fix}".strip()
            found.append({"pointer": f"/document/cards/{place}", "message": f"{card.id}: {said}"})
    return found


def filled(ctx: Context, document: Document, filters: Filters, only: str | None = None) -> list[CardData]:
    """The cards of a document with what they show to who reads by `ctx`.

    Raises:
        NotFound: it has no such card.
    """
    return [_fill(ctx, document, card, filters) for card in _chosen(document, only)]


def _chosen(document: Document, only: str | None) -> Sequence[Card]:
    if only is None:
        return document.cards
    card = document.card(only)
    if card is None:
        listed = ", ".join(card.id for card in document.cards) or "none"
        raise NotFound(f"There is no card {only!r} here.", fix=f"There are: {listed}.", code="card_not_found")
    return [card]


def _fill(ctx: Context, document: Document, card: Card, filters: Filters) -> CardData:
    if isinstance(card, TextCard):
        return CardData(id=card.id, kind=card.kind, columns=[], rows=[])
    try:
        (columns, found), origins, limit = _asked(ctx, card, filters)
    except WorkbenchError as error:
        trouble = Trouble(code=error.code, detail=error.detail, fix=error.fix)
        return CardData(id=card.id, kind=card.kind, columns=[], rows=[], trouble=trouble)
    rows = [[plain(value, LONGEST) for value in row] for row in found[:limit]]
    value = rows.pop()[-1] if isinstance(card, Kpi) and rows else None
    as_of = min((origin.at for origin in origins), default=None)
    return CardData(
        id=card.id, kind=card.kind, columns=columns, rows=rows if not isinstance(card, Kpi) or card.over else [],
        value=value, truncated=len(found) > limit, as_of=as_of, late=document.is_late(card, as_of),
        origins=list(origins),
    )  # fmt: skip


def _asked(ctx: Context, card: Card, filters: Filters) -> tuple[Asked, tuple[Origin, ...], int]:
    assert not isinstance(card, TextCard)
    rows = rows_of(ctx, card.source)
    asked = statement(card, Asking(rows, filters, ctx.workspace.timezone))
    return answers(ctx.workbench).rows(ctx, asked.sql, rows.relations, rows.values), rows.origins, asked.limit


def _whole(name: str, number: int, cards: list[CardData]) -> DashboardData:
    oldest = min((origin for card in cards for origin in card.origins), key=lambda origin: origin.at, default=None)
    return DashboardData(
        name=name, number=number, at=now(), as_of=oldest.at if oldest else None,
        run_id=oldest.run_id if oldest else None, late=any(card.late for card in cards), cards=cards,
    )  # fmt: skip


def _broken(card: CardData) -> CardData:
    """To who sees it by a share, DuckDB's sentence would tell names and values that nobody showed her."""
    if card.trouble is None or not card.trouble.code.startswith("query_"):
        return card
    trouble = Trouble(code="query_broken", detail=BROKEN, fix=REPORT)
    return card.model_copy(update={"trouble": trouble})


def _lost(card: CardData) -> CardData:
    """A published card that cannot be read says so without names, which are not its reader's to know."""
    if card.trouble is None or card.trouble.code not in UNREADABLE:
        return card
    trouble = Trouble(code="publisher_lost_right", detail=LOST, fix=REPORT)
    return card.model_copy(update={"trouble": trouble})
