"""What only makes sense where some process takes queued runs."""

from __future__ import annotations

from workbench.core.errors import Unavailable

from . import options

FILLED_BY = frozenset({"runs.start", "runs.start_notebook", "runs.retry"})


def check(session: options.Session, instead: str) -> None:
    """Queue nothing in a home where it would wait for ever; a server takes its own runs.

    Raises:
        Unavailable: nothing takes the queued runs of this home; the fix names what to do `instead`.
    """
    if session.server:
        return
    from workbench.domains.runs.service.executor import executing

    if not executing(session.settings):
        raise Unavailable(
            "Nothing takes queued runs of this home.", fix=f"Start `jupyter lab`, or {instead}.", code="no_executor"
        )
