"""How people are called, in lists and on pages alike."""

from __future__ import annotations


def who(name: str) -> str:
    """Whom the name of a principal means, as people call her: by her address, or as a token of hers."""
    address, _, token = name.removeprefix("user:").partition("/token:")
    return f"{address}, by a token" if token else address
