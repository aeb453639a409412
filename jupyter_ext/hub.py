"""Hands committed events to those who listen: one reader for all of them, and only what each may hear."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from workbench.core.errors import NotAuthenticated, NotFound, NotPermitted, WorkbenchError

from .identity import Identify

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workbench.core.context import Principal
    from workbench.core.events import Event
    from workbench.core.permissions import Level
    from workbench.core.workbench import Workbench

log = logging.getLogger("workbench.events")

POLL_SECONDS = 0.5
BATCH = 500


class Listener(Protocol):
    """Somebody who listens; called on the event loop."""

    who: Identify

    def offer(self, messages: Sequence[tuple[int, str]]) -> None:
        """Take events as (sequence, JSON), without waiting."""

    def dismiss(self, error: WorkbenchError) -> None:
        """Listen no longer: the caller has lost the right to."""

    def farewell(self) -> None:
        """Listen no longer: the server stops."""


@dataclass(frozen=True, slots=True)
class News:
    """What one listener may hear up to a number, whether `more` follows, and why it may hear nothing at all."""

    upto: int
    more: bool
    messages: list[tuple[int, str]]
    refused: WorkbenchError | None = None


class Hub:
    """The listeners of one server."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._heard: dict[Listener, int] = {}  # up to which number each has heard
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._unsubscribe = workbench.on_commit(self._nudge)
        self._task = self._loop.create_task(self._watch())

    def join(self, listener: Listener, cursor: int) -> bool:
        """Let a listener hear what follows `cursor`; False where it must first catch up with the others."""
        if cursor < min(self._heard.values(), default=0):
            return False
        self._heard[listener] = cursor
        self._wake.set()
        return True

    def leave(self, listener: Listener) -> None:
        """Hear no more."""
        self._heard.pop(listener, None)

    def stop(self) -> None:
        """Stop reading, and send everybody away."""
        self._unsubscribe()
        self._task.cancel()
        for listener in list(self._heard):
            listener.farewell()

    def _nudge(self) -> None:
        self._loop.call_soon_threadsafe(self._wake.set)

    async def _watch(self) -> None:
        while True:
            with suppress(TimeoutError):  # other processes of the home cannot wake us
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            self._wake.clear()
            try:
                await self._hand_out()
            except WorkbenchError as error:
                log.warning("events wait: %s", error)
            except Exception:
                log.exception("events wait")

    async def _hand_out(self) -> None:
        if not (listeners := list(self._heard)):
            return
        after = min(self._heard.values())  # whoever joins during the read is not passed over by it
        identities = [listener.who for listener in listeners]
        work = self._workbench.pools.gate.submit(read, self._workbench, after, identities)
        heard = await asyncio.wrap_future(work)
        for listener, news in zip(listeners, heard, strict=True):
            if news.refused is not None:
                listener.dismiss(news.refused)
            elif listener in self._heard:
                self._heard[listener] = max(self._heard[listener], news.upto)
                listener.offer(news.messages)
        if heard[0].more:
            self._wake.set()


def read(workbench: Workbench, after: int, identities: Sequence[Identify]) -> list[News]:
    """For each identity what it may hear of the next events."""
    from workbench.core import clock, events, latest

    with workbench.read() as db:
        batch = events.since(db, after, limit=BATCH)
        if batch:
            latest.EVENTS.note("events", (clock.now() - batch[0].at).total_seconds())
        more = len(batch) == BATCH
        upto = batch[-1].sequence if more else max(after, events.newest(db))  # the newest may be cleaned up already
        texts = {event.sequence: message(event) for event in batch}

        def news(identify: Identify) -> News:
            try:
                heard = audible(workbench, db, identify(workbench, db), batch) if batch else []
            except (NotAuthenticated, NotPermitted, NotFound) as error:
                return News(upto, more, [], error)
            return News(upto, more, [(event.sequence, texts[event.sequence]) for event in heard])

        return [news(identify) for identify in identities]


def audible(workbench: Workbench, db: Session, principal: Principal, batch: Iterable[Event]) -> list[Event]:
    """The events that a principal may hear: by the permission each names, then by owner and share."""
    from workbench.core.permissions import PERMISSIONS, Level

    shared = _Shared(workbench, db, principal)

    def may_hear(event: Event) -> bool:
        reach = _level(workbench, principal, event)
        if reach in (Level.W, Level.NONE):
            return reach is Level.W
        own = event.owner_id is not None and event.owner_id == principal.user_id
        return (own and PERMISSIONS[event.permission].reaches_own(reach)) or event.object_id in shared.ids(event)

    return [event for event in batch if may_hear(event)]


def _level(workbench: Workbench, principal: Principal, event: Event) -> Level:
    from workbench.core.context import Context, WorkspaceRef
    from workbench.core.permissions import PERMISSIONS, Level

    if event.permission not in PERMISSIONS:
        return Level.NONE  # of another release; what nobody knows, nobody hears
    workspace = WorkspaceRef(event.workspace_id or UUID(int=0), "")
    return Context(workbench, principal, workspace).level(event.permission)


class _Shared:
    """What was shared with a principal, looked up once for a batch."""

    def __init__(self, workbench: Workbench, db: Session, principal: Principal) -> None:
        self._workbench, self._db, self._principal = workbench, db, principal
        self._known: dict[tuple[Any, ...], set[UUID]] = {}

    def ids(self, event: Event) -> set[UUID]:
        """The ids of the objects of the event's kind that were shared so that the event may be heard."""
        from workbench.core.permissions import PERMISSIONS

        if event.workspace_id is None:
            return set()
        right = PERMISSIONS[event.permission].share_right
        key = (event.workspace_id, event.object_type, right)
        if key not in self._known:
            query = self._workbench.shares.shared_ids(self._principal, event.workspace_id, event.object_type, right)
            self._known[key] = set(self._db.scalars(query))
        return self._known[key]


def message(event: Event) -> str:
    """An event as it is sent."""
    return json.dumps(
        {
            "sequence": event.sequence,
            "at": event.at.isoformat(),
            "name": event.name,
            "workspace_id": str(event.workspace_id) if event.workspace_id else None,
            "object_type": event.object_type,
            "object_id": str(event.object_id) if event.object_id else None,
            "data": event.data,
        },
        default=str,
    )
