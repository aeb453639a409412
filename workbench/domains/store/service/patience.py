"""A commit that cannot be completed now is tried again, ever less often, and complained of once for each cause."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

FIRST_SECONDS, LONGEST_SECONDS = 1.0, 300.0


@dataclass(frozen=True, slots=True)
class _Failure:
    cause: str
    pause: float
    due: float


class Patience:
    """Which commits could not be completed by this process, and when it is to try each again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: dict[UUID, _Failure] = {}

    def due(self, commit_id: UUID) -> bool:
        """Whether a commit is to be tried now."""
        with self._lock:
            known = self._failed.get(commit_id)
            return known is None or self._clock() >= known.due

    def failed(self, commit_id: UUID, error: Exception) -> bool:
        """Wait twice as long as the last time; says whether it failed for another cause then, or had not failed yet."""
        cause = f"{type(error).__name__}: {error}"
        with self._lock:
            known = self._failed.get(commit_id)
            pause = min(2 * known.pause, LONGEST_SECONDS) if known else FIRST_SECONDS
            self._failed[commit_id] = _Failure(cause, pause, self._clock() + pause)
            return known is None or known.cause != cause

    def succeeded(self, commit_id: UUID) -> None:
        """Forget a commit."""
        with self._lock:
            self._failed.pop(commit_id, None)
