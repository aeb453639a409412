"""The one reader of events: who joins at an awkward moment misses nothing."""

from __future__ import annotations

import asyncio
import threading

from jupyter_ext import hub
from workbench.core import events
from workbench.domains.access import service


class Ear:
    """A listener who writes down what it is offered."""

    def __init__(self, workbench):
        with workbench.read() as db:
            owner = service.os_principal(db)
        self.who = lambda *_: owner
        self.heard: list[int] = []
        self.told = asyncio.Event()

    def offer(self, messages):
        """Write down the numbers."""
        self.heard += [sequence for sequence, _ in messages]
        if self.heard:
            self.told.set()


def test_who_joins_during_a_read_hears_what_the_read_found(workbench, monkeypatch):
    """An event that a read under way has found already reaches a listener who joins before the read is handed out."""
    found, go_on = threading.Event(), threading.Event()
    reading = hub.read

    def slow(*args):
        news = reading(*args)
        if news[0].messages:
            found.set()
            go_on.wait(10)
        return news

    monkeypatch.setattr(hub, "read", slow)
    first, second = Ear(workbench), Ear(workbench)
    with workbench.read() as db:
        before, workspace = events.newest(db), next(iter(service.os_principal(db).roles))

    async def scene():
        told = hub.Hub(workbench)
        assert told.join(first, before)
        with workbench.unit_of_work() as db:
            events.emit(db, "thing.made", workspace_id=workspace, object_id=None, permission="runs:read")
        await asyncio.to_thread(found.wait, 10)
        assert told.join(second, before)
        go_on.set()
        await asyncio.wait_for(second.told.wait(), 10)
        told.leave(first)
        told.leave(second)
        told.stop()

    asyncio.run(scene())

    assert (set(first.heard), second.heard) == ({before + 1}, [before + 1])
