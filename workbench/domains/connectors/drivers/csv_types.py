"""Finds the types of CSV columns: the narrowest that every value of the file fits, exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

PROBE = 16
EXACT_DIGITS = 15  # a double keeps so many decimal digits
_GROUP = r"^[+-]?\d{1,3},\d{3}$"
_COMMA = r"^[+-]?\d+,\d+$"
_BOOLEANS = pa.array(["true", "false", "True", "False", "TRUE", "FALSE"])


@dataclass
class Guess:
    """What is known of one column so far: the narrowest kind that fits all values seen, `null` before the first."""

    kind: str = "null"
    ambiguous: bool = field(default=True, init=False)  # all commas may separate thousands
    long: bool = field(default=False, init=False)  # some whole numbers have more digits than a double keeps

    def add(self, values: pa.Array) -> None:
        """Take more values into account, none of them NULL."""
        if len(values) == 0 or self.kind == "text":
            return
        if self.kind == "null" or not _FITS[self.kind](values):
            # A cast that fails is slow, for it fails once for each value: a few tell most of it.
            likely = (kind for kind, fits in _FITS.items() if fits(values.slice(0, PROBE)))
            found = next((kind for kind in likely if _FITS[kind](values)), "text")
            self.kind = self._joined(found)
        if self.kind == "integer" and not self.long:
            self.long = len(_long(values)) > 0
        if self.kind == "comma" and self.ambiguous:
            commas = values.filter(pc.match_substring(values, ","))
            self.ambiguous = bool(pc.all(pc.match_substring_regex(commas, _GROUP)).as_py())

    def _joined(self, found: str) -> str:
        """The narrowest kind for what was seen before and what is `found` now."""
        if self.kind in ("null", found):
            return found
        wider = _WIDER.get(frozenset((self.kind, found)), "text")
        return "text" if self.long and wider in ("number", "comma") else wider


def arrow_types(guesses: dict[str, Guess], decimal: str | None) -> tuple[dict[str, pa.DataType], str]:
    """The types of columns, and the file's decimal mark, which is a comma only where nothing speaks against it.

    Numbers of the other mark, and those whose commas may be separators of thousands, stay text.
    """
    kinds = {name: guess.kind for name, guess in guesses.items()}
    if decimal is None:
        commas = any(guess.kind == "comma" and not guess.ambiguous for guess in guesses.values())
        decimal = "," if commas and "number" not in kinds.values() else "."
    odd = "number" if decimal == "," else "comma"
    return {name: pa.string() if kind == odd else _ARROW[kind] for name, kind in kinds.items()}, decimal


def _casts(kind: pa.DataType) -> Callable[[pa.Array], bool]:
    def fits(values: pa.Array) -> bool:
        try:
            values.cast(kind)
        except pa.ArrowInvalid:
            return False
        return True

    return fits


def _is_code(values: pa.Array) -> bool:
    """Whether some would not be what is written if they were numbers: `00123`, and `0x10`, which Arrow takes for 16."""
    for start in ("0", "-0", "+0"):
        zeros = values.filter(pc.starts_with(values, start))
        if len(zeros) and pc.any(pc.match_substring_regex(zeros, r"^[+-]?0[0-9xX]")).as_py():
            return True
    return False


def _integers(values: pa.Array) -> bool:
    return _casts(pa.int64())(values) and not _is_code(values)


def _numbers(values: pa.Array) -> bool:
    if not _casts(pa.float64())(values) or _is_code(values):
        return False
    return not pc.any(pc.match_substring_regex(_long(values), r"^[+-]?[0-9]{16,}$")).as_py()


def _long(values: pa.Array) -> pa.Array:
    return values.filter(pc.greater(pc.binary_length(values), EXACT_DIGITS))


def _commas(values: pa.Array) -> bool:
    has = pc.match_substring(values, ",")
    numbers = pc.match_substring_regex(values.filter(has), _COMMA)
    rest = values.filter(pc.invert(has))
    return bool(
        pc.any(has).as_py()
        and pc.all(numbers).as_py()
        and _integers(rest)
        and not len(_long(rest))
        and not _is_code(values)
    )


def _booleans(values: pa.Array) -> bool:
    return bool(pc.all(pc.is_in(values, _BOOLEANS)).as_py())


_FITS: dict[str, Callable[[pa.Array], bool]] = {
    "boolean": _booleans,
    "integer": _integers,
    "number": _numbers,
    "comma": _commas,
    "date": _casts(pa.date32()),
    "timestamp": _casts(pa.timestamp("us")),
    "timestamp_utc": _casts(pa.timestamp("us", "UTC")),
}
_WIDER = {
    frozenset(("integer", "number")): "number",
    frozenset(("integer", "comma")): "comma",
    frozenset(("date", "timestamp")): "timestamp",
}
_ARROW = {
    "null": pa.null(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "comma": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamp_utc": pa.timestamp("us", "UTC"),
    "text": pa.string(),
}
