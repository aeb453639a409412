"""How well texts fit what is looked for, in the database and in memory alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_

EXACT, PREFIX, WORD, SOMEWHERE = 4, 3, 2, 1
BETWEEN_WORDS = " _-./@"
MOST_WORDS = 8  # each is looked for in every column of every kind


def words_of(q: str) -> list[str]:
    """The words to look for, each once; what comes after many narrows down nothing that anybody reads."""
    return list(dict.fromkeys(q.casefold().split()))[:MOST_WORDS]


def fits(q: str, texts: Sequence[Any]) -> ColumnElement[bool]:
    """Whether each word of `q` is in one of some columns, in whatever case."""
    return and_(*(or_(*(text.ilike(f"%{_plain(word)}%", escape="\\") for text in texts)) for word in words_of(q)))


def rank(q: str, names: Sequence[Any]) -> ColumnElement[int]:
    """How well `q` fits one of the columns that name a row, of rows that it fits at all."""
    text = _plain(q)
    patterns = {
        EXACT: [text], PREFIX: [f"{text}%"], WORD: [f"%{_plain(mark)}{text}%" for mark in BETWEEN_WORDS]
    }  # fmt: skip
    ways = [
        (or_(*(name.ilike(pattern, escape="\\") for name in names for pattern in likes)), reached)
        for reached, likes in patterns.items()
    ]
    return case(*ways, else_=SOMEWHERE)


def rank_of(q: str, *texts: str) -> int:
    """The same of texts in memory, the first of which is the name; 0 where a word of `q` is in none of them."""
    wanted, name = q.casefold(), texts[0].casefold()
    everything = "\n".join(texts).casefold()
    if not all(word in everything for word in words_of(wanted)):
        return 0
    if name == wanted:
        return EXACT
    if name.startswith(wanted):
        return PREFIX
    return WORD if re.search(f"[{re.escape(BETWEEN_WORDS)}]{re.escape(wanted)}", name) else SOMEWHERE


def _plain(text: str) -> str:
    """A text in which no character stands for others in a pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
