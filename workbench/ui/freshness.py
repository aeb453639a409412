"""As of when data are, and from which run."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from markupsafe import Markup

from workbench.core.ids import SHORTEST_ID

from .formats import moment
from .parts import NOTHING, Content, status
from .visit import Visit


def as_of(visit: Visit, written: datetime | None, run_id: UUID | None, at: datetime, *, late: bool) -> Content:
    """As of when data are at a moment; said in amber, with a sign, where they are late. Nothing of what is timeless."""
    if written is None:
        return NOTHING
    words = Markup("data as of {}{}").format(moment(written, at, UTC), run_link(visit, run_id, " from run "))
    return Markup('<span class="sub asof">{}</span>').format(
        Markup('<span class="late">{}</span>').format(status("warning", words)) if late else words
    )


def run_link(visit: Visit, run_id: UUID | None, before: str = "") -> Content:
    """The run that wrote something, with words before it; nothing where a person did."""
    if run_id is None:
        return NOTHING
    short = str(run_id)[:SHORTEST_ID]
    if not visit.has("runs/{id}"):
        return Markup("{}{}").format(before, short)
    return Markup('{}<a href="{}">{}</a>').format(before, visit.link("runs", str(run_id)), short)
