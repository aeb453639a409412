"""Where one is signed in, the tokens of programs that act for one, and the way to end either."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.access.schemas import NewTokenView, SessionView, TokenView
from workbench.ui.controls import button, pager
from workbench.ui.formats import when
from workbench.ui.languages import mark, tr
from workbench.ui.parts import NOTHING, Column, Content, card, empty, loading, status, table
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from . import token_parts as parts

PAGE, TOKENS = 50, 20
KINDS = {"browser": mark("browser"), "program": mark("program")}


# As each names itself; several take the names of others along, so that the first that fits counts.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Version", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def browser(agent: str | None) -> str:
    """What somebody signed in with, in words: Firefox 130 on Windows; what is no browser as it names itself."""
    said = agent or ""
    if not said.startswith("Mozilla/"):
        return said
    known = ((title, re.search(rf"{name}\w*/(\d+)", said)) for name, title in BROWSERS)
    which = next((f"{title} {found[1]}" for title, found in known if found), tr("A browser"))
    where = next((title for name, title in SYSTEMS if name in said), "")
    return tr("{browser} on {system}", browser=which, system=where) if where else which


def sessions(visit: Visit) -> Any:
    """The page of a visit."""
    return Sessions(visit).start()


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows."""

    sessions: Page[SessionView]
    tokens: Page[TokenView]


class Sessions(View[Shown]):
    """The two lists, and a form that makes a token."""

    doing = "one's own sessions and tokens"
    asks: ClassVar = {"cursor": "", "tokens": ""}

    def __init__(self, visit: Visit) -> None:
        self.list, self.made = markup(loading(tr("Loading your sessions."))), markup()
        self.tokens, self.form = markup(), markup()
        self._made = 0
        super().__init__(visit, self.list, self.made, self.tokens, self.form)
        self.draw(self.made, NOTHING)
        self.on("end", self._end, tr("That session ended."))
        self.on("others", self._end_others, tr("All your other sessions ended."))
        self.on("mint", self._mint)
        self.on("revoke", self._revoke, tr("The token is revoked."))

    async def load(self) -> Shown:
        call, chosen = self.visit.call, self.chosen
        return Shown(
            await call("sessions.list", limit=PAGE, cursor=chosen["cursor"] or None),
            await call("tokens.list", limit=TOKENS, sort="-created_at", cursor=chosen["tokens"] or None),
        )

    def show(self, reply: Shown) -> None:
        nothing = empty(tr("No sessions"), tr("This server asks nobody to sign in; it is its owner's alone."))
        rows = [self._row(one) for one in reply.sessions.items]
        question = tr("End all your sessions but one?")
        others = button(tr("End all others"), "others", confirm=question) if len(rows) > 1 else ""
        where = tr("Where you are signed in")
        drawn = table(where, _columns(), rows, aside=others) if rows else card(tr("Sessions"), nothing)
        self.draw(self.list, drawn + pager(self.chosen["cursor"], reply.sessions.next))
        acts = self.visit.person.may("tokens:own") and not self.visit.seen_as
        listed = parts.tokens(reply.tokens.items, revokes=acts)
        self.draw(self.tokens, listed + pager(self.chosen["tokens"], reply.tokens.next, "tokens"))
        self.draw(self.form, parts.new(self._made) if acts else NOTHING)

    def _row(self, one: SessionView) -> Sequence[Content]:
        question = tr("End this session? Who uses it is asked for the password again.")
        act: Content = button(tr("End"), "end", name="id", value=str(one.id), tone="danger", confirm=question)
        here = Markup('<span class="sub">{}</span>').format(status("ok", tr("this one"))) if one.current else ""
        agent = Markup('<span title="{}">{}</span>{}').format(
            one.agent or "", browser(one.agent) or tr(KINDS[one.kind]), here
        )
        return one.address, agent, when(one.created_at), when(one.seen_at), act

    async def _end(self, fields: Fields) -> None:
        await self.visit.call("sessions.end", id=fields.get("id", ""))

    async def _mint(self, fields: Fields) -> None:
        scopes = parts.LOOKING if fields.get("reach") == "look" else None
        made: NewTokenView = await self.visit.call(
            "tokens.create", name=fields.get("name", ""), days=fields.get("days", parts.USUAL_DAYS), scopes=scopes,
            bound_to=self.visit.place,
        )  # fmt: skip
        self._made += 1
        self.draw(self.made, parts.made(made))

    async def _revoke(self, fields: Fields) -> None:
        await self.visit.call("tokens.revoke", id=fields.get("id", ""))
        self.draw(self.made, NOTHING)

    async def _end_others(self, _: Fields) -> None:
        await self.visit.call("sessions.end_others")


def _columns() -> tuple[Column, ...]:
    return (
        Column(tr("From"), share=22), Column(tr("Program"), share=38), Column(tr("Signed in"), share=14),
        Column(tr("Last seen"), share=12), Column("", share=14, acts=True),
    )  # fmt: skip
