"""How much a person may say to her pages: more of it waits, so that nobody keeps busy what draws for all.

Whatever is said costs some milliseconds of the server's event loop and of the process where all pages live, through
however many sockets it comes. What a person does by hand never waits.
"""

from __future__ import annotations

import asyncio
import time

CHARACTERS_A_SECOND = 1024 * 1024
MESSAGE_COST = 4096  # characters, or bytes, that a message counts beyond its own: a short one costs time, too
AHEAD_SECONDS = 4.0  # worth of messages that may come at once


class Pace:
    """Counts by person; the generic cell rate algorithm (ITU-T I.371), where what comes too early waits."""

    def __init__(self) -> None:
        self._paid_until: dict[str, float] = {}

    async def wait(self, person: str, size: int) -> None:
        """Return once a message of so many characters, or bytes, is due."""
        now = time.monotonic()
        due = max(now, self._paid_until.get(person, now))
        self._paid_until[person] = due + (MESSAGE_COST + size) / CHARACTERS_A_SECOND
        if (early := due - now - AHEAD_SECONDS) > 0:
            await asyncio.sleep(early)
