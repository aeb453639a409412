"""Why a query gave no rows, in words for who asked."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.core.errors import Invalid, WorkbenchError


def died() -> WorkbenchError:
    """A worker ended without a word."""
    return Invalid(
        "The query's process ended by itself, most likely for lack of memory.",
        fix="Read fewer rows or columns, or raise query_bytes.",
        code="query_out_of_memory",
    )


def refusal(told: Mapping[str, str]) -> WorkbenchError:
    """What a worker told, as an error."""
    message = told["full"] or told["detail"]
    return Invalid(told["detail"], fix=told["fix"], code=told["code"], errors=[{"pointer": "/sql", "message": message}])
