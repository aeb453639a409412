"""Secrets that no other text holds, and a search for them in every form that software likes to give them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote


def canary(name: str) -> str:
    """A new secret that is named after what it is planted as."""
    return f"c4n4ry+{name}/{secrets.token_hex(12)}"


def forms(text: str) -> list[bytes]:
    """A text as it is, and in base64 at any offset, hexadecimal digits and percent signs."""
    raw = text.encode()
    # Within a longer text, base64 of it depends on where it begins; the ends depend on its neighbours.
    coded = [base64.b64encode(b"x" * offset + raw)[4:-4] for offset in range(3)]
    return [raw, *coded, raw.hex().encode(), quote(text, safe="").encode(), raw[::-1]]


def found(planted: dict[str, str], places: Iterable[tuple[str, bytes]]) -> list[str]:
    """Which canaries are in which places."""
    wanted = {name: forms(text) for name, text in planted.items()}
    return [
        f"{name} in {place}"
        for place, content in places
        for name, kinds in wanted.items()
        if any(kind in content for kind in kinds)
    ]


def files(root: Path, *aside: Path) -> Iterator[tuple[str, bytes]]:
    """The files beneath a folder, except those beneath others."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(other) for other in aside):
            yield str(path.relative_to(root)), path.read_bytes()


def processes(kind: str) -> Iterator[tuple[str, bytes]]:
    """What /proc says of every process: its `cmdline` or its `environ`."""
    for path in Path("/proc").glob(f"[0-9]*/{kind}"):
        with suppress(OSError):
            yield f"{kind} of {path.parent.name}", path.read_bytes()
