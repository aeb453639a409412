"""What somebody may have meant who mistyped a name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def meant(given: str, known: Iterable[str]) -> str | None:
    """The name that is most like what was given, if any is; pass only names that the one who asks may know."""
    return next(iter(difflib.get_close_matches(given[:80], list(known), n=1)), None)


def hint(given: str, known: Iterable[str], otherwise: str) -> str:
    """The fix for an unknown name: the one that may have been meant, else another sentence."""
    close = meant(given, known)
    return f"Did you mean {close!r}?" if close else otherwise
