"""Lets tests that measure run alone, although others run in parallel processes."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def pass_through(folder: Path, *, alone: bool) -> Iterator[None]:
    """Hold the room: shared with other tests, or alone.

    Everyone passes a turnstile before entering the room. Who wants to be alone stays in the turnstile while the room
    empties, so that newcomers cannot keep him waiting for ever.
    """
    with (folder / "turnstile.lock").open("a") as turnstile, (folder / "room.lock").open("a") as room:
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        if not alone:
            fcntl.flock(turnstile, fcntl.LOCK_UN)
        yield
