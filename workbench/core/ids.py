"""Identifiers that sort by the time they were made."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7

SHORTEST_ID = 13  # characters of an id that are shown where it is shortened: the millisecond


def new_id() -> UUID:
    """A UUID, version 7 (RFC 9562)."""
    return uuid7()


def as_id(text: str) -> UUID | None:
    """The id written as `text`, or None where it is something else, such as a name."""
    try:
        return UUID(text)
    except ValueError:
        return None
