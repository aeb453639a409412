"""Why a query gave no rows, in words for who asked."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.core.errors import Invalid, TimedOut, WorkbenchError
from workbench.core.places import STALL_SECONDS


def died() -> WorkbenchError:
    """A worker ended without a word."""
    return Invalid(
        "The query's process ended by itself, most likely for lack of memory.",
        fix="Read fewer rows or columns, or raise query_bytes.",
        code="query_out_of_memory",
    )


def stalled() -> WorkbenchError:
    """A worker gave its place up."""
    return TimedOut(
        f"Nobody took rows of this query for {STALL_SECONDS:g} s, and others waited for its place.",
        fix="Ask again and read on, or write what takes long to work with to a table.",
        code="query_stalled",
    )


def too_late(seconds: float) -> WorkbenchError:
    """A worker used up its time."""
    return TimedOut(
        f"The query was ended after {seconds:g} s.",
        fix="Narrow it with WHERE or LIMIT, write intermediate results to a table, or raise query_seconds.",
        code="query_timed_out",
    )


def refusal(told: Mapping[str, str]) -> WorkbenchError:
    """What a worker told, as an error."""
    message = told["full"] or told["detail"]
    return Invalid(told["detail"], fix=told["fix"], code=told["code"], errors=[{"pointer": "/sql", "message": message}])
