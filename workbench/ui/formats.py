"""Numbers, sizes, times and durations as people read them."""

from __future__ import annotations

import re
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, tzinfo
from math import floor, isfinite

from markupsafe import Markup

from workbench.core.clock import now as present

from .languages import ENGLISH, LANGUAGES, SPOKEN, mark, tr, trn

ZONE: ContextVar[tzinfo] = ContextVar("workbench_zone", default=UTC)  # that times are shown in to who looks
NARROW = "\u202f"
DASH = "–"
SEPARATORS = {name: str.maketrans(",.", one.separators) for name, one in LANGUAGES.items()}  # of numbers


# What `ago` says, also for the browser (`ageing.js`), which keeps it true.
AGES = {
    "now": mark("just now"), "s": mark("{n}\u202fs ago"), "min": mark("{n}\u202fmin ago"), "h": mark("{n}\u202fh ago"),
    "yesterday": mark("yesterday"), "d": mark("{n}\u202fd ago"),
}  # fmt: skip


def number(text: str) -> str:
    """A number as Python writes it, with the separators of the language of who looks."""
    return text.translate(SEPARATORS[SPOKEN.get()])


def count(value: float | None) -> str:
    """A whole number with thousands separated: 336,776."""
    return DASH if value is None else number(f"{value:,.0f}")


def plural(value: int, one: str, several: str) -> str:
    """A whole number of things, in words that fit it: 1 run, 2 runs."""
    return f"{count(value)} {trn(value, one, several)}"


def short(value: float | None) -> str:
    """A number in at most four figures: 1.2 M, 336 k, 12.5, 0.031."""
    if value is None or not isfinite(value):
        return DASH
    for size, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            scaled = value / (1e3 if unit == "k" else size)
            return number(f"{scaled:.0f}" if abs(scaled) >= 100 else f"{scaled:.1f}") + NARROW + unit
    if value == int(value):
        return count(value)
    return number(f"{value:,.1f}" if abs(value) >= 10 else f"{value:.2g}" if abs(value) < 1 else f"{value:.2f}")


def size(value: float | None) -> str:
    """Bytes with a binary unit: 12.4 MiB."""
    if value is None:
        return DASH
    amount, units = float(value), ["B", "KiB", "MiB", "GiB", "TiB"]
    while amount >= 1024 and len(units) > 1:
        amount /= 1024
        units.pop(0)
    return number(f"{amount:.0f}" if units[0] == "B" else f"{amount:.1f}") + NARROW + units[0]


def share(part: int, whole: int) -> str:
    """A part of a whole in per cent, never rounded up to all of it."""
    if not whole:
        return DASH
    per_cent = 100 * part / whole
    return f"{floor(per_cent) if 99 < per_cent < 100 else round(per_cent)}{NARROW}%"


def duration(seconds: float | None) -> str:
    """A length of time in its two leading units: 0.8 s, 2 min 05 s, 3 h 10 min, 2 d 4 h."""
    if seconds is None or seconds < 0:
        return DASH
    if seconds < 59.95:
        return f"{number(f'{seconds:.1f}')}{NARROW}s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}{NARROW}min {whole % 60:02d}{NARROW}s"
    if whole < 86400:
        return f"{whole // 3600}{NARROW}h {whole % 3600 // 60:02d}{NARROW}min"
    return f"{whole // 86400}{NARROW}d {whole % 86400 // 3600}{NARROW}h"


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago something was, in one unit: just now, 4 min ago, yesterday, 12 d ago."""
    if then is None:
        return tr("never")
    seconds = (now - then).total_seconds()
    if seconds < 10:
        return tr(AGES["now"])
    for unit, below, step in (("s", 60, 10), ("min", 3600, 60), ("h", 86400, 3600)):
        if seconds < below:
            whole = int(seconds // step) * (step if unit == "s" else 1)
            return tr(AGES[unit], n=whole)
    days = timedelta(seconds=seconds).days
    return tr(AGES["yesterday"]) if days == 1 else tr(AGES["d"], n=days)


def moment(then: datetime | None, now: datetime, zone: tzinfo) -> Markup:
    """A time as `<time>`: how long ago it was, and when it was in the workspace's zone on hover."""
    if then is None:
        return Markup('<span class="muted">{}</span>').format(tr("never"))
    local = then.astimezone(zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        then.isoformat(timespec="seconds"), f"{dated(local, '%a %d %b %Y, %H:%M:%S')} {local.tzname()}", ago(then, now)
    )


def dated(then: datetime, pattern: str) -> str:
    """A time in a pattern of `strftime`, which is a message: other languages put its parts otherwise.

    Days (`%a`) and months (`%b`, `%B`) are named as who looks calls them.
    """
    language = SPOKEN.get()
    if language == ENGLISH:
        return then.strftime(pattern)
    from babel.dates import get_day_names, get_month_names

    names = {
        "%a": get_day_names("abbreviated", locale=language)[then.weekday()],
        "%b": get_month_names("abbreviated", locale=language)[then.month],
        "%B": get_month_names("wide", locale=language)[then.month],
    }
    return then.strftime(re.sub("%[abB]", lambda code: names[code[0]], tr(pattern)))


def cut(text: str, most: int = 160) -> str:
    """A text in one line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def when(then: datetime | None) -> Markup:
    """A time as `<time>`, as it is now, in the zone of who looks."""
    return moment(then, present(), ZONE.get())


def local(then: datetime) -> datetime:
    """A time in the zone of who looks."""
    return then.astimezone(ZONE.get())
