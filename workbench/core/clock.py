"""What time it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def late(as_of: datetime | None, hours: float | None) -> bool:
    """Whether data are older than they may be; never where either is not known."""
    return as_of is not None and hours is not None and now() - as_of > timedelta(hours=hours)
