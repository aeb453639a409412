"""A page that draws what it loads, follows it, keeps what it shows in its address, and does what people press."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import copy_context
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import urlencode

from markupsafe import Markup

from .controls import CHOOSE
from .drafts import Draft
from .kit import pn
from .languages import tr
from .live import Live
from .navigation import crumbs, ways_out
from .parts import NOTHING, Content, Way, problem, status
from .presence import Fields, Presence
from .shell import markup, page, reveal
from .visit import Failure, Visit

Reply = TypeVar("Reply")
Act = Callable[[Fields], Awaitable[None]]


class View(Generic[Reply]):
    """A page of a visit: says what it loads (`load`), draws it (`show`), and for how long that is `fresh`.

    `asks` names what its address may ask for, with what is meant where it does not; `chosen` is what is asked for now.
    """

    doing: ClassVar[str]
    asks: ClassVar[dict[str, str]] = {}
    fresh: ClassVar[float] = 10.0  # seconds
    wrong: Mapping[str, str] = MappingProxyType({})  # what a form says beside its fields
    draft: Draft[Any] | None = None  # what somebody makes on it; who leaves is asked while that is not saved

    def __init__(self, visit: Visit, *parts: Any, filters: Sequence[Any] = ()) -> None:
        self.visit, self.presence, self.parts = visit, Presence(), parts
        self.chosen = {name: visit.query.get(name, meant) for name, meant in self.asks.items()}
        self.head, self.said, self.trouble = markup(crumbs(visit)), markup(), markup()
        for empty in (self.said, self.trouble):
            self.draw(empty, NOTHING)
        self._reveal(True)
        self._context = copy_context()  # what the page is drawn in: an act comes in one that knows nothing of it
        self.shown, self._busy, self._tasks = False, set[str](), set[asyncio.Task[None]]()
        self.presence.on(CHOOSE, self._chosen)
        head, aside = ([], self.head) if visit.page.in_navigation else ([self.head], None)
        self.shell = page(
            visit, *head, self.said, self.trouble, *parts, presence=self.presence, filters=filters, aside=aside
        )
        self.live: Live[Reply] = Live(self.presence, self.load, self._show, self._fail, self.pause, self.doing)

    def start(self) -> Any:
        """Begin to load and follow; answers what a server serves."""
        self.live.start()
        return self.shell

    @abstractmethod
    async def load(self) -> Reply:
        """Ask for what the page shows, as it is chosen.

        Raises:
            WorkbenchError: it cannot be had; the page says why and tries again.
        """

    @abstractmethod
    def show(self, reply: Reply) -> None:
        """Draw it."""

    def pause(self, reply: Reply) -> float:  # noqa: ARG002 - for pages whose pace depends on it
        """For how many seconds it is fresh, while somebody looks."""
        return self.fresh

    def title(self, label: Content, aside: Content = NOTHING) -> None:
        """Head the page, where it is about one of many things, and with what can be done to it."""
        self.draw(self.head, crumbs(self.visit, label, aside))

    def number(self, name: str) -> int | None:
        """What is chosen as a whole number; None where it is none."""
        text = self.chosen[name]
        return int(text) if text.isdecimal() else None

    def draw(self, pane: Any, part: Content) -> None:
        """Show a part in a pane, or take the pane away where there is nothing to show."""
        reveal(bool(part), pane)
        pane.object = str(part)

    def choose(self, **chosen: str) -> None:
        """Show something else, and say so in the address, so that a link shows the same."""
        self.chosen.update({name: value for name, value in chosen.items() if name in self.asks})
        self.tell_address()
        self.live.refresh()

    def tell_address(self) -> None:
        """Have the address say what is chosen."""
        if pn.state.location is not None:
            chosen = {name: value for name, value in self.chosen.items() if value != self.asks[name]}
            asked = urlencode(chosen | self.visit.framing)
            pn.state.location.search = f"?{asked}" if asked else ""

    def on(self, act: str, do: Act, said: Content = NOTHING) -> None:
        """Have an act done, one at a time; the page says what came of it and loads again."""
        self.presence.on(act, lambda fields: self._begin(act, do, fields, said))

    def say(self, text: Content) -> None:
        """Tell what came of something; nothing takes it away."""
        self.draw(self.said, text)

    def _chosen(self, fields: Fields) -> None:
        back = {} if "cursor" in fields else {"cursor": ""}
        self.choose(**(back | dict(fields)))

    def _begin(self, act: str, do: Act, fields: Fields, said: Content) -> None:
        if act in self._busy:
            return
        self._busy.add(act)
        task = asyncio.get_running_loop().create_task(self._do(act, do, fields, said), context=self._context)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, act: str, do: Act, fields: Fields, said: Content) -> None:
        before = self.said.object
        try:
            await do(fields)
        except Exception as error:  # noqa: BLE001 - whatever it was, the page says so
            failure = Failure.of(error, f"{act} on {self.doing}")
            told = problem(
                failure.title, failure.detail, failure.fix, failure.correlation_id, faults=failure.faults
            )  # fmt: skip
            self.say(told)
            self.presence.answer(act, failure.faults, failure.detail)
        else:
            self.presence.answer(act, [(f"/{name}", text) for name, text in self.wrong.items()])
            if said or self.said.object == before:  # what another act told meanwhile stays
                self.say(done(said) if said else NOTHING)
        finally:
            self._busy.discard(act)
            self.presence.unsaved = self.draft is not None and self.draft.unsaved
            self.live.refresh()

    def _show(self, reply: Reply) -> None:
        self.draw(self.trouble, NOTHING)
        if not self.shown:
            self._reveal(True)
        self.shown = True
        self.show(reply)

    def _reveal(self, shown: bool) -> None:
        """Show the parts or none; one that has nothing to show takes no room between the others."""
        for part in self.parts:
            reveal(shown and getattr(part, "object", part) != "", part)

    def ways_out(self, failure: Failure) -> list[Way]:
        """Where to go from the page where it cannot be shown."""
        return ways_out(self.visit, refused=failure.refused)

    def _fail(self, failure: Failure) -> None:
        self._reveal(self.shown)
        note = tr("What you see below is from before.") + " " if self.shown else NOTHING
        ways = self.ways_out(failure)
        text = problem(failure.title, note + failure.detail, failure.fix, failure.correlation_id, *ways)
        self.draw(self.trouble, text)


def done(text: Content) -> Markup:
    """A sentence about what was done, which is read aloud."""
    return Markup('<div class="done" role="status">{}</div>').format(status("ok", text))
