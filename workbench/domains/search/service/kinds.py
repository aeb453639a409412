"""Where each kind of thing is looked for: always among what `visible` lets the caller see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import aliased

from workbench.core.context import Context
from workbench.core.people import who
from workbench.core.permissions import PERMISSIONS
from workbench.core.visibility import visible
from workbench.domains.access.models import Member, User
from workbench.domains.apps.service import listed as apps_listed
from workbench.domains.connectors.models import Connector
from workbench.domains.dashboards.models import Dashboard
from workbench.domains.dashboards.service.views import listed
from workbench.domains.docs.schemas import DocumentDetail, Heading
from workbench.domains.docs.service import documents
from workbench.domains.mappings.models import Mapping
from workbench.domains.pipelines.models import Pipeline
from workbench.domains.pipelines.service.templates import shipped
from workbench.domains.queries.models import Query
from workbench.domains.queries.service.views import listed as saved_queries
from workbench.domains.runs.models import Run
from workbench.domains.search.schemas import Hit, Kind
from workbench.domains.store.models import Table, TableHead
from workbench.domains.store.service.tables import all_readable

from .ranking import SOMEWHERE, fits, rank, rank_of

Look = Callable[[Context, str, int], list[Hit]]
LATEST_RUNS, TABLES = 10_000, 500  # among which runs and columns are looked for


def _pipelines(ctx: Context, q: str, limit: int) -> list[Hit]:
    rows = _seen(ctx, Pipeline, "pipelines:read").where(Pipeline.archived_at.is_(None))
    names = (Pipeline.name, Pipeline.title)
    return [
        _hit(Kind.PIPELINES, row.title or row.name, row.description or row.name, _page("pipelines", row.name), place)
        for row, place in _best(ctx, rows, q, limit, names, (*names, Pipeline.description))
    ]


def _tables(ctx: Context, q: str, limit: int) -> list[Hit]:
    rows, names = all_readable(ctx).add_columns(TableHead.rows), (Table.name,)
    return [
        _hit(Kind.TABLES, row.name, row.description or f"{number:,} rows", _page("tables", row.name), place)
        for row, number, place in _best(ctx, rows, q, limit, names, (*names, Table.description))
    ]


def _dashboards(ctx: Context, q: str, limit: int) -> list[Hit]:
    names = (Dashboard.title, Dashboard.name)
    return [
        _hit(Kind.DASHBOARDS, row.title or row.name, row.description or row.name, _page("d", row.name), place)
        for row, place in _best(ctx, listed(ctx), q, limit, names, (*names, Dashboard.description))
    ]


def _apps(ctx: Context, q: str, limit: int) -> list[Hit]:
    names = (Pipeline.title, Pipeline.name)
    return [
        _hit(Kind.APPS, row.title or row.name, row.description or row.name, _page("app", row.name), place)
        for row, place in _best(ctx, apps_listed(ctx), q, limit, names, (*names, Pipeline.description))
    ]


def _mappings(ctx: Context, q: str, limit: int) -> list[Hit]:
    rows, names = (
        _seen(ctx, Mapping, "schemas:read").where(Mapping.archived_at.is_(None)),
        (Mapping.title, Mapping.name),
    )
    return [
        _hit(Kind.MAPPINGS, row.title or row.name, row.description or row.name, _page("mappings", row.name), place)
        for row, place in _best(ctx, rows, q, limit, names, (*names, Mapping.description))
    ]


def _queries(ctx: Context, q: str, limit: int) -> list[Hit]:
    names = (Query.title, Query.name)
    return [
        _hit(Kind.QUERIES, row.title or row.name, row.description or row.name, _page("queries", row.name), place)
        for row, place in _best(ctx, saved_queries(ctx), q, limit, names, (*names, Query.description))
    ]


def _connectors(ctx: Context, q: str, limit: int) -> list[Hit]:
    """By what everybody may know of one: its name and type."""
    rows = _seen(ctx, Connector, "connectors:list").where(Connector.archived_at.is_(None))
    of_its_own, names = ctx.may("connectors:read"), (Connector.name,)
    return [
        _hit(
            Kind.CONNECTORS, row.name, row.type,
            _page("connectors", row.name) if of_its_own else f"connectors?{urlencode({'q': row.name})}", place,
        )
        for row, place in _best(ctx, rows, q, limit, names, (*names, Connector.type))
    ]  # fmt: skip


def _columns(ctx: Context, q: str, limit: int) -> list[Hit]:
    """Columns of the tables that were written last."""
    holding = all_readable(ctx).where(fits(q, [cast(TableHead.columns, Text)]))
    rows = holding.with_only_columns(Table.name, TableHead.columns).order_by(TableHead.updated_at.desc(), Table.name)
    found = [
        _hit(Kind.COLUMNS, column["name"], f"{column['type']} of {name}", _page("tables", name), place)
        for name, columns in ctx.db.execute(rows.limit(TABLES))
        for column in columns
        if (place := rank_of(q, column["name"]))
    ]
    return sorted(found, key=lambda hit: (-hit.rank, len(hit.title), hit.title))[:limit]


def _runs(ctx: Context, q: str, limit: int) -> list[Hit]:
    """By what their pipelines are called, among the latest; those that fit alike the newest first."""
    latest = _seen(ctx, Run, "runs:read").with_only_columns(Run.id, Run.title, Run.created_at)
    some = latest.order_by(Run.created_at.desc(), Run.id.desc()).limit(LATEST_RUNS).subquery()
    place = rank(q, [some.c.title]).label("place")
    query = select(some.c.id, place).where(fits(q, [some.c.title])).order_by(place.desc(), some.c.created_at.desc())
    found = query.limit(limit).subquery()
    rows = select(Run, found.c.place).join(found, found.c.id == Run.id)
    return [
        Hit(
            kind=Kind.RUNS, title=run.title, detail=f"{run.status}, by {who(run.submitted_by)}", at=run.created_at,
            page=_page("runs", str(run.id)), rank=place,
        )
        for run, place in ctx.db.execute(rows.order_by(found.c.place.desc(), Run.created_at.desc()))
    ]  # fmt: skip


def _templates(_: Context, q: str, limit: int) -> list[Hit]:
    found = [
        _hit(Kind.TEMPLATES, one.title, one.description, _page("templates", one.name), place)
        for one in shipped().values()
        if (place := rank_of(q, one.title, one.name, one.description))
    ]
    return sorted(found, key=lambda hit: (-hit.rank, hit.title))[:limit]


def _members(ctx: Context, q: str, limit: int) -> list[Hit]:
    here = _seen(ctx, Member, "members:read").with_only_columns(Member.user_id)
    person = aliased(User)
    names = (person.display_name, person.name)
    return [
        _hit(Kind.MEMBERS, row.display_name, row.name, f"members?{urlencode({'q': row.name})}", place)
        for row, place in _best(ctx, select(person).where(person.id.in_(here)), q, limit, names, names)
    ]


def _docs(_: Context, q: str, limit: int) -> list[Hit]:
    """By the titles of documents and of their parts, which count less."""
    found = [
        _part(one, heading, place)
        for one in documents().values()
        for heading in one.headings
        if (place := rank_of(q, heading.text))
    ]
    return sorted(found, key=lambda hit: (-hit.rank, len(hit.title), hit.title))[:limit]


KINDS: Final[dict[Kind, tuple[str, Look]]] = {
    Kind.PIPELINES: ("pipelines:read", _pipelines),
    Kind.TABLES: ("tables:read", _tables),
    Kind.DASHBOARDS: ("dashboards:view", _dashboards),
    Kind.APPS: ("pipelines:read", _apps),
    Kind.CONNECTORS: ("connectors:list", _connectors),
    Kind.MAPPINGS: ("schemas:read", _mappings),
    Kind.QUERIES: ("queries:view", _queries),
    Kind.COLUMNS: ("tables:read", _columns),
    Kind.RUNS: ("runs:read", _runs),
    Kind.TEMPLATES: ("pipelines:design", _templates),
    Kind.MEMBERS: ("members:read", _members),
    Kind.DOCS: ("docs:read", _docs),
}


def _seen(ctx: Context, model: type[Any], permission: str) -> Select[Any]:
    rows: Select[Any] = visible(ctx, model, permission=PERMISSIONS[permission])
    return rows


def _best(
    ctx: Context, rows: Select[Any], q: str, limit: int, names: Sequence[Any], texts: Sequence[Any]
) -> Sequence[Any]:
    """The rows that fit, with how well; of those that fit alike the ones with the shortest names first."""
    place = rank(q, names)
    query = rows.add_columns(place).where(fits(q, texts))
    return ctx.db.execute(query.order_by(place.desc(), func.length(names[0]), names[0]).limit(limit)).all()


def _hit(kind: Kind, title: str, detail: str, page: str, place: int) -> Hit:
    return Hit(kind=kind, title=title, detail=detail, page=page, rank=place)


def _page(stem: str, name: str) -> str:
    return f"{stem}/{quote(name, safe='')}"


def _part(document: DocumentDetail, heading: Heading, place: int) -> Hit:
    page = _page("docs", document.name)
    if heading.level == 1:
        return _hit(Kind.DOCS, heading.text, document.summary, page, place)
    return _hit(Kind.DOCS, heading.text, document.title, f"{page}#{quote(heading.anchor)}", max(SOMEWHERE, place - 1))
