"""Sets of names, written as globs whose only sign is `*`; their intersections are exact."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from workbench.core.errors import Invalid

Globs = frozenset[str]
EVERYTHING: Globs = frozenset({"*"})
NOTHING: Globs = frozenset()
MOST_STARS = 3
_FORM = re.compile(r"[\w.*-]{1,200}")
_RUN = re.compile(r"\*{2,}")


def checked(globs: Iterable[str], field: str) -> Globs:
    """Globs as people write them, if they are of the form that rights are computed with.

    Raises:
        Invalid: naming each that is not.
    """
    given = list(globs)
    errors = [
        {"pointer": f"/{field}/{place}", "message": f"{glob!r} is not a name with at most {MOST_STARS} stars in it"}
        for place, glob in enumerate(given)
        if not _FORM.fullmatch(glob) or _RUN.sub("*", glob).count("*") > MOST_STARS
    ]
    if errors:
        raise Invalid(
            f"These are no tables or connectors: {'; '.join(error['message'] for error in errors[:5])}.",
            fix="Write a table as `flights` or `flights_*`, and what a connector holds as `crm.orders` or `crm.*`.",
            code="bad_globs",
            errors=errors,
        )
    return reduced(given)


def matches(name: str, globs: Iterable[str]) -> bool:
    """Whether one of the globs matches a name."""
    return any(_within(name, glob) for glob in globs)


def covers(wide: Iterable[str], narrow: str) -> bool:
    """Whether everything that a glob matches is matched by another one."""
    # A star in `narrow` is matched like any sign: only a star can take it.
    return any(_within(narrow, glob) for glob in wide)


def both(one: Globs, other: Globs) -> Globs:
    """What both sets match."""
    return reduced(glob for first in one for second in other for glob in _meet(first, second))


def narrowed(granted: Iterable[str], held: Iterable[str]) -> tuple[str, ...]:
    """What was granted once, as far as it is held now."""
    return tuple(sorted(both(frozenset(granted), frozenset(held))))


def reduced(globs: Iterable[str]) -> Globs:
    """The set without globs that another one covers."""
    kept = {_RUN.sub("*", glob) for glob in globs}
    for glob in sorted(kept):
        if covers(kept - {glob}, glob):
            kept.remove(glob)
    return frozenset(kept)


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, glob.split("*"))), re.DOTALL)


def _within(name: str, glob: str) -> bool:
    return _pattern(glob).fullmatch(name) is not None


def _meet(one: str, other: str) -> Globs:
    @cache
    def meet(i: int, j: int) -> Globs:
        """The globs of what both `one[i:]` and `other[j:]` match."""
        if i == len(one) or j == len(other):
            return frozenset({""}) if set(one[i:] + other[j:]) <= {"*"} else NOTHING
        first, second = one[i], other[j]
        if first == second == "*":
            return _starting("*", meet(i + 1, j) | meet(i, j + 1))
        if first == "*":
            return meet(i + 1, j) | _starting(second, meet(i, j + 1))
        if second == "*":
            return meet(i, j + 1) | _starting(first, meet(i + 1, j))
        return _starting(first, meet(i + 1, j + 1)) if first == second else NOTHING

    return reduced(meet(0, 0))


def _starting(sign: str, globs: Globs) -> Globs:
    return frozenset(glob if sign == "*" and glob.startswith("*") else sign + glob for glob in globs)
