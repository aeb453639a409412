"""What time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def uptime() -> float:
    """Seconds since the machine was started; goes on while it sleeps and never jumps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
