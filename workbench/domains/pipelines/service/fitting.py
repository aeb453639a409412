"""Whether what is filled into a template's form can work: tables and columns that are there, conditions that hold.

What cannot be found out is let pass: a connector may not answer, and its records may be taken apart before use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from workbench.core.context import Context
from workbench.core.errors import Invalid, NotFound, WorkbenchError
from workbench.core.naming import Offer, Source, Sources, columns_in, kinds_of
from workbench.core.permissions import PERMISSIONS
from workbench.core.schemas import SLUG
from workbench.core.sql import quoted
from workbench.core.visibility import visible
from workbench.domains.connectors import service as connectors
from workbench.domains.connectors.models import Connector
from workbench.domains.store.drivers.relations import Relation
from workbench.domains.store.drivers.types import sql_type
from workbench.domains.store.service import queries, reading

from .coercion import POINTER

SAMPLE = 1_000  # rows on which a condition is tried
NAMED = 12  # columns that an answer names
WANTED = {"number_column": "numbers", "moment_column": "days or times"}
Streams = Callable[[], dict[str, Source]]
Wrong = Iterator[tuple[str, str]]


def streams_of(ctx: Context, schema: Mapping[str, Any], values: Mapping[str, Any]) -> Streams:
    """What asks the connector of a form what it holds; prepared while there is a session, asked while there is none."""
    name = Sources.of(kinds_of(schema), values).connector
    seen = visible(ctx, Connector, permission=PERMISSIONS["connectors:introspect"])
    connector = ctx.db.scalars(seen.where(Connector.name == name)).one_or_none() if name else None
    if connector is None:
        return dict
    try:
        opening = connectors.prepare(ctx, ctx.db, connector)
    except WorkbenchError:
        return dict

    def ask() -> dict[str, Source]:
        try:
            found = opening.attempt(connectors.streams)
        except WorkbenchError:
            return {}
        return {one.name: {each.name: each.type for each in one.columns} for one in found}

    return ask


def check(ctx: Context, schema: Mapping[str, Any], values: Mapping[str, Any], streams: Streams) -> None:
    """Refuse what cannot work; takes a while, and needs no session.

    Raises:
        Invalid: with a pointer to each field.
    """
    kinds = kinds_of(schema)
    wrong = dict(_wrong(ctx.apart(), kinds, values, streams))
    if not wrong:
        return
    raise Invalid(
        "What is filled in cannot work: " + "; ".join(f"{name} {said}" for name, said in list(wrong.items())[:5]) + ".",
        fix="Mend what is named, and send it again.", code="template_does_not_fit",
        errors=[{"pointer": POINTER + name, "message": said} for name, said in wrong.items()],
    )  # fmt: skip


def _wrong(ctx: Context, kinds: Mapping[str, str], values: Mapping[str, Any], streams: Streams) -> Wrong:
    tables: dict[str, Relation] = {}
    for field, kind in kinds.items():
        given = values.get(field)
        if kind == "table" and given:
            try:
                tables[given] = reading.relation(ctx, given)
            except NotFound:
                yield field, f"names no table that you may read: {given}"
        if kind == "new_table" and given and not re.fullmatch(SLUG, given):
            yield field, "is no name of a table: it has lower-case letters, digits and underscores"
    chosen = Sources.of(kinds, values).chosen
    if len(tables) < len(set(chosen["table"])):
        return  # of a table that is not there nothing more can be said
    yield from _wrong_columns(kinds, values, [_source(one) for one in tables.values()], _streams(chosen, streams))
    yield from _wrong_conditions(ctx, kinds, values, tables)


def _source(table: Relation) -> Source:
    return {str(column["name"]): sql_type(column["type"]) for column in table.columns}


def _streams(chosen: Mapping[str, list[str]], streams: Streams) -> list[Source]:
    """The columns of the streams that are chosen."""
    if not chosen["stream"]:
        return []
    found = streams()
    return [found.get(name, {}) for name in chosen["stream"]]


def _wrong_columns(
    kinds: Mapping[str, str], values: Mapping[str, Any], tables: list[Source], streams: list[Source]
) -> Wrong:
    if not all(tables + streams):  # of one of them it is not known what it holds
        return
    known = columns_in([*tables, *streams])
    loose = {_tidied(name) for one in streams for name in one}
    for field, kind in kinds.items():
        given = _items(values.get(field))
        if kind == "shared_column" and not given and len(tables) > 1:
            yield field, "names no column by which the tables are joined"
        for name in given if kind in known else ():
            if name not in known[kind] and (said := _why_not(name, kind, known, loose)):
                yield field, said


def _why_not(name: str, kind: str, known: Offer, loose: Collection[str]) -> str:
    """Why a column cannot be named there; nothing where it may come of one whose name is among the `loose`."""
    if name in known["column"]:
        return f"holds no {WANTED[kind]}: {name}" if kind in WANTED else f"is not in all of the tables: {name}"
    if any(_tidied(name) == one or _tidied(name).startswith(f"{one}_") for one in loose):
        return ""
    return f"names no such column: {name}; there are {', '.join(known[kind][:NAMED]) or 'none'}"


def _items(given: Any) -> list[str]:
    return [given] if isinstance(given, str) and given else list(given or ())


def _tidied(name: str) -> str:
    """A column of a source as templates may call it: a nested object has its own columns, named after it."""
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")


def _wrong_conditions(
    ctx: Context, kinds: Mapping[str, str], values: Mapping[str, Any], tables: Mapping[str, Relation]
) -> Wrong:
    if not tables:
        return
    rows = _side_by_side(tables)
    for field, kind in kinds.items():
        for condition in _items(values.get(field)) if kind == "condition" else ():
            try:
                # The worker runs one SELECT over these tables alone, whatever the condition is made of.
                counted = f"SELECT count(*) FROM {rows} WHERE (\n{condition}\n)"  # noqa: S608
                queries.over(ctx, counted, tables).read_all()
            except Invalid as error:
                yield field, f"is no condition on these rows, {condition!r}: {error.detail}"


def _side_by_side(tables: Mapping[str, Relation]) -> str:
    """Some rows of each table beside those of the others; a column that several have is there once, as in a join."""
    parts, before = [], set[str]()
    for name, table in tables.items():
        columns = [str(column["name"]) for column in table.columns]
        own = ", ".join(quoted(column) for column in columns if column not in before) or "1"
        parts.append(f"(SELECT {own} FROM {quoted(name)} LIMIT {SAMPLE}) AS {quoted(name)}")  # noqa: S608
        before |= set(columns)
    return " POSITIONAL JOIN ".join(parts)
