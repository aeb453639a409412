"""A dashboard's page: its cards, what narrows them, as of when they are, and the ways to whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from workbench.core.errors import NotFound, Throttled
from workbench.domains.dashboards.schemas import DashboardData, ShownDashboard
from workbench.domains.dashboards.schemas.documents import Document
from workbench.ui import audience
from workbench.ui.charts import CHARTS_CSS
from workbench.ui.controls import CHOOSE, button, link, snippet
from workbench.ui.freshness import as_of
from workbench.ui.languages import mark, tr
from workbench.ui.parts import NOTHING, Content, empty, join, loading
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from .asked import KINDS, LEAST, MOST, VALUE, asked_for, filters
from .cards import board_of

# How each kind of filter in force is said.
SAID: Final = {
    VALUE: mark("{column} is {value}"), LEAST: mark("{column} from {value}"), MOST: mark("{column} to {value}"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A dashboard and what its cards show."""

    board: ShownDashboard
    data: DashboardData


def board(visit: Visit) -> Any:
    """The page of a visit."""
    return BoardPage(visit).start()


class BoardPage(View[Shown | NotFound]):
    """The parts of the page. What cards show is asked for again when a table they read has a new version."""

    doing = "a dashboard's page"
    fresh = 5.0

    def __init__(self, visit: Visit) -> None:
        self.asks = dict.fromkeys(asked_for(visit.query), "")  # type: ignore[misc]  # each dashboard asks for its own
        self.chips, self.cards = (
            markup(css=CHARTS_CSS),
            markup(loading(tr("Loading the dashboard."), rows=8), css=CHARTS_CSS),
        )
        self._last: tuple[object, DashboardData] | None = None
        super().__init__(visit, self.chips, self.cards)
        self.on("report", self._report, tr("The owner of the dashboard was told."))
        self.on("unshare", self._unshare, tr("They see it no longer."))
        self.on("archive", self._archive)
        self.on("unarchive", self._unarchive, tr("It is in use again."))
        self.on("request", self._request, tr("If there is such a dashboard, its owner was asked."))

    async def load(self) -> Shown | NotFound:
        name = self.visit.subject
        try:
            found: ShownDashboard = await self.visit.call("dashboards.show", id=name)
        except NotFound as error:
            return error
        chosen = filters(self.chosen)
        asked = (found.number, found.published, found.stamp, str(chosen))
        if self._last is None or self._last[0] != asked:
            data = await self.visit.call("dashboards.data", id=name, version=found.number, filters=chosen)
            # What found no place among the queries under way is asked again.
            full = any(card.trouble is not None and card.trouble.code == Throttled.code for card in data.cards)
            self._last = (asked if not full else None), data
            return Shown(found, data)
        return Shown(found, _by_now(found.document, self._last[1]))

    def show(self, reply: Shown | NotFound) -> None:
        if isinstance(reply, NotFound):
            self._show_none(reply)
            return
        self.title(reply.board.title, self._acts(reply))
        self.draw(self.chips, self._chips())
        nothing = empty(tr("No cards yet"), tr("Whoever may change this dashboard adds them with Edit."))
        cards = board_of(self.visit, reply.board, reply.data, self.chosen) if reply.data.cards else nothing
        self.draw(self.cards, cards)

    def _show_none(self, why: NotFound) -> None:
        archived = why.code == "dashboard_archived"
        may = self.visit.person.may("dashboards:write")
        self.title(tr("Archived dashboard") if archived else tr("No such dashboard"))
        absent = audience.absent(mark("dashboard"))
        self.draw(self.cards, audience.away(why.detail, why.fix, may_bring_back=may) if archived else absent)
        self.draw(self.chips, NOTHING)

    def choose(self, **chosen: str) -> None:
        """Narrow the cards; what a dashboard can be asked is known only when it is asked."""
        self.asks.update(dict.fromkeys(asked_for(chosen), ""))
        super().choose(**chosen)

    def _acts(self, reply: Shown) -> Content:
        if self.visit.embedded:
            whole = self.visit.link(self.visit.page, self.visit.subject, **self._narrowed())
            return join([self._as_of(reply.data), link(tr("Open in the workbench"), whole)])
        edit: Content = NOTHING
        if reply.board.may_edit and self.visit.has("edit/{name}"):
            ask = tr("Put it away? The list of archived dashboards brings it back.")
            edit = link(tr("Edit"), self.visit.link("edit", reply.board.name))
            edit += button(tr("Archive"), "archive", confirm=ask)
        keep = button(tr("Print or PDF"), "print") if self.visit.person.may("dashboards:export") else NOTHING
        report = audience.report(tr("The numbers of May are missing."))
        return join([self._as_of(reply.data), self._share(reply.board), keep, report, edit])

    def _as_of(self, data: DashboardData) -> Content:
        return as_of(self.visit, data.as_of, data.run_id, data.at, late=data.late)

    def _narrowed(self) -> dict[str, str]:
        return {name: value for name, value in self.chosen.items() if value}

    def _share(self, board: ShownDashboard) -> Markup:
        """Whom it is shown to, and the page to hand on as it is narrowed: as a link, and as a frame of another."""
        visit = self.visit
        address = visit.origin + visit.link(visit.page, visit.subject, **self._narrowed())
        frame = visit.origin + visit.link(visit.page, visit.subject, **self._narrowed(), embed="1")
        markup = FRAME.format(frame, board.title)
        more = Markup(' <a href="{}">{}</a>').format(
            visit.link("docs", "how-to.make-a-dashboard") + "#embed-it", tr("Who may frame it")
        )
        return SHARE.format(
            tr("Share"), shown_to(board) if board.may_edit else NOTHING, snippet(address, tr("Link")),
            snippet(str(markup), tr("Frame, for a page of your intranet")),
            tr("Whoever opens it signs in, and sees what she may see."), more if visit.has("docs") else NOTHING,
        )  # fmt: skip

    def _chips(self) -> Content:
        """What narrows the cards, each with a way to take it away."""
        narrowed = [(name, value) for name, value in self.chosen.items() if value]
        chips = [
            button(Markup("{} <span aria-hidden='true'>×</span>").format(_said(name, value)), CHOOSE, name=name)
            for name, value in narrowed
        ]
        return (
            Markup('<div class="chips" role="group" aria-label="{}">{}</div>').format(
                tr("Filters in force"), join(chips)
            )
            if chips
            else NOTHING
        )

    async def _report(self, fields: Fields) -> None:
        await self.visit.call("dashboards.report_problem", id=self.visit.subject, text=fields.get("text", ""))

    async def _unshare(self, fields: Fields) -> None:
        await self.visit.call("shares.revoke", id=fields["share"])

    async def _archive(self, _: Fields) -> None:
        await self.visit.call("dashboards.archive", id=self.visit.subject)
        self.presence.go(self.visit.link("dashboards"))

    async def _unarchive(self, _: Fields) -> None:
        await self.visit.call("dashboards.unarchive", id=self.visit.subject)

    async def _request(self, fields: Fields) -> None:
        await self.visit.call("dashboards.request_access", id=self.visit.subject, message=fields.get("text", ""))


def _by_now(document: Document, data: DashboardData) -> DashboardData:
    """What was answered before: it may have become late while somebody looks, which no table's version tells."""
    of = {card.id: card for card in document.cards}
    cards = [one.model_copy(update={"late": document.is_late(of[one.id], one.as_of)}) for one in data.cards]
    return data.model_copy(update={"late": any(one.late for one in cards), "cards": cards})


def shown_to(board: ShownDashboard) -> Markup:
    """Whom a dashboard is shared with."""
    return audience.shown_to(board.audience, published=board.published is not None, may_share=board.may_share)


def _said(name: str, value: str) -> str:
    kind = next(kind for kind in KINDS if name.startswith(kind))
    return tr(SAID[kind], column=name.removeprefix(kind), value=value)


FRAME = Markup('<iframe src="{}" title="{}" width="100%" height="800" style="border: 0"></iframe>')
SHARE = Markup(
    '<details class="tell screen-only"><summary>{}</summary><div class="sheet">{}{}{}<p class="sub">{}{}</p></div>'
    "</details>"
)
