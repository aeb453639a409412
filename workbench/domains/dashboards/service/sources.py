"""Where a card's rows come from, as somebody may read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.core.context import Context
from workbench.core.errors import Invalid
from workbench.core.sql import literal, quoted
from workbench.domains.dashboards.schemas import Origin
from workbench.domains.dashboards.schemas.documents import Document, Source
from workbench.domains.queries.service.asking import within
from workbench.domains.queries.service.lending import lent
from workbench.domains.store.drivers.bound import NO_VALUES, Values
from workbench.domains.store.service import queries, reading, tables

from .answers import answers
from .measures import FRACTIONS, TIMES, WHOLES

if TYPE_CHECKING:
    from workbench.domains.store.drivers.relations import Relation

NUMBERS = (*FRACTIONS, *WHOLES, "byte")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that a card is made of: `sql` stands behind FROM.

    It is all ours, or where `relations` are given, somebody wrote it, and it may read these and nothing else.
    """

    sql: str
    kinds: dict[str, str]
    origins: tuple[Origin, ...]
    relations: dict[str, Relation] | None = None
    values: Values = field(default_factory=dict)

    def has(self, column: str) -> bool:
        """Whether there is a column of a name."""
        return column in self.kinds

    def kind(self, column: str) -> str:
        """The type of a column, without what stands in brackets.

        Raises:
            Invalid: there is no such column.
        """
        found = self.kinds.get(column)
        if found is None:
            listed = ", ".join(list(self.kinds)[:40])
            raise Invalid(f"There is no column {column!r}.", fix=f"There are {listed}.", code="column_not_found")
        return found

    def expect(self, column: str, kinds: Iterable[str], wanted: str) -> str:
        """The type of a column that must be one of `kinds`.

        Raises:
            Invalid: there is no such column, or it is of another type.
        """
        found = self.kind(column)
        if found not in kinds:
            fitting = ", ".join(name for name, kind in self.kinds.items() if kind in kinds) or "none"
            raise Invalid(f"{column!r} is not a column of {wanted}.", fix=f"There are: {fitting}.", code="wrong_column")
        return found

    def number(self, column: str) -> str:
        """The values of a column of numbers, in SQL; what is no finite number is none at all."""
        value = f"CAST({quoted(column)} AS DOUBLE)"
        kind = self.expect(column, NUMBERS, "numbers")
        return f"CASE WHEN isfinite({value}) THEN {value} END" if kind in ("float", "double") else value

    def moment(self, column: str, timezone: str) -> str:
        """The values of a column of dates or times, in SQL, as the clocks of a time zone show them."""
        kind = self.expect(column, TIMES, "dates or times")
        return f"timezone({literal(timezone)}, {quoted(column)})" if kind == "timestamp" else quoted(column)


def rows_of(ctx: Context, source: Source) -> Rows:
    """The rows of a source, as the caller of `ctx` may read them at this moment.

    Raises:
        NotFound: there is no such table or version that she may read.
        NotPermitted: she may not ask SQL.
        Invalid: it is not one SELECT, or DuckDB refuses it.
    """
    if source.table is not None:
        found, origin = _table(ctx, source.table, source.version)
        return Rows(f"({found.sql}) AS source", _kinds(found.columns), (origin,))
    ctx.demand("queries:run")
    if source.query is not None:
        asked = lent(ctx, source.query, source.version, source.values)
        theirs = _named(asked.definer, asked.sql)
        return _written(ctx, asked.sql, [name for name in _named(ctx, asked.sql) if name in theirs], asked.values)
    return _written(ctx, source.sql or "", _named(ctx, source.sql or ""))


def _written(ctx: Context, sql: str, names: Sequence[str], values: Values = NO_VALUES) -> Rows:
    """The rows of what somebody wrote, over these tables alone."""
    looked = {name: _table(ctx, name) for name in names}
    relations = {name: relation for name, (relation, _) in looked.items()}
    inner = f"{within(sql)} AS source"
    columns = answers(ctx.workbench).columns(ctx, inner, relations, values)
    return Rows(inner, _kinds(columns), tuple(origin for _, origin in looked.values()), relations, values)


def tables_of(ctx: Context, document: Document) -> list[str]:
    """The names of the tables that a document's cards read."""
    named = {source.table for source in _sources(document) if source.table is not None}
    named.update(*(_named(ctx, source.sql) for source in _sources(document) if source.sql))
    asked = (source for source in _sources(document) if source.query)
    return sorted(named.union(*(lent(ctx, one.query or "", one.version, one.values).tables for one in asked)))


def queries_of(document: Document) -> list[str]:
    """The names of the saved queries that a document's cards ask."""
    return sorted({source.query for source in _sources(document) if source.query is not None})


def asks_sql(document: Document) -> bool:
    """Whether a document asks SQL that somebody wrote."""
    return any(source.table is None for source in _sources(document))


def _sources(document: Document) -> list[Source]:
    return [card.source for card in document.cards if card.kind != "text"]


def _named(ctx: Context, sql: str) -> list[str]:
    return queries.readable_among(ctx, answers(ctx.workbench).names(ctx, sql.strip().rstrip(";")))


def _table(ctx: Context, name: str, number: int | None = None) -> tuple[Relation, Origin]:
    with ctx.reading() as db:
        table = tables.readable(ctx, db, name)
    version = reading.looked_at(ctx, table, number)
    origin = Origin(
        table=tables.called(table), version=version.sequence, run_id=version.run_id, author=version.author,
        at=version.created_at,
    )  # fmt: skip
    return reading.at(ctx, table, version), origin


def _kinds(columns: Sequence[object]) -> dict[str, str]:
    return {
        str(column["name"]): column["type"].partition("(")[0] if isinstance(column["type"], str) else "nested"  # type: ignore[index]
        for column in columns
    }
