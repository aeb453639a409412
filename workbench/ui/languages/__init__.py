"""What pages say in the language of who looks: English in the code, other languages in the catalogues beside this.

A catalogue is a gettext file that `python -m workbench.generate` keeps in step with the code. What it lacks is said in
English, and so is what operations answer: an error is a text of the API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from markupsafe import escape

ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """A language: as its speakers call it, and what separates the digits of a number where English has `,.`."""

    name: str
    separators: str = ",."


LANGUAGES: Final[Mapping[str, Language]] = {ENGLISH: Language("English"), "de": Language("Deutsch", ".,")}
SPOKEN: ContextVar[str] = ContextVar("workbench_language", default=ENGLISH)  # of who looks
KEYWORDS: Final = {"tr": None, "mark": None, "plural": (2, 3), "trn": (2, 3), "dated": (2,)}  # what takes messages
_ACCEPTED = re.compile(r"\s*(?P<name>[A-Za-z]+)(?:-[\w-]+)?\s*(?:;\s*q=(?P<weight>0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*")


def tr(message: str, /, *, context: str = "", **fields: Any) -> str:
    """A message in the language of who looks, its `{fields}` filled in; `Markup` where one of them is.

    The `context` tells apart what English says in one word: the noun and the verb *Run*.
    """
    known = f"{context}\4{message}" if context else message  # as gettext joins them
    return _filled(_catalogue(SPOKEN.get()).get(known, message), fields)


def trn(number: int, one: str, several: str, /, **fields: Any) -> str:
    """A message in the form that fits a number of things: in English `one` says it of one of them, `several` of others.

    Other languages have as many forms as they need, and their own rule.
    """
    forms, rule = _catalogue(SPOKEN.get()).get((one, several), ((one, several), _as_english))
    return _filled(forms[rule(number)], fields)


def spoken(words: Mapping[str, str]) -> dict[str, str]:
    """Marked words by value, such as those of a choice, in the language of who looks."""
    return {value: tr(word) for value, word in words.items()}


def mark(message: str) -> str:
    """A message that is said elsewhere, by `tr`: it is put into the catalogues, and comes back as it is."""
    return message


def accepted(header: str) -> str:
    """The language that a browser likes most of those there are (`Accept-Language`, RFC 9110, 12.5.4)."""
    wanted: dict[str, float] = {}
    for found in map(_ACCEPTED.fullmatch, header[:1000].split(",")):
        if found and float(found["weight"] or 1) > 0:
            wanted.setdefault(found["name"].lower(), float(found["weight"] or 1))
    return max((name for name in wanted if name in LANGUAGES), key=lambda name: wanted[name], default=ENGLISH)


def catalogue_file(language: str) -> Path:
    """Where the catalogue of a language is."""
    return Path(__file__).parent / f"{language}.po"


def _filled(text: str, fields: Mapping[str, Any]) -> str:
    if not fields:
        return text
    if any(hasattr(value, "__html__") for value in fields.values()):
        return escape(text).format(**fields)
    return text.format(**fields)


def _as_english(number: int) -> int:
    return int(number != 1)


@cache
def _catalogue(language: str) -> Mapping[Any, Any]:
    """What each message is in a language; of those in several forms all with their rule, and the first by itself."""
    if language == ENGLISH:
        return {}
    from gettext import c2py

    from babel.messages.pofile import read_po

    known: dict[Any, Any] = {}
    with catalogue_file(language).open("rb") as file:
        found = read_po(file)
    rule = c2py(found.plural_expr)
    for message in found:
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and all(forms):
            first = message.id[0] if message.pluralizable else message.id
            known[f"{message.context}\4{first}" if message.context else first] = forms[0]
            known |= {tuple(message.id): (forms, rule)} if message.pluralizable else {}
    return known
