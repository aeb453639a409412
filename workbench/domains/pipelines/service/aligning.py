"""What stays of a sequence that became another, found with an effort that grows with their lengths alone."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

MOST_CHANGES = 300  # items that come and go, beyond which what lies between the common ends counts as changed

Places = list[tuple[int, int]]


def staying(before: Sequence[Hashable], after: Sequence[Hashable]) -> Places:
    """The places, in both, of what stays where as little as possible comes and goes, in their order."""
    known: dict[Hashable, int] = {}
    old, new = ([known.setdefault(item, len(known)) for item in items] for items in (before, after))
    shorter = min(len(old), len(new))
    first = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    left = shorter - first
    last = next((at for at in range(left) if old[-1 - at] != new[-1 - at]), left)
    middle = _traced(old[first : len(old) - last], new[first : len(new) - last])
    return [
        *((at, at) for at in range(first)),
        *((first + i, first + j) for i, j in middle),
        *((len(old) - at, len(new) - at) for at in range(last, 0, -1)),
    ]


def _traced(old: Sequence[int], new: Sequence[int]) -> Places:
    """Myers' greedy algorithm (1986): `reached` is how far each diagonal leads with so many changes."""
    reached, history = {1: 0}, []
    for changes in range(min(len(old) + len(new), MOST_CHANGES) + 1):
        history.append(dict(reached))
        for diagonal in range(-changes, changes + 1, 2):
            x = _begun(reached, diagonal, changes)[0]
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            reached[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _back(history, len(old), len(new))
    return []


def _begun(reached: dict[int, int], diagonal: int, changes: int) -> tuple[int, int]:
    """Where a diagonal begins after the last of so many changes, and from which diagonal one came."""
    down = diagonal == -changes or (diagonal != changes and reached[diagonal - 1] < reached[diagonal + 1])
    return (reached[diagonal + 1], diagonal + 1) if down else (reached[diagonal - 1] + 1, diagonal - 1)


def _back(history: list[dict[int, int]], x: int, y: int) -> Places:
    places = []
    for changes, reached in reversed(list(enumerate(history))):
        begun, came = _begun(reached, x - y, changes)
        while x > begun:
            x, y = x - 1, y - 1
            places.append((x, y))
        if changes:
            x, y = reached[came], reached[came] - came
    return places[::-1]
