"""What took how long lately in this process: the latest of each name, from which percentiles are told exactly."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from .clock import now

LATEST: Final = 500  # durations that are kept of a name
SLOW_SECONDS: Final = 1.0
SLOW: Final = 50  # slow ones that are kept
SINCE: Final = now()  # about when the process began


@dataclass(frozen=True, slots=True)
class Slow:
    """Something that took long; `correlation_id` finds it in log and audit trail."""

    at: datetime
    name: str
    outcome: str
    seconds: float
    correlation_id: str


@dataclass(slots=True)
class Series:
    """How often something was done since the process began, how often in vain, and what the latest took."""

    count: int = 0
    errors: int = 0
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=LATEST))


class Latest:
    """What one kind of thing took, by name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._series: dict[str, Series] = {}
        self._slow: deque[Slow] = deque(maxlen=SLOW)

    def note(self, name: str, seconds: float, outcome: str = "done", correlation_id: str = "") -> None:
        """Keep what something took and how it ended."""
        with self._lock:
            series = self._series.setdefault(name, Series())
            series.count += 1
            series.errors += outcome == "failed"
            series.seconds.append(seconds)
            if seconds >= SLOW_SECONDS:
                self._slow.append(Slow(now(), name, outcome, seconds, correlation_id))

    def series(self) -> dict[str, Series]:
        """All of them as they are now, by name."""
        with self._lock:
            return {name: Series(one.count, one.errors, one.seconds.copy()) for name, one in self._series.items()}

    def slow(self) -> list[Slow]:
        """The latest that took long, the newest first."""
        with self._lock:
            return list(self._slow)[::-1]


OPERATIONS, PAGES, EVENTS = Latest(), Latest(), Latest()
