"""What time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


@cache
def boot_id() -> str:
    """A name for this machine since it was started; process ids mean something only within it."""
    source = Path("/proc/sys/kernel/random/boot_id")
    return source.read_text().strip() if source.exists() else "unknown-boot"


def uptime() -> float:
    """Seconds since the machine was started; goes on while it sleeps and never jumps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
