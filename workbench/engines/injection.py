"""Parameters on their way into a notebook: names that cannot be code, values that any language can spell."""

from __future__ import annotations

import builtins
import keyword
import math
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workbench.core.errors import Invalid

DEEPEST = 50
LONGEST_TEXT = 1024 * 1024
_LARGEST_BITS = 1024
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or a time as a parameter; Python notebooks get the object, others its ISO 8601 text.

    `spelled` is how the notebook itself calls the class, such as `date` or `dt.datetime`.
    """

    value: date | datetime
    spelled: str = ""

    def __post_init__(self) -> None:
        if self.spelled and not _DOTTED.fullmatch(self.spelled):
            raise ValueError(f"{self.spelled!r} is not the name of a class")

    def __str__(self) -> str:
        return self.value.isoformat()

    def code(self) -> str:
        """The Python expression that makes it."""
        kind = "datetime" if isinstance(self.value, datetime) else "date"
        spelled = self.spelled or f'__import__("datetime").{kind}'
        return f'{spelled}.fromisoformat("{self}")'


def check(parameters: Mapping[str, Any], declared: Collection[str] = (), *, python: bool = True) -> None:
    """Refuse names that are not plain names and values that are not JSON.

    In Python a name of its own (`list`, `__name__`) is accepted only where the notebook has declared it.

    Raises:
        Invalid: naming every parameter that is wrong.
    """
    errors = [
        {"pointer": f"/parameters/{pointer(name)}", "message": message}
        for name, value in parameters.items()
        for message in (_wrong_name(name, declared, python), _wrong_value(value))
        if message
    ]
    if errors:
        stated = "; ".join(f"{error['pointer'][12:]!r} {error['message']}" for error in errors[:5])
        raise Invalid(
            f"These parameters cannot be used: {stated}.",
            fix="Use plain names, and values of JSON: text, numbers, true, false, null, lists and objects.",
            code="bad_parameters",
            errors=errors,
        )


def plain(value: Any) -> Any:
    """A value as JSON holds it: moments become text."""
    if isinstance(value, Moment | date):
        return str(value) if isinstance(value, Moment) else value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def cell_source(parameters: Mapping[str, Any], kernel_name: str, language: str) -> str:
    """The code that assigns the parameters, by papermill's translators and mended where those fall short.

    Raises:
        Invalid: the language has no translator, or it cannot spell one of the values.
    """
    from papermill.exceptions import PapermillException
    from papermill.translators import papermill_translators

    from .translators import mended

    try:
        translator = mended(papermill_translators.find_translator(kernel_name, language))
        source: str = translator.codify(dict(parameters))
    except (PapermillException, NotImplementedError) as error:
        raise Invalid(
            f"Parameters cannot be written in {language!r}: {error}",
            fix="Use values that the language has, or run the notebook without parameters.",
            code="bad_parameters",
        ) from error
    return source


def _wrong_name(name: object, declared: Collection[str], python: bool) -> str:
    if not isinstance(name, str) or not name.isidentifier() or len(name) > 200:
        return "is not a plain name"
    if not python:
        return "" if name.isascii() else "is not a plain name"
    if keyword.iskeyword(unicodedata.normalize("NFKC", name)):
        return "is a keyword of Python"
    own = hasattr(builtins, name) or (name.startswith("__") and name.endswith("__"))
    if own and name not in declared:
        return "is a name of Python's own, which the notebook does not declare as a parameter"
    return ""


def _wrong_value(value: Any) -> str:
    for item, depth in _walk(value, 0):
        if depth > DEEPEST:
            return f"is nested more than {DEEPEST} deep"
        if message := _wrong_scalar(item):
            return message
    return ""


def _wrong_scalar(item: Any) -> str:
    if isinstance(item, str):
        if len(item) > LONGEST_TEXT:
            return f"has a text of more than {LONGEST_TEXT} characters"
        return "has text that is not Unicode" if _SURROGATE.search(item) or "\0" in item else ""
    if isinstance(item, int) and item.bit_length() > _LARGEST_BITS:
        return "has a number that is too large"
    if isinstance(item, float) and not math.isfinite(item):
        return "has a number that is not finite"
    if item is None or isinstance(item, bool | int | float | Moment | date | list | tuple | Mapping):
        return ""
    return f"has a value of type {type(item).__name__}"


def _walk(value: Any, depth: int) -> Iterator[tuple[Any, int]]:
    """All values within a value; what lies too deep is reported once and not entered."""
    yield value, depth
    if depth > DEEPEST:
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield (key if isinstance(key, str) else object()), depth
            yield from _walk(item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _walk(item, depth + 1)


def pointer(name: object) -> str:
    """A name as a part of a JSON pointer, cut if it is long."""
    return str(name)[:80].replace("~", "~0").replace("/", "~1")
