"""As of when data are, from which run, and after how many hours they are late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from markupsafe import Markup

from workbench.core.ids import SHORTEST_ID

from .fields import text_field
from .formats import moment
from .languages import tr
from .parts import NOTHING, Content, status
from .visit import Visit


def as_of(visit: Visit, written: datetime | None, run_id: UUID | None, at: datetime, *, late: bool) -> Content:
    """As of when data are at a moment; said in amber, with a sign, where they are late. Nothing of what is timeless."""
    if written is None:
        return NOTHING
    when, run = moment(written, at, UTC), run_link(visit, run_id)
    words = tr("data as of {when} from run {run}", when=when, run=run) if run else tr("data as of {when}", when=when)
    return Markup('<span class="sub asof">{}</span>').format(
        Markup('<span class="late">{}</span>').format(status("warning", words)) if late else words
    )


def late_field(hours: float | None) -> Markup:
    """A field for the hours after which data count as late."""
    said = "" if hours is None else f"{hours:g}"
    return text_field(tr("Late after so many hours"), "late_after", said, required=False, hint=tr("never"))


def late_after(fields: Mapping[str, str]) -> float | str | None:
    """Hours as somebody wrote them there; what is no number is left to who reads the document to refuse."""
    text = fields.get("late_after", "")
    try:
        return float(text) if text.strip() else None
    except ValueError:
        return text


def opens_runs(visit: Visit) -> bool:
    """Whether she may open the run behind what she sees: to whom a table is shared, its runs are not."""
    return visit.has("runs/{id}") and visit.person.may_at_large("runs:read")


def run_link(visit: Visit, run_id: UUID | None, *, hers: bool = False) -> Content:
    """The run that wrote something, by the start of its id as commands take it.

    Nothing where a person did, or it is not hers to open; `hers` says that she was let see the run itself, so that it
    is named at least where there is no page of runs.
    """
    if run_id is None or not (hers or opens_runs(visit)):
        return NOTHING
    short = str(run_id)[:SHORTEST_ID]
    if not visit.has("runs/{id}"):
        return short
    return Markup('<a href="{}">{}</a>').format(visit.link("runs", str(run_id)), short)
