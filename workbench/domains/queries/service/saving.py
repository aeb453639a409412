"""Saving in its phases: a document is read and its SELECT parsed while no transaction waits, then kept."""

from __future__ import annotations

from typing import Any

from workbench.core.context import Context
from workbench.core.errors import NotFound
from workbench.core.operations import External
from workbench.domains.access.service import publishing
from workbench.domains.queries.models import Query, QueryVersion
from workbench.domains.queries.schemas import CreateQuery, PublishQuery, QueryView, SaveQuery
from workbench.domains.queries.schemas.documents import Document
from workbench.domains.store.service import queries as store
from workbench.domains.store.service import tables

from .documents import SHELF, parse

Checked = tuple[Document, list[str]]


def creation(ctx: Context, request: CreateQuery) -> External[QueryView]:
    """Saves a document that holds."""

    def store_it(later: Context, checked: Checked) -> QueryView:
        document, names = checked
        made = SHELF.create(later, request.name, document, request.message, tables=names)
        later.db.flush()
        return QueryView.of(made)

    return External(lambda: _checked(ctx, request.document), store_it)


def saving(ctx: Context, request: SaveQuery) -> External[QueryView]:
    """Saves a document that holds as the next version, where nobody else did so meanwhile."""
    query_id, etag = ctx.target.id, ctx.target.etag

    def store_it(later: Context, checked: Checked) -> QueryView:
        document, names = checked
        query = SHELF.unchanged(later.db, query_id, etag)
        SHELF.append(later, query, document, request.message, tables=names)
        later.db.flush()
        return QueryView.of(query)

    return External(lambda: _checked(ctx, request.document), store_it)


def publish(ctx: Context, query: Query, request: PublishQuery) -> QueryVersion:
    """Show a version to those who see the query, and let the roles, people and groups that are named see it too.

    Raises:
        NotFound: there is no such version, or the workspace has no such member or group.
        NotPermitted: the publisher may not read all that it reads, or may not share.
        Conflict: the query is archived.
    """
    SHELF.require_active(query)
    version = SHELF.version_of(ctx.db, query, request.version)
    lacking = [f"reading {name}" for name in version.tables if not _reads(ctx, name)]
    if not ctx.may("queries:run"):
        lacking.append("asking SQL")
    if lacking:
        raise publishing.lacking(lacking)
    to = publishing.audiences(request.roles, request.people, request.groups)
    publishing.show(ctx, SHELF, query, version, to, allow_export=request.allow_export)
    return version


def _reads(ctx: Context, name: str) -> bool:
    try:
        tables.readable(ctx, ctx.db, name)
    except NotFound:
        return False
    return True


def _checked(ctx: Context, written: dict[str, Any] | str) -> Checked:
    alone = ctx.apart()
    document = parse(written)
    return document, store.readable_among(alone, store.named_in(alone, document.sql))
