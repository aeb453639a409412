"""A measure of a table, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.core.context import Context
from workbench.core.errors import Invalid
from workbench.core.sql import literal, quoted
from workbench.domains.dashboards.schemas import Series, SeriesRequest
from workbench.domains.store.service import parts, reading, tables

from .measures import FRACTIONS, TIMES, WHOLES

if TYPE_CHECKING:
    from workbench.domains.store.drivers.relations import Relation

MOST_DAYS = 3660


def series(ctx: Context, request: SeriesRequest) -> Series:
    """The mean of a column on each of the latest days of a table, in the workspace's time zone.

    Raises:
        NotFound: there is no such table or version that the caller may read.
        Invalid: the columns are not there, or are not numbers and dates.
    """
    relation = reading.relation(ctx, request.table, request.version)
    rows = parts.duck(ctx.workbench).rows(_sql(relation, request, ctx.workspace.timezone))[::-1]
    return Series(
        table=request.table,
        version=request.version or _version(ctx, request.table),
        column=request.column,
        over=request.over,
        days=[day for day, _, _ in rows],
        means=[mean for _, mean, _ in rows],
        rows=sum(number for _, _, number in rows),
    )


def _version(ctx: Context, name: str) -> int:
    with ctx.reading() as db:
        return tables.head(db, tables.readable(ctx, db, name)).sequence


def _sql(relation: Relation, request: SeriesRequest, timezone: str) -> str:
    _expect(relation, request.column, (*FRACTIONS, *WHOLES), "numbers")
    kind = _expect(relation, request.over, TIMES, "dates or times")
    moment, value = quoted(request.over), f"CAST({quoted(request.column)} AS DOUBLE)"
    local = f"timezone({literal(timezone)}, {moment})" if kind == "timestamp" else moment
    # The names are quoted columns of the relation, and the relation is our own SQL.
    return (
        f"SELECT CAST({local} AS DATE) AS point, avg({value}), count(*) FROM ({relation.sql}) "  # noqa: S608
        f"WHERE {moment} IS NOT NULL AND isfinite({moment}) AND isfinite({value}) "
        f"GROUP BY point ORDER BY point DESC LIMIT {MOST_DAYS}"
    )


def _expect(relation: Relation, name: str, kinds: tuple[str, ...], wanted: str) -> str:
    found = {str(column["name"]): column["type"] for column in relation.columns}
    kind = found.get(name)
    if not isinstance(kind, str) or kind.partition("(")[0] not in kinds:
        fitting = [n for n, k in found.items() if isinstance(k, str) and k.partition("(")[0] in kinds]
        raise Invalid(
            f"{name!r} is not a column of {wanted} of this table.",
            fix=f"There are {', '.join(fitting)}." if fitting else "This table has none.",
            code="not_a_measure",
        )
    return kind
