"""A dashboard's page: its cards, what narrows them, as of when they are, and the ways to whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from markupsafe import Markup

from workbench.core.errors import NotFound, Throttled
from workbench.domains.dashboards.schemas import DashboardData, ShownDashboard
from workbench.ui.charts import CHARTS_CSS
from workbench.ui.controls import CHOOSE, button, link, snippet
from workbench.ui.formats import moment
from workbench.ui.parts import NOTHING, Content, empty, join, loading, status
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from .asked import KINDS, VALUE, asked_for, filters
from .cards import board_of, run_link


@dataclass(frozen=True, slots=True)
class Shown:
    """A dashboard and what its cards show."""

    board: ShownDashboard
    data: DashboardData


def board(visit: Visit) -> Any:
    """The page of a visit."""
    return BoardPage(visit).start()


class BoardPage(View[Shown | None]):
    """The parts of the page. What cards show is asked for again when a table they read has a new version."""

    doing = "a dashboard's page"
    fresh = 5.0

    def __init__(self, visit: Visit) -> None:
        self.asks = dict.fromkeys(asked_for(visit.query), "")  # type: ignore[misc]  # each dashboard asks for its own
        self.chips, self.cards = (
            markup(css=CHARTS_CSS),
            markup(loading("Loading the dashboard.", rows=8), css=CHARTS_CSS),
        )
        self._last: tuple[object, DashboardData] | None = None
        super().__init__(visit, self.chips, self.cards)
        self.on("report", self._report, "The owner of the dashboard was told.")
        self.on("request", self._request, "If there is such a dashboard, its owner was asked.")

    async def load(self) -> Shown | None:
        name = self.visit.subject
        try:
            found: ShownDashboard = await self.visit.call("dashboards.show", id=name)
        except NotFound:
            return None
        chosen = filters(self.chosen)
        asked = (found.number, found.published, found.stamp, str(chosen))
        if self._last is None or self._last[0] != asked:
            data = await self.visit.call("dashboards.data", id=name, version=found.number, filters=chosen)
            # What found no place among the queries under way is asked again.
            full = any(card.trouble is not None and card.trouble.code == Throttled.code for card in data.cards)
            self._last = (asked if not full else None), data
        return Shown(found, self._last[1])

    def show(self, reply: Shown | None) -> None:
        if reply is None:
            self.title("No such dashboard")
            self.draw(self.cards, ABSENT)
            self.draw(self.chips, NOTHING)
            return
        self.title(reply.board.title, self._acts(reply))
        self.draw(self.chips, self._chips())
        self.draw(self.cards, board_of(self.visit, reply.board, reply.data, self.chosen) if reply.data.cards else EMPTY)

    def choose(self, **chosen: str) -> None:
        """Narrow the cards; what a dashboard can be asked is known only when it is asked."""
        self.asks.update(dict.fromkeys(asked_for(chosen), ""))
        super().choose(**chosen)

    def _acts(self, reply: Shown) -> Content:
        if self.visit.embedded:
            whole = self.visit.link(self.visit.page, self.visit.subject, **self._narrowed())
            return join([as_of(self.visit, reply.data), link("Open in the workbench", whole)])
        edit = NOTHING
        if reply.board.may_edit and self.visit.has("edit/{name}"):
            edit = link("Edit", self.visit.link("edit", reply.board.name))
        keep = button("Print or PDF", "print") if self.visit.person.may("dashboards:export") else NOTHING
        return join([as_of(self.visit, reply.data), self._share(reply.board.title), keep, REPORT, edit])

    def _narrowed(self) -> dict[str, str]:
        return {name: value for name, value in self.chosen.items() if value}

    def _share(self, title: str) -> Markup:
        """The page to hand on as it is narrowed: as a link, and as a frame for another page."""
        visit = self.visit
        address = visit.origin + visit.link(visit.page, visit.subject, **self._narrowed())
        frame = visit.origin + visit.link(visit.page, visit.subject, **self._narrowed(), embed="1")
        markup = FRAME.format(frame, title)
        more = Markup(' <a href="{}">Who may frame it</a>').format(
            visit.link("docs", "how-to.make-a-dashboard") + "#embed-it"
        )
        return SHARE.format(
            snippet(address, "Link"), snippet(str(markup), "Frame, for a page of your intranet"),
            more if visit.has("docs") else NOTHING,
        )  # fmt: skip

    def _chips(self) -> Content:
        """What narrows the cards, each with a way to take it away."""
        narrowed = [(name, value) for name, value in self.chosen.items() if value]
        chips = [
            button(Markup("{} {} {} <span aria-hidden='true'>×</span>").format(*_said(name), value), CHOOSE, name=name)
            for name, value in narrowed
        ]
        return (
            Markup('<div class="chips" role="group" aria-label="Filters in force">{}</div>').format(join(chips))
            if chips
            else NOTHING
        )

    async def _report(self, fields: Fields) -> None:
        await self.visit.call("dashboards.report_problem", id=self.visit.subject, text=fields.get("text", ""))

    async def _request(self, fields: Fields) -> None:
        await self.visit.call("dashboards.request_access", id=self.visit.subject, message=fields.get("text", ""))


def as_of(visit: Visit, data: DashboardData) -> Content:
    """As of when the data are, and from which run; said in amber, with a sign, where they are late."""
    if data.as_of is None:
        return NOTHING
    words = Markup("data as of {}{}").format(
        moment(data.as_of, data.at, UTC), run_link(visit, data.run_id, " from run ")
    )
    return Markup('<span class="sub asof">{}</span>').format(
        Markup('<span class="late">{}</span>').format(status("warning", words)) if data.late else words
    )


def _said(name: str) -> tuple[str, str]:
    kind = next(kind for kind in KINDS if name.startswith(kind))
    return name.removeprefix(kind), {VALUE: "is"}.get(kind, kind.rstrip("."))


def _form(label: str, act: str, placeholder: str, *, required: bool) -> Markup:
    return Markup(
        '<label>{0}<textarea name="text" rows="4" maxlength="1000" placeholder="{1}"{2}></textarea></label>'
        "<div>{3}</div>"
    ).format(
        label, placeholder, Markup(' required minlength="3"') if required else NOTHING, button("Send", act, tone="main")
    )


FRAME = Markup('<iframe src="{}" title="{}" width="100%" height="800" style="border: 0"></iframe>')
SHARE = Markup(
    '<details class="tell screen-only"><summary>Share</summary><div class="sheet">{}{}<p class="sub">Whoever opens '
    "it signs in, and sees what she may see.{}</p></div></details>"
)
REPORT = Markup(
    '<details class="tell screen-only"><summary>Report a problem</summary><form>{}</form></details>'
).format(_form("What is wrong?", "report", "The numbers of May are missing.", required=True))
EMPTY = empty("No cards yet", "Whoever may change this dashboard adds them with Edit.")
ABSENT = Markup('<div class="card">{}<form class="ask">{}</form></div>').format(
    empty(
        "You see no dashboard here",
        "It may be somebody's draft, or not be shared with you. You can ask its owner to let you see it.",
    ),
    _form("A word to the owner, if you like", "request", "I need it for the meeting on Monday.", required=False),
)
