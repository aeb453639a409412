"""What a person would like pages to be, from her preferences; a value that cannot be chosen counts as none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .languages import LANGUAGES

PREFIX: Final = "ui."
THEME, LANGUAGE, TIMEZONE, START = "ui.theme", "ui.language", "ui.timezone", "ui.start"
LAB: Final = "lab"  # as a start: JupyterLab instead of a page
OPENS_LAB: Final = "runs:logs"  # whoever holds it, somewhere, may open JupyterLab
THEMES: Final = {"light": False, "dark": True}


@dataclass(frozen=True, slots=True)
class Likings:
    """Whether pages are dark, which language they speak, in which zone times are, and the path where one starts.

    Where nothing was chosen (None, or an empty text) the browser's theme and language count, and the workspace's zone.
    """

    dark: bool | None = None
    language: str = ""
    zone: ZoneInfo | None = None
    start: str = ""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Likings:
        """What preferences say, by their names."""
        return cls(
            dark=THEMES.get(str(values.get(THEME))),
            language=next((name for name in LANGUAGES if name == values.get(LANGUAGE)), ""),
            zone=zone_of(str(values.get(TIMEZONE) or "")),
            start=str(values.get(START) or ""),
        )


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of an IANA name; None where there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
