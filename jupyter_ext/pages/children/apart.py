"""Pages drawn in a process of their own, as a team's server has them: what the server keeps of them."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, cast

from pydantic import TypeAdapter
from tornado.web import HTTPError

from jupyter_ext.pages.door import PageDoor, token_of
from jupyter_ext.pages.stage import NotYet, Undrawn
from jupyter_ext.peers import FarSocket
from jupyter_ext.relay import RelayedSocket
from workbench.doctor.findings import Finding, info, ok, warning
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Failure, Person, Visit

from .judging import MESSAGE_BYTES, Unlikely, judge
from .pacing import Pace
from .supervisor import Supervisor
from .visits import Visits

log = logging.getLogger("workbench.pages")
MODULE = "jupyter_ext.pages.children"
DRAW_SECONDS = 20.0
PASSED_ON = ("workspace", "subject", "sign_out", "origin", "home", "apps", "language", "dark", "phone")


class Apart:
    """Draws in a supervised process; `pages` is where they are declared, as `module:name`."""

    def __init__(self, pages: str, prefix: str) -> None:
        self.visits, self.pace = Visits(), Pace()
        self.supervisor = Supervisor(MODULE, {"pages": pages, "prefix": prefix}, self.visits, self.visits.clear)

    def begin(self) -> None:
        """Start the process, unless that was done."""
        self.supervisor.begin()

    @property
    def ready(self) -> bool:
        """Whether it answers; it is started by who asks first."""
        self.begin()
        return self.supervisor.health.state == "ready"

    @property
    def told(self) -> Finding:
        """How the process is."""
        health = self.supervisor.health
        if health.state in ("ready", "stopped") and not health.restarts:
            return ok("pages", str(health))
        if health.state == "ready":
            return info("pages", str(health), "The server's log says what it did before.")
        return warning("pages", str(health), "Wait some seconds; where it stays so, the server's log says why.")

    async def draw(self, visit: Visit, request: Any, bound_to: Mapping[str, str]) -> str:
        """Have the page of a visit drawn."""
        child = self.supervisor.child
        if child is None:
            raise NotYet
        opened = self.visits.open(visit.caller, bound_to)
        told = _told(visit) | {"handle": opened.handle, "bound_to": dict(bound_to)}
        try:
            answer = json.loads(await child.peer.post(request.path, json.dumps(told).encode(), DRAW_SECONDS))
        except HTTPError as error:
            self.visits.close(opened)
            raise NotYet from error
        if "failure" in answer:
            self.visits.close(opened)
            raise Undrawn(Failure(**answer["failure"]), answer["status"])
        self.visits.drawn(opened, answer["token"])
        return str(answer["document"])

    def bound_to(self, token: str) -> Mapping[str, str]:
        """What a visit's session is bound to, as this process remembers: nothing that the other says counts."""
        return self.visits.bound(token)

    def socket(self) -> type[Any]:
        """The handler of a page's socket."""
        return RelayedPage

    def stop(self) -> None:
        """End the process and all visits."""
        self.supervisor.stop()
        self.visits.clear()


class RelayedPage(PageDoor, RelayedSocket):
    """Opens for the user, workspace and page that the session was made for, and relays what is said."""

    _refused = False

    def __init__(self, web_app: Any, request: Any, *, site: Any, page: PageSpec) -> None:
        self.come_to(web_app, request, site, page)
        super().__init__(web_app, request)

    @property
    def _stage(self) -> Apart:
        return cast("Apart", self.site.stage)

    async def prepare(self) -> None:
        """Refuse whoever is not signed in, or shows a token that is not theirs."""
        await self.let_in()

    async def get(self, *_: Any, **__: Any) -> None:
        """Relay for as long as both ends are there; the visit lasts as long."""
        with self._stage.visits.shown(token_of(self.request)):
            await super().get()

    async def far_end(self, *_: Any, **__: Any) -> FarSocket:
        """The socket of the page where it is drawn."""
        child = self._stage.supervisor.child
        if child is None:
            raise HTTPError(503, "The pages are starting.")
        return await child.peer.websocket(f"/{self.page.key}/ws", ["bokeh", token_of(self.request)])

    @property
    def max_message_size(self) -> int:
        """As much as the browser may send at a time."""
        return MESSAGE_BYTES

    async def on_message(self, message: str | bytes) -> None:
        """Pass on what a page of a browser may say, in its person's turn; whoever says anything else is hung up on."""
        who = self.visitor.current_user.username
        if self._refused:
            return
        await self._stage.pace.wait(who, len(message))
        try:
            judge(message)
        except Unlikely as why:
            self._refused = True
            log.warning("%s sent %d characters to the page %s: %s", who, len(message), self.page.path, why)
            self.close(1008, "A page does not send this.")
        else:
            await super().on_message(message)

    def check_origin(self, origin: str) -> bool:
        """Jupyter's rule: the same host, or what the server's configuration allows."""
        return self.origin_is_ours(origin)


def _told(visit: Visit) -> dict[str, Any]:
    fields = {name: getattr(visit, name) for name in PASSED_ON} | {"query": dict(visit.query)}
    person = TypeAdapter(Person).dump_python(visit.person, mode="json")
    return {"visit": fields, "person": person, "page": visit.page.path}
