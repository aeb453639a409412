"""Lending: a saved query as a dashboard reads it, by what both who reads and who stands for the query may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.core.context import Context
from workbench.core.permissions import PERMISSIONS
from workbench.core.visibility import missing, visible
from workbench.domains.access.service import publishing
from workbench.domains.access.service.identity import principal_now
from workbench.domains.queries.models import Query, QueryVersion
from workbench.domains.store.drivers.bound import Scalar

from .asking import check_reads
from .documents import SHELF, values_of


@dataclass(frozen=True, slots=True)
class Lent:
    """A SELECT with its values, and the tables that it reads as far as they were known when it was saved."""

    sql: str
    values: Mapping[str, Scalar]
    tables: tuple[str, ...]
    definer: Context


def lent(ctx: Context, name: str, number: int | None, given: Mapping[str, Any]) -> Lent:
    """A version of a saved query: the one named, else what is published, else the newest.

    Whoever lends her rights to a dashboard does not lend them to what another writes into the query afterwards: its
    definer must hold them too.

    Raises:
        NotFound: there is no such query or version that the caller may know of.
        NotPermitted: the caller or its definer may no longer ask SQL or read one of its tables.
        Conflict: it is archived.
        Invalid: a value does not fit.
    """
    query = _named(ctx, name)
    SHELF.require_active(query)
    version: QueryVersion = publishing.seen(ctx, SHELF, query, number)
    document = SHELF.document_of(version)
    definer = _definer(ctx, query, version)
    for eyes in (ctx, definer):
        check_reads(eyes, version)
    return Lent(document.sql, values_of(document, given), tuple(version.tables), definer)


def stamps(ctx: Context, names: list[str]) -> list[str]:
    """What changes when a version of some queries is saved, published or put away."""
    with ctx.reading() as db:
        rows = visible(ctx, Query, permission=PERMISSIONS[SHELF.permission]).where(Query.name.in_(names))
        return [f"q{one.etag}" for one in db.scalars(rows.order_by(Query.name))]


def _named(ctx: Context, name: str) -> Query:
    with ctx.reading() as db:
        rows = visible(ctx, Query, permission=PERMISSIONS[SHELF.permission]).where(Query.name == name)
        found = db.scalars(rows).one_or_none()
    if found is None:
        raise missing(Query, name)
    return found


def _definer(ctx: Context, query: Query, version: QueryVersion) -> Context:
    if query.published == version.number:
        return publishing.reader(ctx, query, version)
    with ctx.reading() as db:
        return ctx.behind(principal_now(db, version.author_id, version.author))
