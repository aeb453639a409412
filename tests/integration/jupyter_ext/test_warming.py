"""What first pages need is read beforehand, and not while they start."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from jupyter_ext.pages import warming
from workbench.domains.docs.service import library
from workbench.domains.pipelines.service import templates


def test_documents_and_templates_are_read_once_pages_can_be_drawn(monkeypatch):
    """A search finds them at hand."""
    monkeypatch.setattr(warming, "AGAIN_SECONDS", 0.01)
    kept = library.documents, templates.shipped
    for one in kept:
        one.cache_clear()
    stage = SimpleNamespace(ready=False)

    async def started() -> list[int]:
        task = asyncio.ensure_future(warming.warm(stage))
        await asyncio.sleep(0.1)
        before = [one.cache_info().currsize for one in kept]
        stage.ready = True
        await task
        return before

    assert (asyncio.run(started()), [one.cache_info().currsize for one in kept]) == ([0, 0], [1, 1])
