"""What a page's document waits for: a page that is sent with what one came for needs no second look at the server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

PATIENCE = 1.0  # seconds; whoever waits for longer sees the bones of the page meanwhile
_firsts: ContextVar[Firsts | None] = ContextVar("workbench_firsts", default=None)


@dataclass(slots=True)
class Firsts:
    """The parts of a page that load, each with the moment at which it showed something."""

    shown: list[asyncio.Event] = field(default_factory=list)

    async def come(self, seconds: float = PATIENCE) -> bool:
        """Wait until all have shown something, or for so long; whether they did."""
        try:
            async with asyncio.timeout(seconds):
                for one in self.shown:
                    await one.wait()
        except TimeoutError:
            return False
        return True


@contextmanager
def firsts() -> Iterator[Firsts]:
    """Collect what a page that is drawn meanwhile waits for."""
    found = Firsts()
    before = _firsts.set(found)
    try:
        yield found
    finally:
        _firsts.reset(before)


def await_first() -> asyncio.Event:
    """Have the document that is being drawn wait for a part; to be set once that shows something."""
    event = asyncio.Event()
    if (found := _firsts.get()) is not None:
        found.shown.append(event)
    return event
