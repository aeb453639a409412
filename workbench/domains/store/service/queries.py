"""SQL that people write, over the tables they may see."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from workbench.core.context import Context
from workbench.core.errors import Invalid, NotPermitted
from workbench.core.sql import quoted
from workbench.domains.store.drivers.bound import NO_VALUES, Values
from workbench.domains.store.drivers.relations import Relation
from workbench.domains.store.drivers.types import projection
from workbench.domains.store.drivers.workers import Query
from workbench.domains.store.models import Table
from workbench.domains.store.schemas import ReadTable

from . import parts, reading, tables

if TYPE_CHECKING:
    import pyarrow as pa

NO_TABLE = re.compile(r"Table with name (?P<name>.+?) does not exist")


def run(
    ctx: Context, sql: str, limit: int | None = None, *, values: Values = NO_VALUES,
    begun: Callable[[Query], None] = lambda _: None, only: Collection[str] | None = None,
) -> pa.RecordBatchReader:  # fmt: skip
    """The rows of one SELECT over the tables that the caller may read; within a run, as the run sees them.

    `values` are those of its parameters; `begun` gets its worker, which may be closed at any moment; `only` names the
    tables that may be read at most.

    Raises:
        Invalid: it is not one SELECT, or DuckDB refuses it; says what DuckDB said.
        TimedOut: it took too long and was ended.
    """
    query = parts.workers(ctx.workbench).query(ctx.holder)
    try:
        begun(query)
        names = readable_among(ctx, query.tables(sql))
        found = reading.relations(ctx, [name for name in names if only is None or name in only])
        views = {name: relation.sql for name, relation in found.items()}
        paths = [path for relation in found.values() for path in relation.paths]
        return query.stream(sql, views, paths, limit, values)
    except Invalid as error:
        query.close()
        raise _mended(error, _visible_names(ctx)) from error
    except BaseException:
        query.close()
        raise


def named_in(ctx: Context, sql: str) -> list[str]:
    """The names that a SELECT reads from, whoever asks and whether or not there are such tables.

    Raises:
        Invalid: it is not exactly one SELECT.
    """
    query = parts.workers(ctx.workbench).query(ctx.holder)
    try:
        return query.tables(sql)
    finally:
        query.close()


def readable_among(ctx: Context, names: Iterable[str]) -> list[str]:
    """Those of some names, as SQL has them, that are tables which the caller may read."""
    return sorted({name.lower() for name in names} & _visible_names(ctx))


def over(
    ctx: Context, sql: str, relations: Mapping[str, Relation], limit: int | None = None,
    values: Values = NO_VALUES,
) -> pa.RecordBatchReader:  # fmt: skip
    """The rows of one SELECT over given relations and nothing else."""
    query = parts.workers(ctx.workbench).query(ctx.holder)
    paths = [path for relation in relations.values() for path in relation.paths]
    return query.stream(sql, {name: relation.sql for name, relation in relations.items()}, paths, limit, values)


def scalars(ctx: Context, expressions: Iterable[str]) -> Iterator[list[str] | Invalid]:
    """The columns that each of some scalar expressions names, or why it is none."""
    query = parts.workers(ctx.workbench).query(ctx.holder)
    try:
        for expression in expressions:
            try:
                yield query.columns(expression)
            except Invalid as error:
                yield error
    finally:
        query.close()


def read(ctx: Context, request: ReadTable) -> pa.RecordBatchReader:
    """The rows of a table; a condition that somebody wrote is run as SQL that people write, over this table alone.

    Raises:
        NotFound: there is no such table or version.
        Invalid: there is no such column, or the condition is wrong.
    """
    found = reading.relation(ctx, request.name, request.version)
    chosen = found.select(request.columns, request.limit)
    if request.where is None:
        return parts.duck(ctx.workbench).stream(chosen)
    listed = projection(chosen.columns, [column["name"] for column in chosen.columns])
    # The worker runs one SELECT over this one table, whatever the condition is made of.
    sql = f"SELECT {listed} FROM {quoted(request.name)} WHERE (\n{request.where}\n)"  # noqa: S608
    return over(ctx, sql, {request.name: found}, request.limit)


def _visible_names(ctx: Context) -> set[str]:
    with ctx.reading() as db:
        names = set(db.scalars(tables.all_readable(ctx).with_only_columns(Table.name)))
        if ctx.run is not None:
            names |= {write.table_name for write in reading.staged_writes(db, ctx.run.commit_id)}
    return {name for name in names if _declared(ctx, name)}


def _declared(ctx: Context, name: str) -> bool:
    try:
        ctx.check_declared("reads", name)
    except NotPermitted:
        return False
    return True


def _mended(error: Invalid, names: set[str]) -> Invalid:
    """The error with a proposal, where a table of that name is not to be seen."""
    match = NO_TABLE.search(error.detail)
    if match is None:
        return error
    near = difflib.get_close_matches(match["name"].strip('"').lower(), sorted(names), n=3, cutoff=0.5)
    listed = ", ".join(sorted(names)[:20]) or "none yet"
    fix = f"Did you mean {' or '.join(near)}?" if near else f"There are: {listed}."
    return Invalid(
        f"There is no table {match['name']} here.", fix=fix, code="unknown_table", errors=error.errors, **error.params
    )
