"""What the fields of a page's form offer, found out beside the page: a connector may be far away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from markupsafe import Markup

from workbench.core.naming import Naming, Offer, Sources, kinds_of

from .languages import tr
from .parts import NOTHING
from .visit import Visit

PATIENCE = 0.3  # seconds for which a page waits for a connector before it shows itself


class Offering:
    """Asks on behalf of one form, which `again` shows once more as soon as a connector that took long has answered."""

    def __init__(self, visit: Visit, again: Callable[[], None]) -> None:
        self.offered: Offer = {}
        self._visit, self._again, self._naming = visit, again, Naming(visit.caller)
        self._sources: Sources | None = None  # for which `offered` is
        self._asking: asyncio.Task[None] | None = None

    @property
    def note(self) -> Markup:
        """Which connector has yet to answer, after which the form is drawn anew; nothing where none has."""
        if self._sources is None or self._asking is None or self._asking.done():
            return NOTHING
        return Markup('<span class="muted" role="status" data-awaits>{}</span>').format(
            tr("Asking {connector} what it holds …", connector=self._sources.connector)
        )

    async def learn(self, schema: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Find out what is offered where `values` are filled in; not again for the same form and choices."""
        sources = Sources.of(kinds_of(schema), values)
        if sources == self._sources:
            return
        self._sources = sources
        if self._asking is not None:
            self._asking.cancel()
        self.offered = await self._visit.in_thread(partial(self._naming.offered, sources, far=False))
        if not self._naming.knows(sources):
            self._asking = asyncio.get_running_loop().create_task(self._ask(sources))
            await asyncio.wait({self._asking}, timeout=PATIENCE)
            if not self._asking.done():
                self._asking.add_done_callback(self._answered)

    async def _ask(self, sources: Sources) -> None:
        self.offered = await self._visit.in_thread(partial(self._naming.offered, sources))

    def _answered(self, asking: asyncio.Task[None]) -> None:
        if not asking.cancelled():
            self._again()
