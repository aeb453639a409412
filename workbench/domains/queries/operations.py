"""The doors to SQL over tables, and to saved queries."""

from __future__ import annotations

from typing import Any

from workbench.core import sheet
from workbench.core.context import Context
from workbench.core.operations import Download, External, operation
from workbench.core.schemas import Page
from workbench.domains.access.schemas import ReportProblem, RequestAccess, Told
from workbench.domains.access.service import notices, publishing
from workbench.domains.store.service import queries as store

from . import schemas as s
from .models import Query
from .service import asking, history, saving, views
from .service.documents import SHELF
from .service.tickets import tickets

TARGET = (Query, "id")
YAML = "application/yaml"


@operation(
    "queries.run", "POST /queries", "queries:run", effect="raw", gives="arrow", audited=True, positional=("sql",),
    asks=True,
)  # fmt: skip
def run(ctx: Context, request: s.RunQuery) -> Any:
    """Ask one SELECT (DuckDB's SQL) over the tables of the workspace."""
    return store.run(ctx, request.sql, request.limit, values=request.values)


@operation("queries.preview", "POST /queries/preview", "queries:run", effect="raw", positional=("document",), asks=True)
def preview(ctx: Context, request: s.PreviewQuery) -> s.QueryRows:
    """Show some rows of what a document asks, without saving it."""
    return asking.preview(ctx, request)


@operation(
    "queries.csv", "GET /queries/csv", "queries:run", effect="raw", gives="file", media_types=(sheet.MEDIA_TYPE,),
    positional=("sql",),
)  # fmt: skip
def take_out(ctx: Context, request: s.TakeOut) -> Download:
    """Take the rows of one SELECT out as CSV."""
    return asking.csv_of_sql(ctx, request)


@operation("queries.cancel", "POST /queries/cancel", "queries:view", effect="raw", positional=("ticket",), asks=True)
def cancel(ctx: Context, request: s.CancelQuery) -> s.Cancelled:
    """End a query that one asked oneself under a ticket, in the server that answers it."""
    ended = tickets(ctx.workbench).end(ctx, request.ticket)
    return s.Cancelled(ended=ended, told="ended" if ended else "nothing of that name is being answered here")


@operation("queries.history", "GET /queries/history", "queries:run", effect="read")
def history_of(ctx: Context, request: s.ListAsked) -> Page[s.AskedView]:
    """List what one asked lately oneself on the query page, without the values that one gave."""
    return history.latest(ctx, request)


@operation("queries.forget", "DELETE /queries/history", "queries:run", effect="write")
def forget(ctx: Context, request: s.ForgetAsked) -> s.Forgotten:
    """Forget what one asked lately oneself."""
    return s.Forgotten(forgotten=history.forget(ctx))


@operation("queries.list", "GET /saved-queries", "queries:view", effect="read")
def list_queries(ctx: Context, request: s.ListQueries) -> Page[s.QueryView]:
    """List the saved queries of the workspace."""
    return views.several(ctx, request)


@operation("queries.show", "GET /saved-queries/{id}", "queries:view", target=TARGET, effect="read")
def show(ctx: Context, request: s.ShowQuery) -> s.ShownQuery:
    """Show a saved query: what is published, else the newest version."""
    return views.shown(ctx, ctx.target)


@operation(
    "queries.rows", "POST /saved-queries/{id}/rows", "queries:view", target=TARGET, effect="raw", gives="arrow",
    asks=True,
)  # fmt: skip
def rows(ctx: Context, request: s.RowsOfQuery) -> Any:
    """Ask a saved query for its rows as an Arrow stream, by its publisher's rights where it is published."""
    return asking.rows(ctx, request)


@operation("queries.data", "POST /saved-queries/{id}/data", "queries:view", target=TARGET, effect="raw", asks=True)
def data(ctx: Context, request: s.PageOfQuery) -> s.QueryRows:
    """Ask a saved query for some of its rows, and how many there are."""
    return asking.piece(ctx, request)


@operation(
    "queries.export", "GET /saved-queries/{id}/csv", "data:export", target=TARGET, effect="raw", gives="file",
    media_types=(sheet.MEDIA_TYPE,),
)  # fmt: skip
def export(ctx: Context, request: s.AskQuery) -> Download:
    """Take the rows of a saved query out as CSV."""
    return asking.csv_of(ctx, request)


