"""The text of a token: `wbt_`, 256 random bits and a checksum, so that scanners know a leaked one from a look-alike."""

from __future__ import annotations

import re
import secrets
import zlib

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY, _CHECK, _SHOWN = 43, 6, 8
_FORM = re.compile(rf"wbt_[0-9A-Za-z]{{{_BODY + _CHECK}}}")


def new_text() -> str:
    """A token nobody had before."""
    body = _base62(secrets.randbits(256), _BODY)
    return f"wbt_{body}{_checksum(body)}"


def well_formed(text: str) -> bool:
    """Whether `text` may be a token at all."""
    return bool(_FORM.fullmatch(text)) and _checksum(text[4:-_CHECK]) == text[-_CHECK:]


def shown(text: str) -> str:
    """The part by which people tell their tokens apart."""
    return text[4 : 4 + _SHOWN]


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECK)


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
