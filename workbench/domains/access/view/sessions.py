"""Where one is signed in, and the way to end it there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.schemas import Page
from workbench.domains.access.schemas import SessionView
from workbench.ui.controls import button, pager
from workbench.ui.formats import when
from workbench.ui.parts import Column, Content, card, empty, loading, status, table
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

PAGE = 50
COLUMNS = (
    Column("From", share=22), Column("Program", share=38), Column("Signed in", share=14),
    Column("Last seen", share=12), Column("", share=14, acts=True),
)  # fmt: skip


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
    which = next((f"{title} {found[1]}" for title, found in known if found), "A browser")
    where = next((f" on {title}" for name, title in SYSTEMS if name in said), "")
    return which + where


def sessions(visit: Visit) -> Any:
    """The page of a visit."""
    return Sessions(visit).start()


class Sessions(View[Page[SessionView]]):
    """The list."""

    doing = "one's own sessions"
    asks: ClassVar = {"cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.list = markup(loading("Loading your sessions."))
        super().__init__(visit, self.list)
        self.on("end", self._end, "That session ended.")
        self.on("others", self._end_others, "All your other sessions ended.")

    async def load(self) -> Page[SessionView]:
        found: Page[SessionView] = await self.visit.call(
            "sessions.list", limit=PAGE, cursor=self.chosen["cursor"] or None
        )
        return found

    def show(self, reply: Page[SessionView]) -> None:
        nothing = empty("No sessions", "This server asks nobody to sign in; it is its owner's alone.")
        rows = [self._row(one) for one in reply.items]
        question = "End all your sessions but one?"
        others = button("End all others", "others", confirm=question) if len(rows) > 1 else ""
        drawn = table("Where you are signed in", COLUMNS, rows, aside=others) if rows else card("Sessions", nothing)
        self.draw(self.list, drawn + pager(self.chosen["cursor"], reply.next))

    def _row(self, one: SessionView) -> Sequence[Content]:
        question = "End this session? Who uses it is asked for the password again."
        act: Content = button("End", "end", name="id", value=str(one.id), tone="danger", confirm=question)
        here = Markup('<span class="sub">{}</span>').format(status("ok", "this one")) if one.current else ""
        agent = Markup('<span title="{}">{}</span>{}').format(one.agent or "", browser(one.agent) or one.kind, here)
        return one.address, agent, when(one.created_at), when(one.seen_at), act

    async def _end(self, fields: Fields) -> None:
        await self.visit.call("sessions.end", id=fields.get("id", ""))

    async def _end_others(self, _: Fields) -> None:
        await self.visit.call("sessions.end_others")