@operation(
    "queries.create", "POST /saved-queries", "queries:write", effect="external", status=201, positional=("document",)
)
def create(ctx: Context, request: s.CreateQuery) -> External[s.QueryView]:
    """Save a query: one SELECT, its parameters and its chart, as a document."""
    return saving.creation(ctx, request)


@operation(
    "queries.save", "PUT /saved-queries/{id}", "queries:write",
    target=TARGET, effect="external", versioned=True, positional=("document",),
)  # fmt: skip
def save(ctx: Context, request: s.SaveQuery) -> External[s.QueryView]:
    """Save a document as the next version of a query."""
    return saving.saving(ctx, request)


@operation("queries.versions", "GET /saved-queries/{id}/versions", "queries:write", target=TARGET, effect="read")
def versions(ctx: Context, request: s.ListVersions) -> Page[s.QueryVersionView]:
    """List the versions of a query, the newest first."""
    return views.versions(ctx, ctx.target, request)


@operation(
    "queries.show_version", "GET /saved-queries/{id}/versions/{number}", "queries:write", target=TARGET, effect="read"
)
def show_version(ctx: Context, request: s.ShowVersion) -> s.QueryVersionDetail:
    """Show a version of a query with its document."""
    return views.version(ctx.target, SHELF.version_of(ctx.db, ctx.target, request.number))


@operation(
    "queries.document", "GET /saved-queries/{id}/versions/{number}/document", "queries:write",
    target=TARGET, effect="raw", gives="file", media_types=(YAML,),
)  # fmt: skip
def document(ctx: Context, request: s.ShowVersion) -> Download:
    """Download the document of a version as YAML."""
    with ctx.reading() as db:
        text = SHELF.text_of(SHELF.version_of(db, ctx.target, request.number))
    return Download(text.encode(), YAML, f"{ctx.target.name}-{request.number}.yaml")


@operation("queries.restore", "POST /saved-queries/{id}/restore", "queries:write", target=TARGET, effect="write")
def restore(ctx: Context, request: s.RestoreQuery) -> s.QueryView:
    """Make an earlier version the newest one, as a new version."""
    SHELF.restore(ctx, ctx.target, request.version, request.message, "tables")
    ctx.db.flush()
    return s.QueryView.of(ctx.target)


@operation("queries.publish", "POST /saved-queries/{id}/publish", "queries:publish", target=TARGET, effect="write")
def publish(ctx: Context, request: s.PublishQuery) -> s.QueryVersionDetail:
    """Show the rows of a version to an audience, by the publisher's rights."""
    return views.version(ctx.target, saving.publish(ctx, ctx.target, request))


@operation("queries.unpublish", "POST /saved-queries/{id}/unpublish", "queries:publish", target=TARGET, effect="write")
def unpublish(ctx: Context, request: s.ShowQuery) -> s.QueryView:
    """Show a query to its audience no longer."""
    publishing.hide(ctx, SHELF, ctx.target)
    ctx.db.flush()
    return s.QueryView.of(ctx.target)


@operation("queries.archive", "POST /saved-queries/{id}/archive", "queries:write", target=TARGET, effect="write")
def archive(ctx: Context, request: s.ShowQuery) -> s.QueryView:
    """Put a query away; nothing of it is lost, and cards of dashboards that show it say so."""
    SHELF.archive(ctx, ctx.target)
    ctx.db.flush()
    return s.QueryView.of(ctx.target)


@operation("queries.unarchive", "POST /saved-queries/{id}/unarchive", "queries:write", target=TARGET, effect="write")
def unarchive(ctx: Context, request: s.ShowQuery) -> s.QueryView:
    """Bring an archived query back."""
    SHELF.unarchive(ctx, ctx.target)
    ctx.db.flush()
    return s.QueryView.of(ctx.target)


@operation("queries.request_access", "POST /saved-queries/{id}/request-access", "queries:view", effect="write")
def request_access(ctx: Context, request: RequestAccess) -> Told:
    """Ask the owner of a saved query to let one see it."""
    return notices.request_access(ctx, SHELF, request.id, request.message)


@operation("queries.report_problem", "POST /saved-queries/{id}/report", "queries:view", target=TARGET, effect="write")
def report_problem(ctx: Context, request: ReportProblem) -> Told:
    """Tell the owner of a saved query what is wrong with it."""
    return notices.report(ctx, SHELF, ctx.target, request.text)
