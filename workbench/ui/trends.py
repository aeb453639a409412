"""Small drawings without axes that stand beside a number: lines and bars; what they show is said on hover."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, sqrt

from markupsafe import Markup

from .parts import NOTHING, join

WIDTH, HEIGHT, PAD = 240.0, 32.0, 2.0


def line(values: Sequence[float], label: str, tone: str = "primary") -> Markup:
    """A line through `values`, oldest first, with the last point marked; nothing where there are fewer than two."""
    finite = [value for value in values if isfinite(value)]
    if len(finite) < 2:
        return NOTHING
    low, high = min(finite), max(finite)
    reach, step = (high - low) or 1.0, WIDTH / (len(finite) - 1)
    points = [(at * step, _height((value - low) / reach)) for at, value in enumerate(finite)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    area = f"0,{HEIGHT:.0f} {path} {WIDTH:.0f},{HEIGHT:.0f}"
    drawn = Markup('<polygon class="area" points="{}"/><polyline points="{}"/>').format(area, path)
    return _svg(drawn, label, tone)


def bars(values: Sequence[float], label: str, tones: Sequence[str] | str = "primary") -> Markup:
    """A bar for each of `values`, oldest first, in a tone each; heights go with the root, so that small ones show."""
    if not values:
        return NOTHING
    places = max(len(values), 12)
    high = max((sqrt(max(value, 0.0)) for value in values), default=0.0) or 1.0
    step = WIDTH / places
    drawn = join(
        Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="1"/>').format(
            tones if isinstance(tones, str) else tones[at],
            f"{at * step:.1f}",
            f"{_height(sqrt(max(value, 0.0)) / high * 0.85 + 0.15):.1f}",
            f"{step * 0.7:.1f}",
            f"{HEIGHT - _height(sqrt(max(value, 0.0)) / high * 0.85 + 0.15):.1f}",
        )
        for at, value in enumerate(values)
    )
    return _svg(drawn, label, "")


def _height(portion: float) -> float:
    return HEIGHT - PAD - portion * (HEIGHT - 2 * PAD)


def _svg(drawn: Markup, label: str, tone: str) -> Markup:
    return Markup(
        '<svg class="trend {}" role="img" viewBox="0 0 {:.0f} {:.0f}" preserveAspectRatio="none">'
        "<title>{}</title>{}</svg>"
    ).format(tone, WIDTH, HEIGHT, label, drawn)
