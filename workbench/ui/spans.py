"""Spans of time that pages look back over, as they are in addresses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from workbench.core.clock import now

from .controls import choice
from .languages import mark, spoken

SPANS: Final = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
SPAN_WORDS: Final = {"24h": mark("24 hours"), "7d": mark("7 days"), "30d": mark("30 days")}
SINCE: Final = {
    "": mark("Any time"), "24h": mark("Last 24 hours"), "7d": mark("Last 7 days"), "30d": mark("Last 30 days"),
}  # fmt: skip


def since_choice(label: str, value: str) -> Markup:
    """A list of spans, as `since`, and of no bound."""
    return choice(label, "since", spoken(SINCE), value)


def since(span: str) -> datetime | None:
    """When a span that ends now began; None where it is none, and nothing is left out."""
    return now() - SPANS[span] if span in SPANS else None
