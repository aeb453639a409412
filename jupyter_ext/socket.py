"""The stream of events: everything after a sequence number in order, then what happens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from workbench.core.errors import Invalid, NotPermitted, WorkbenchError

from .face import Face
from .handler import in_pool
from .hub import Hub, read
from .identity import Identify, nobody

if TYPE_CHECKING:
    from workbench.core.workbench import Workbench

    from .opening import Opening

QUEUE = 1000
LOST, SLOW, RESTART = 4001, 4008, 1012
PERMISSION = "events:receive"
LARGEST = 2**63 - 1


class EventSocket(WebSocketMixin, WebSocketHandler, Face):
    """Serves `<base_url>/workbench/api/v1/events?since=SEQ`.

    The first message is `stream.opened` with the oldest and newest number there is: a client that finds `oldest` beyond
    what it has seen has missed events that were cleaned up. Closed with 4008, a client reconnects with the last
    sequence it has seen; with 4001, it signs in again.
    """

    _task: asyncio.Task[None] | None = None

    def initialize(self, opening: Opening, hub_of: Callable[[Workbench], Hub]) -> None:  # type: ignore[override]
        super().initialize(opening)
        self._hub_of = hub_of
        self._queue: asyncio.Queue[str] = asyncio.Queue(QUEUE)
        self._cursor = 0  # the last event that was sent or waits to be

    @allow_unauthenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Open the stream, or say in a problem why not."""
        self._workbench = await self.opening.opened()
        if self.identify is None:
            raise nobody()
        self.who: Identify = self.identify
        since = self._since()
        self._oldest, self._newest = await in_pool(self._workbench.pools.gate, self._bounds)
        self._cursor = self._newest if since is None else min(since, self._newest)
        await super().get(*args, **kwargs)

    def open(self, *args: Any, **kwargs: Any) -> None:
        """Begin to send."""
        from workbench.core import metrics

        super().open(*args, **kwargs)
        metrics.count_client(1)
        self._hub = self._hub_of(self._workbench)
        self._task = asyncio.get_running_loop().create_task(self._send())

    def on_message(self, message: str | bytes) -> None:
        """Clients have nothing to say here."""

    def on_close(self) -> None:
        """Hear no more."""
        from workbench.core import metrics

        if self._task is not None:
            metrics.count_client(-1)
            self._hub.leave(self)
            self._task.cancel()
            self._task = None

    def offer(self, messages: Sequence[tuple[int, str]]) -> None:
        """Queue events that are new here; a client for which too many wait is sent away, to come back for them."""
        for sequence, text in messages:
            if sequence <= self._cursor:
                continue
            try:
                self._queue.put_nowait(text)
            except asyncio.QueueFull:
                self._hub.leave(self)
                self.close(SLOW, "too slow: reconnect with the last sequence as ?since=")
                return
            self._cursor = sequence

    def dismiss(self, error: WorkbenchError) -> None:
        """Close: whoever listens may not any more."""
        self._hub.leave(self)
        self.close(LOST, error.code[:120])

    def farewell(self) -> None:
        """Close: the server stops."""
        self._hub.leave(self)
        self.close(RESTART, "the server stops")

    async def _send(self) -> None:
        try:
            await self.write_message(self._greeting())
            await self._catch_up()
            while True:
                await self.write_message(await self._queue.get())
        except WebSocketClosedError:
            self.on_close()
        except WorkbenchError as error:
            self.close(RESTART, error.code[:120])

    async def _catch_up(self) -> None:
        while True:
            (news,) = await in_pool(self._workbench.pools.gate, read, self._workbench, self._cursor, [self.who])
            if news.refused is not None:
                return self.dismiss(news.refused)
            for _, text in news.messages:
                await self.write_message(text)
            self._cursor = news.upto
            if not news.more and self._hub.join(self, self._cursor):
                return None

    def _greeting(self) -> str:
        data = {"oldest": self._oldest, "newest": self._newest}
        return json.dumps({"sequence": self._cursor, "name": "stream.opened", "data": data})

    def _since(self) -> int | None:
        text = self.get_query_argument("since", None)
        if text is None:
            return None
        if not text.isascii() or not text.isdigit() or int(text[:20]) > LARGEST:
            raise Invalid(
                f"since is {text[:40]!r}, which is no sequence number.",
                fix="Send the sequence of the last event you have seen, or 0 for all.",
                errors=[{"pointer": "/since", "message": "not a sequence number"}],
            )
        return int(text)

    def _bounds(self) -> tuple[int, int]:
        """The numbers of the oldest and the newest event, for somebody who may hear events; in a thread."""
        from sqlalchemy import func, select

        from workbench.core import events
        from workbench.core.permissions import Level

        with self._workbench.read() as db:
            principal = self.who(self._workbench, db)
            if self._workbench.installation_context(principal).level(PERMISSION) is Level.NONE:
                raise NotPermitted("The token's scopes leave out events:receive.", fix="Use a token that has it.")
            oldest = db.execute(select(func.min(events.Event.sequence))).scalar_one_or_none()
            newest = events.newest(db)
        return (oldest if oldest is not None else newest + 1), newest
