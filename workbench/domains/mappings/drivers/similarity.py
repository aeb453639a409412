"""Suggests by what columns are called, of which types they are, and how many values they share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from .base import Seen, Suggested

LEAST, ALIKE, ENOUGH_VALUES = 0.5, 0.85, 5
FAMILIES = {
    "VARCHAR": "text", "BOOLEAN": "boolean", "BLOB": "bytes", "DATE": "date", "TIMESTAMP": "date",
    "TIMESTAMPTZ": "date",
} | dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL"), "number")  # fmt: skip
WORDS = {"text": "texts", "number": "numbers", "date": "dates", "boolean": "truth values", "bytes": "bytes"}
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")


class Similarity:
    """The built-in suggester; it knows no language but abbreviations."""

    def suggest(self, sources: Sequence[Seen], targets: Sequence[Seen]) -> Iterator[Suggested]:
        """Pairs that are sure by half at least; a column of the same name leaves no question."""
        for target in targets:
            same = [source for source in sources if tokens(source.name) == tokens(target.name)]
            for source in same or sources:
                confidence, reason = _pair(source, target)
                if confidence >= LEAST:
                    yield Suggested(target.name, source.name, confidence, reason)


def _pair(source: Seen, target: Seen) -> tuple[float, str]:
    named, why = _named(source.name, target.name)
    one, other = _family(source.type), _family(target.type)
    if one != other:
        named *= 0.9 if "text" in (one, other) else 0.5
    shared = _shared(source, target, one, other)
    if shared is None:
        confidence = named
    elif named > 0.75 and not shared:
        confidence = named * 0.9  # the same name, and other values: seldom, but then it matters
    else:
        weight = 0.7 if one == "text" else 0.35
        confidence = 1 - (1 - named) * (1 - weight * shared)
    reasons = [why] if why else []
    if why and one == other:
        reasons.append(f"both {WORDS.get(one, one)}")
    if shared:
        reasons.append(f"{shared:.0%} of sampled values are in the target's".replace("%", " %"))
    return min(confidence, 0.99), ", ".join(reasons)


def _named(source: str, target: str) -> tuple[float, str]:
    if source == target:
        return 0.97, "same name"
    mine, theirs = tokens(source), tokens(target)
    if "".join(mine) == "".join(theirs) and mine:
        return 0.93, "names differ by case or underscore only"
    if not mine or not theirs:
        return 0.0, ""
    pairs = {(a, b): _alike(a, b) for a in mine for b in theirs}
    likeness, matched = 0.0, []
    while any(pairs.values()):
        best = max(pairs, key=lambda pair: pairs[pair])
        likeness += pairs[best]
        matched.append(best)
        pairs = {pair: value for pair, value in pairs.items() if pair[0] != best[0] and pair[1] != best[1]}
    if not matched:
        return 0.0, ""
    ordered = sorted(matched, key=lambda pair: mine.index(pair[0]))
    same = [a for a, b in ordered if a == b]
    near = [f"`{a}` may stand for `{b}`" for a, b in ordered if a != b]
    said = [f"both names have {' and '.join(f'`{a}`' for a in same)}"] if same else []
    return 0.9 * 2 * likeness / (len(mine) + len(theirs)), ", ".join([*said, *near])


@lru_cache(10_000)
def tokens(name: str) -> tuple[str, ...]:
    """The words of a name, in small letters: `DepartureDate`, `departure_date` and `departure date` have the same."""
    return tuple(word.casefold() for word in _TOKEN.findall(name))


@lru_cache(10_000)
def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= 2 and short[0] == long[0] and _within(short, long):
        return 0.85 if long.startswith(short) else 0.75
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return 0.8 * ratio if ratio >= ALIKE else 0.0


def _within(short: str, long: str) -> bool:
    """Whether the letters of a word stand in another, in order: `qty` in `quantity`."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def _family(kind: str) -> str:
    return "list" if kind.endswith("]") else FAMILIES.get(kind.partition("(")[0], kind)


def _shared(source: Seen, target: Seen, one: str, other: str) -> float | None:
    """The share of sampled values that the target has too; None where that would tell nothing."""
    if one != other or one == "boolean" or min(len(source.values), len(target.values)) < ENOUGH_VALUES:
        return None
    return len(source.values & target.values) / len(source.values)
