"""What pages say in the language of who looks: English in the code, other languages in the catalogues beside this.

A catalogue is a gettext file that `python -m workbench.generate` keeps in step with the code. What it lacks is said in
English, and so is what operations answer: an error is a text of the API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Final

from markupsafe import escape

ENGLISH: Final = "en"
LANGUAGES: Final[Mapping[str, str]] = {ENGLISH: "English", "de": "Deutsch"}  # as their speakers call them
LANGUAGE: ContextVar[str] = ContextVar("workbench_language", default=ENGLISH)  # of who looks
KEYWORDS: Final = {"tr": None, "mark": None, "plural": (2, 3), "trn": (2, 3), "dated": (2,)}  # what takes messages
_ACCEPTED = re.compile(r"\s*(?P<name>[A-Za-z]+)(?:-[\w-]+)?\s*(?:;\s*q=(?P<weight>[01](?:\.\d{0,3})?))?\s*")


def tr(message: str, /, *, context: str = "", **fields: Any) -> str:
    """A message in the language of who looks, its `{fields}` filled in; `Markup` where one of them is.

    The `context` tells apart what English says in one word: the noun and the verb *Run*.
    """
    known = f"{context}\4{message}" if context else message  # as gettext joins them
    return _filled(_catalogue(LANGUAGE.get()).get(known, message), fields)


def trn(number: float, one: str, several: str, /, **fields: Any) -> str:
    """A message in the form that fits a number of things: `one` says it of one of them, `several` of others."""
    forms = _catalogue(LANGUAGE.get()).get((one, several), (one, several))
    return _filled(forms[0] if number == 1 else forms[1], fields)


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


@cache
def _catalogue(language: str) -> Mapping[Any, Any]:
    """What each message is in a language; of those with two forms, both by both, and the first by itself, too."""
    if language == ENGLISH:
        return {}
    from babel.messages.pofile import read_po

    known: dict[Any, Any] = {}
    with catalogue_file(language).open("rb") as file:
        for message in read_po(file):
            forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
            if message.id and all(forms):
                first = message.id[0] if message.pluralizable else message.id
                known[f"{message.context}\4{first}" if message.context else first] = forms[0]
                known |= {tuple(message.id): forms} if message.pluralizable else {}
    return known
