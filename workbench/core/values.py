"""Values of tables as JSON can say them, the same by every door."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any


def plain(value: Any, longest: int | None = None) -> Any:
    """A value as JSON can say it: dates ISO 8601, decimals text, bytes base64, no number where there is none.

    Texts and bytes that are longer than `longest` are cut, and end in `…`.
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(inner, longest) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner, longest) for inner in value]
    cut = longest is not None and isinstance(value, str | bytes) and len(value) > longest
    return _text(value[:longest] if cut else value) + ("…" if cut else "")


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)
