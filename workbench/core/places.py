"""Places that there are few of, of which nobody takes all: each holder has so many at most."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .errors import Throttled

STALL_SECONDS = 15.0  # for which a place may be held without use while somebody else wants one


class Place:
    """A place that somebody holds; `end` is what ends its use."""

    def __init__(self, holder: str, end: Callable[[], None]) -> None:
        self.holder, self.end = holder, end
        self.unused_since: float | None = None
        self.lost = False  # whether it was given to somebody else

    def rest(self) -> None:
        """It is not used from now on, until `resume`: whoever holds it does something else."""
        self.unused_since = time.monotonic()

    def resume(self) -> None:
        """It is used again."""
        self.unused_since = None


class Places:
    """So many places in all, and so many for one holder. Where none is free, what was unused for long is taken away."""

    def __init__(self, what: str, in_all: int, each: int) -> None:
        self._what, self._in_all, self._each = what, in_all, each
        self._lock = threading.Lock()
        self._taken: set[Place] = set()

    def take(self, holder: str, end: Callable[[], None] = lambda: None) -> Place:
        """A place, to be given back by `free`; `end` may be called from any thread, where it was unused for long.

        Raises:
            Throttled: none is free, or the holder has as many as she may.
        """
        made, old = Place(holder, end), None
        with self._lock:
            hers = [place for place in self._taken if place.holder == holder]
            full = len(self._taken) >= self._in_all
            if full or len(hers) >= self._each:
                old = self._longest_unused(hers if len(hers) >= self._each else list(self._taken))
                if old is None:
                    raise self._refusal(full=full, hers=len(hers))
                self._taken.discard(old)
                old.lost = True
            self._taken.add(made)
        if old is not None:
            old.end()
        return made

    def free(self, place: Place) -> None:
        """Give a place back; nothing happens where it was taken away."""
        with self._lock:
            self._taken.discard(place)

    @staticmethod
    def _longest_unused(places: list[Place]) -> Place | None:
        before = time.monotonic() - STALL_SECONDS
        unused = [(since, place) for place in places if (since := place.unused_since) is not None and since < before]
        return min(unused, key=lambda one: one[0])[1] if unused else None

    def _refusal(self, *, full: bool, hers: int) -> Throttled:
        if full and hers < self._each:
            return Throttled(f"Too many {self._what} are under way already.", fix="Try again.", retry_after=1)
        return _too_many(self._what, hers)


class Turns:
    """Places that are waited for, oldest first: so many in all, and so many at once of one holder.

    Whoever waits holds a thread, so a holder has only so many that wait.
    """

    def __init__(self, what: str, in_all: int, each: int, waiting: int) -> None:
        self._what, self._in_all, self._each, self._most = what, in_all, each, each + waiting
        self._changed = threading.Condition()
        self._having: Counter[str] = Counter()
        self._waiting: list[list[str]] = []  # of one holder each, told apart by identity

    @contextmanager
    def turn(self, holder: str) -> Iterator[None]:
        """Wait until a place is free and the holder may have another; it is hers for the block.

        Raises:
            Throttled: the holder has as many under way, waiting ones counted, as she may.
        """
        mine = [holder]
        with self._changed:
            hers = self._having[holder] + self._waiting.count(mine)
            if hers >= self._most:
                raise _too_many(self._what, hers)
            self._waiting.append(mine)
            try:
                self._changed.wait_for(lambda: self._next() is mine)
                self._having[holder] += 1
            finally:
                self._waiting = [other for other in self._waiting if other is not mine]
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._having -= Counter([holder])  # which forgets whoever has none
                self._changed.notify_all()

    def _next(self) -> list[str] | None:
        if self._having.total() >= self._in_all:
            return None
        return next((one for one in self._waiting if self._having[one[0]] < self._each), None)


def _too_many(what: str, hers: int) -> Throttled:
    return Throttled(
        f"You have {hers} {what} under way already, as many as one may have at once.",
        fix="Try again when one of them has ended.", retry_after=1,
    )  # fmt: skip
