"""Parts that load, show what came or why nothing did, and follow while somebody looks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic, TypeVar

from .first import await_first
from .kit import pn
from .presence import Presence
from .ready import when_ready
from .visit import Failure

Reply = TypeVar("Reply")
FIRST_RETRY, LAST_RETRY = 2.0, 30.0


class Live(Generic[Reply]):
    """Loads at once, then again and again while the document is visible.

    `load` asks, off the event loop; `show` and `fail` draw, holding the document; `pause` says for how many seconds
    what was loaded is fresh. The page's document waits a little for what is shown first; what takes longer, such as a
    plot, is asked for by `more`, after which `show` is called again.
    """

    def __init__(
        self, presence: Presence, load: Callable[[], Awaitable[Reply]], show: Callable[[Reply], None],
        fail: Callable[[Failure], None], pause: Callable[[Reply], float], doing: str,
        more: Callable[[Reply], Awaitable[bool]] | None = None,
    ) -> None:  # fmt: skip
        self._load, self._show, self._fail, self._pause, self._doing = load, show, fail, pause, doing
        self._more, self._presence, self._document = more, presence, pn.state.curdoc
        self._looked_at, self._asked = asyncio.Event(), asyncio.Event()
        self._retry, self._said = FIRST_RETRY, ""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; ends with the session."""
        self._first = await_first()
        self._presence.param.watch(lambda event: self._look(event.new), "watched")
        self._task = asyncio.get_running_loop().create_task(self._follow())
        pn.state.on_session_destroyed(lambda _: self.stop())

    def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()

    def refresh(self) -> None:
        """Load again now, because what is asked for changed."""
        self._asked.set()

    def _look(self, watched: bool) -> None:
        if watched:
            self._looked_at.set()
        else:
            self._looked_at.clear()

    async def _follow(self) -> None:
        while True:
            self._asked.clear()
            pause = await self._turn()
            try:
                await asyncio.wait_for(self._asked.wait(), pause)
            except TimeoutError:
                await self._looked_at.wait()

    async def _turn(self) -> float:
        try:
            reply = await self._load()
            self._draw(partial(self._show, reply))
            if self._more is not None and await self._more(reply):
                self._draw(partial(self._show, reply))
        except Exception as error:  # noqa: BLE001 - whatever it was, the page says so and tries again
            self._say(error)
            self._retry = min(self._retry * 2, LAST_RETRY)
            return self._retry
        self._retry, self._said = FIRST_RETRY, ""
        return self._pause(reply)

    def _say(self, error: Exception) -> None:
        """Show and log a failure once, under one id, however often it comes back."""
        if repr(error) != self._said:
            self._said = repr(error)
            self._draw(partial(self._fail, Failure.of(error, self._doing)))

    def _draw(self, draw: Callable[[], None]) -> None:
        self._document.add_next_tick_callback(partial(when_ready, partial(self._drawn, draw)))

    def _drawn(self, draw: Callable[[], None]) -> None:
        try:
            draw()
        except Exception as error:  # noqa: BLE001 - a blank page would be worse than an apology
            self._fail(Failure.of(error, self._doing))
        self._first.set()
