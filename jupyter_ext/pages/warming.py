"""What the first pages and searches need, read once pages can be drawn and while nobody waits for it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from workbench.core.errors import Unavailable

if TYPE_CHECKING:
    from .stage import Stage

AGAIN_SECONDS = 0.5


async def warm(stage: Stage) -> None:
    """Wait for the stage, whose own start this would hold up, and read in a thread."""
    while not stage.ready:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(AGAIN_SECONDS)
    await asyncio.get_running_loop().run_in_executor(None, read)


def read() -> None:
    """Prepare the tables' classes and the store's driver, and read the documents and the templates, which are kept."""
    from sqlalchemy.orm import configure_mappers

    from workbench.domains.docs.service import library
    from workbench.domains.pipelines.service import templates
    from workbench.domains.store.drivers import delta  # noqa: F401 - alone takes a tenth of a second

    configure_mappers()
    for kept in (library.documents, templates.shipped):
        with contextlib.suppress(Unavailable):  # whoever asks for them is told
            kept()
