"""The cards of a dashboard on their grid: each with its title, its inside, what it was made of, and what it offers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC
from urllib.parse import quote

from markupsafe import Markup

from workbench.domains.dashboards.schemas import CardData, DashboardData, Origin, ShownDashboard
from workbench.domains.dashboards.schemas.documents import Card, FilterCard, Kpi, TextCard
from workbench.ui.controls import button
from workbench.ui.formats import moment
from workbench.ui.freshness import opens_runs, run_link
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Content, join, status
from workbench.ui.visit import Visit

from .asked import filters
from .drawing import Chosen, Seen, drawn
from .grid import apart

Handles = Callable[[Card], tuple[Markup, Markup]]
SCROLLING = ("table", "bar", "heat_map", "text")


def board_of(
    visit: Visit, board: ShownDashboard, data: DashboardData, chosen: Chosen, handles: Handles | None = None
) -> Markup:  # fmt: skip
    """All cards, in the order in which they are read.

    `handles` draws what can be done to each where it is made: what stands before its title, and what else.
    """
    shows = {card.id: card for card in data.cards}
    inside = join(
        _card(visit, board, card, shows[card.id], data, chosen, handles)
        for card in sorted(apart(board.document.cards), key=lambda card: (card.at.y, card.at.x))
        if card.id in shows
    )
    return Markup('<div class="board">{}</div>').format(inside)


def _card(
    visit: Visit, board: ShownDashboard, card: Card, shown: CardData, data: DashboardData, chosen: Chosen,
    handles: Handles | None,
) -> Markup:  # fmt: skip
    at, name = card.at, f"wb-card-{card.id}"
    kind = "kpi-card" if isinstance(card, Kpi) else card.kind
    title = Markup('<h2 id="{}">{}</h2>').format(name, card.title) if card.title else NOTHING
    heard = card.title or tr("Text")
    labelled = Markup(' aria-labelledby="{}"').format(name) if card.title else Markup(' aria-label="{}"').format(heard)
    scrolls = card.kind in SCROLLING
    body = Markup('<div class="body{}"{}>{}</div>').format(
        " scroll scrolls" if scrolls else "",
        Markup(' tabindex="0" role="group" aria-label="{}"').format(tr("{title}, scrolls", title=heard))
        if scrolls
        else NOTHING,
        _trouble(shown) if shown.trouble else drawn(card, Seen(shown, chosen, _leads(visit, shown))),
    )
    more: Content = NOTHING
    foot: Content = NOTHING
    if not isinstance(card, TextCard | FilterCard):
        more, foot = _more(visit, board, card, chosen), _foot(visit, shown, data)
    grip, handle = handles(card) if handles else (NOTHING, NOTHING)
    return Markup(
        '<section class="card {}"{} style="--x:{};--y:{};--w:{};--h:{}"><header>{}{}{}</header>{}{}{}</section>'
    ).format(
        kind, labelled, at.x, at.y, at.w, at.h, grip, title, more if not handles else NOTHING, body, foot, handle,
    )  # fmt: skip


def _trouble(shown: CardData) -> Content:
    assert shown.trouble is not None
    return Markup("<p>{}</p><p>{}</p>").format(status("warning", shown.trouble.detail), shown.trouble.fix)


def _leads(visit: Visit, shown: CardData) -> str:
    run_id = next((origin.run_id for origin in shown.origins if origin.run_id), None)
    return visit.link("runs", str(run_id)) if run_id and opens_runs(visit) else ""


def _foot(visit: Visit, shown: CardData, data: DashboardData) -> Content:
    if not shown.origins:
        return NOTHING
    made, more = join((_origin(visit, origin) for origin in shown.origins[:2]), ", "), len(shown.origins) - 2
    of = tr("{tables} and {more} more", tables=made, more=more) if more > 0 else made
    at: Content = moment(shown.as_of, data.at, UTC)
    at = Markup('<span class="late">{}</span>').format(status("warning", at)) if shown.late else at
    few = tr("the first {number}", number=len(shown.rows))
    first = Markup("<span>{}</span>").format(few) if shown.truncated else NOTHING
    return Markup('<p class="foot"><span>{}</span>{}<span>{}</span></p>').format(of, first, at)


def _origin(visit: Visit, origin: Origin) -> Markup:
    run = run_link(visit, origin.run_id)
    return Markup('{} <span>v{}</span><span class="by">{}</span>').format(
        origin.table, origin.version, Markup(" · {}").format(tr("run {run}", run=run)) if run else NOTHING
    )


def _more(visit: Visit, board: ShownDashboard, card: Card, chosen: Mapping[str, str]) -> Content:
    """What can be taken out of a card."""
    items = []
    if board.may_export:
        path = f"dashboards/{quote(board.name, safe='')}/cards/{quote(card.id, safe='')}/csv"
        address = visit.api(path, filters=json.dumps(filters(chosen)), version=str(board.number))
        items.append(Markup('<a class="button" href="{}" download>{}</a>').format(address, tr("Data as CSV")))
    if visit.person.may("dashboards:export"):
        items.append(button(tr("Picture as PNG"), "picture", name="name", value=f"{board.name}-{card.id}"))
    if not items:
        return NOTHING
    listed = join(Markup("<li>{}</li>").format(item) for item in items)
    return Markup('<details class="more screen-only"><summary aria-label="{}">⋯</summary><ul>{}</ul></details>').format(
        tr("{title}: more", title=card.title), listed
    )
