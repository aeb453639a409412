"""Where a person is sent after she has signed in: to a place of this server and nowhere else."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit


def safe(wanted: str, base: str) -> str | None:
    """A path of this server that was asked for, None where it is anything else.

    Browsers read a backslash as a slash, drop tabs and line breaks, and take what follows two slashes for a host.
    """
    decoded = unquote(wanted)
    if not all(text.isprintable() and text.isascii() and "\\" not in text for text in (wanted, unquote(decoded))):
        return None
    split = urlsplit(wanted)
    inside = wanted.startswith(base) and "//" not in decoded.partition("?")[0]
    return wanted if inside and not split.scheme and not split.netloc else None
