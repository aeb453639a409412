"""What a document would do, before it is saved: the first mapped rows, and what else columns may be made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.core.context import Context
from workbench.core.sql import quoted
from workbench.core.values import plain
from workbench.domains.mappings import drivers
from workbench.domains.mappings.drivers.base import Seen
from workbench.domains.mappings.schemas import (
    MappingPreview,
    PreviewMapping,
    SourceColumn,
    Suggestion,
    SuggestionList,
    SuggestMapping,
)
from workbench.domains.mappings.schemas.documents import TargetColumn
from workbench.domains.store.drivers.relations import Relation
from workbench.domains.store.drivers.types import Columns, sql_type
from workbench.domains.store.service import parts, queries

from . import checking, sources
from .composing import SOURCE, shown
from .documents import parse

SOURCE_VALUES, TARGET_VALUES, TARGET_ROWS = 200, 5_000, 50_000
LONGEST = 300


def preview(ctx: Context, request: PreviewMapping) -> MappingPreview:
    """The first rows of a document's source, mapped, and how each target column stands.

    Raises:
        NotFound: the caller may read no such source.
        Invalid: it is no document.
        TimedOut: that took too long.
    """
    document = parse(request.document)
    source = sources.look(ctx, document.source)
    checked = checking.check(ctx, document, source)
    values = _values(ctx, checked, source, request.limit)
    table = sources.target_of(ctx, document)
    have = {column.name.casefold() for column in document.columns}
    new = [column for column in (sources.as_target(table) if table else []) if column.name.casefold() not in have]
    rows = max((len(value) for value, _ in values.values()), default=0)
    nothing: list[Any] = [None] * rows
    columns = [values.get(one.target.name, (nothing, nothing)) for one in checked]
    return MappingPreview(
        source=document.source, looked_at=max((one.figures.rows for one in checked), default=0),
        columns=_columns(source.columns), targets=[one.state for one in checked],
        rows=[[value[place] for value, _ in columns] for place in range(rows)],
        given=[[given[place] for _, given in columns] for place in range(rows)],
        new_in_target=[SourceColumn(name=column.name, type=column.type) for column in new],
    )  # fmt: skip


def suggest(ctx: Context, request: SuggestMapping) -> SuggestionList:
    """Which source column each target column of a document may be made of.

    Raises:
        NotFound: the caller may read no such source.
        Invalid: it is no document.
    """
    document = sources.filled_in(ctx, parse(request.document))
    source = sources.look(ctx, document.source)
    table = sources.target_of(ctx, document)
    offered = _seen(ctx, _columns(source.columns), source, SOURCE_VALUES)
    wanted = _seen(ctx, document.columns, table.select(limit=TARGET_ROWS) if table else None, TARGET_VALUES)
    return SuggestionList(
        items=[
            Suggestion(target=one.target, column=one.source, confidence=round(100 * one.confidence), reason=one.reason)
            for one in drivers.best(offered, wanted)
        ]
    )


def _columns(columns: Columns) -> list[SourceColumn]:
    return [SourceColumn(name=column["name"], type=sql_type(column["type"])) for column in columns]


def _values(
    ctx: Context, checked: Sequence[checking.Checked], source: Relation, limit: int
) -> dict[str, tuple[list[Any], list[str | None]]]:
    """By target column its first values, and what they were where they fail or lose."""
    found: dict[str, tuple[list[Any], list[str | None]]] = {}
    whole = [one for one in checked if one.cell is not None and one.figures.rows and not one.problem]
    for few in checking.several(whole):
        cells = [one.cell for one in few if one.cell is not None]
        table = queries.over(ctx, shown(cells, limit), {SOURCE: source}).read_all()
        lists = [[plain(value, LONGEST) for value in column.to_pylist()] for column in table.columns]
        for place, cell in enumerate(cells):
            found[cell.target.name] = lists[2 * place], lists[2 * place + 1]
    return found


def _seen(ctx: Context, columns: Sequence[SourceColumn | TargetColumn], rows: Relation | None, most: int) -> list[Seen]:
    """Columns with a sample of their distinct values, as far as there are rows to look at."""
    there = {column["name"].casefold() for column in rows.columns} if rows is not None else set()
    return [
        Seen(column.name, column.type, _distinct(ctx, column.name, rows, most))
        if rows is not None and column.name.casefold() in there and not column.type.endswith("]")
        else Seen(column.name, column.type)
        for column in columns
    ]


def _distinct(ctx: Context, column: str, rows: Relation, most: int) -> frozenset[str]:
    """Some distinct values of a column, as text; one column at a time, since many at once take memory."""
    # All of this is ours: the files of a relation, and a name that is quoted.
    texts = f"SELECT CAST({quoted(column)} AS VARCHAR) AS v FROM ({rows.sql})"  # noqa: S608
    sql = f"SELECT DISTINCT v FROM ({texts}) WHERE v IS NOT NULL LIMIT {most}"  # noqa: S608
    found = parts.duck(ctx.workbench).table(sql, ctx.workbench.settings.query_seconds)
    return frozenset(found["v"].to_pylist())
