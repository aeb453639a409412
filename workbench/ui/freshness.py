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


def opens_runs(visit: Visit) -> bool:
    """Whether she may open the run behind what she sees: to whom a table is shared, its runs are not."""
    return visit.has("runs/{id}") and visit.person.may_at_large("runs:read")


def run_link(visit: Visit, run_id: UUID | None, before: str = "", *, hers: bool = False) -> Content:
    """The run that wrote something, by the start of its id as commands take it, with words before it.

    Nothing where a person did, or it is not hers to open; `hers` says that she was let see the run itself, so that it
    is named at least where there is no page of runs.
    """
    if run_id is None or not (hers or opens_runs(visit)):
        return NOTHING
    short = str(run_id)[:SHORTEST_ID]
    if not visit.has("runs/{id}"):
        return f"{before}{short}"
    return Markup('{}<a href="{}">{}</a>').format(before, visit.link("runs", str(run_id)), short)
