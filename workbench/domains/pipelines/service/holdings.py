"""What a person may read and write at this moment, by her roles and what was shared to her."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from workbench.core.context import Context, Principal
from workbench.core.permissions import PERMISSIONS, Level
from workbench.core.visibility import visible
from workbench.domains.access.service.identity import principal_now
from workbench.domains.connectors.models import Connector
from workbench.domains.pipelines.models import PipelineVersion
from workbench.domains.store.models import Table

from .globs import EVERYTHING, NOTHING, Globs, matches
from .rights import Holdings, Person, RunRights, Use, run_rights


def rights_for(ctx: Context, version: PipelineVersion) -> RunRights:
    """The rights that a run of a version has when the caller starts it now.

    The pipeline's owner lends nothing: only who wrote or published the version does.
    """
    tables, writes = table_names(ctx), version.writes
    caller = caller_of(ctx, writes)
    if version.published_at is not None:
        publisher = person(ctx, version.publisher_id, version.publisher or "", writes)
        return run_rights(caller, publisher=publisher, declared=(version.reads, writes), tables=tables)
    return run_rights(caller, author=person(ctx, version.author_id, version.author, writes), tables=tables)


def rights_of_caller(ctx: Context) -> RunRights:
    """The rights of code that is in no catalog: the caller's alone."""
    return run_rights(caller_of(ctx), tables=table_names(ctx))


def current_rights(ctx: Context, version: PipelineVersion | None) -> tuple[Principal, RunRights]:
    """Who a run acts as at this moment, and what it may do; `ctx` is of who submitted it, `version` what it executes.

    Of the principal, the roles and shares are those of now; the rights are globs that bound her further.
    """
    rights = rights_of_caller(ctx) if version is None else rights_for(ctx, version)
    return principal_now(ctx.db, rights.acting_id, rights.acting), rights


def declared_tables(ctx: Context, version: PipelineVersion) -> set[str]:
    """The tables there are that a version declares to read."""
    declared = Use.declared(version.reads).tables
    return {name for name in table_names(ctx) if matches(name, declared)}


def lent_tables(ctx: Context, version: PipelineVersion) -> set[str]:
    """The tables that a version declares to read, as far as its publisher, else its author, may read them now."""
    user_id, name = version.author_id, version.author
    if version.published_at is not None:
        user_id, name = version.publisher_id, version.publisher or ""
    held = person(ctx, user_id, name).holdings.reads.tables
    return {table for table in declared_tables(ctx, version) if matches(table, held)}


def caller_of(ctx: Context, writes: Iterable[str] = ()) -> Person:
    """The caller, with what she may do within the scopes of the token that she showed."""
    return Person(ctx.principal.name, ctx.principal.user_id, holdings_of(ctx, ctx.principal, writes))


def person(ctx: Context, user_id: UUID | None, name: str, writes: Iterable[str] = ()) -> Person:
    """A user in person; who is unknown, disabled or no longer a member holds nothing."""
    return Person(name, user_id, holdings_of(ctx, principal_now(ctx.db, user_id, name), writes))


def holdings_of(ctx: Context, principal: Principal, writes: Iterable[str] = ()) -> Holdings:
    """What a principal may read and write in the workspace of `ctx`.

    Of the names in `writes` those that are no table yet count as hers where she may make tables of her own.
    """
    seen = replace(ctx, principal=principal, run=None)
    written = _names(seen, Table, "tables:write")
    if seen.level("tables:write") is Level.O:
        written |= {name for name in writes if not {"*", "."} & set(name)} - set(table_names(ctx))
    return Holdings(
        reads=Use(_names(seen, Table, "tables:read"), _connectors(seen, "connectors:read_data")),
        writes=Use(written, _connectors(seen, "connectors:write_data")),
    )


def table_names(ctx: Context) -> list[str]:
    """The names of the workspace's tables."""
    present = select(Table.name).where(Table.workspace_id == ctx.workspace_id, Table.archived_at.is_(None))
    return list(ctx.db.scalars(present))


def _connectors(ctx: Context, permission: str) -> Globs:
    names = _names(ctx, Connector, permission)
    return names if names == EVERYTHING else frozenset(f"{name}.*" for name in names)


def _names(ctx: Context, model: type[Any], permission: str) -> Globs:
    reach = ctx.level(permission)
    if reach is Level.W:
        return EVERYTHING
    if reach is Level.NONE:
        return NOTHING
    rows = visible(ctx, model, permission=PERMISSIONS[permission]).where(model.archived_at.is_(None))
    return frozenset(row.name for row in ctx.db.scalars(rows))
