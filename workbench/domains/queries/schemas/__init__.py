"""Requests and replies about queries."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field, FiniteFloat

from workbench.core.documents import AsWritten, Message, Number
from workbench.core.permissions import Role
from workbench.core.schemas import Key, ListRequest, Request, Slug, View
from workbench.domains.access.schemas import ShareView
from workbench.domains.store.schemas import ColumnView

from .documents import MOST_PARAMETERS, Chart, Document, Parameter, ParameterName, Sql, Text, Whole

MOST_ROWS = 1000
Ticket = Annotated[str, Field(pattern=r"^[\w-]{8,64}$")]
OF_YOUR_OWN = "A name of your own for what is asked, to end it by `queries cancel`."
Values = Annotated[
    dict[ParameterName, bool | Whole | FiniteFloat | Text],
    Field(max_length=40, description="What the parameters are, by name."),
]


class RunQuery(Request):
    """Asks one SELECT (DuckDB's SQL) over the tables of the workspace."""

    sql: str = Field(min_length=1, max_length=1_000_000)
    limit: int | None = Field(default=None, ge=0, description="How many rows at most.")
    values: Values = Field(default={})


class TakeOut(Request):
    """Take the rows of one SELECT out."""

    sql: Sql
    parameters: list[Parameter] = Field(default=[], max_length=MOST_PARAMETERS)
    values: Values = Field(default={})


class ListQueries(ListRequest):
    """Ask for saved queries."""

    archived: bool = Field(default=False, description="Those that were archived instead of the others.")
    table: Annotated[str | None, Field(max_length=200)] = Field(default=None, description="Those that read this table.")


class ShowQuery(Request):
    """Name a saved query."""

    id: Key


class CreateQuery(Request):
    """Save a query."""

    document: AsWritten
    name: Slug | None = Field(default=None, description="By default made of the title.")
    message: Message = ""


class SaveQuery(ShowQuery):
    """Save a query's next version."""

    document: AsWritten
    message: Message = ""


class ListVersions(ListRequest):
    """Ask for the versions of a query."""

    id: Key


class ShowVersion(ShowQuery):
    """Name a version of a query."""

    number: Number


class RestoreQuery(ShowQuery):
    """Bring an earlier version back."""

    version: Number
    message: Message = ""


class PublishQuery(ShowQuery):
    """Show the rows of a version to an audience, by the publisher's rights on what it reads."""

    version: Number | None = Field(default=None, description="The newest when none is named.")
    roles: list[Role] = Field(default=[], max_length=len(Role), description="Everybody in these roles may see it.")
    people: list[Key] = Field(default=[], max_length=200, description="Members who may see it.")
    groups: list[Key] = Field(default=[], max_length=200, description="Everybody in these groups may see it.")
    allow_export: bool = Field(default=False, description="Viewers may take its rows out as CSV.")


class AskQuery(ShowQuery):
    """Ask for the rows of a saved query."""

    version: Number | None = Field(default=None, description="The published one when none is named, else the newest.")
    values: Values = Field(default={})


class RowsOfQuery(AskQuery):
    """Ask for all rows of a saved query, or the first of them."""

    limit: int | None = Field(default=None, ge=0, description="How many rows at most.")


class _Piece(Request):
    start: int = Field(default=0, ge=0, description="How many rows stand before the first that is given.")
    limit: int = Field(default=100, ge=1, le=MOST_ROWS, description="How many rows at most.")
    count: bool = Field(default=True, description="Whether to find out how many rows there are in all.")
    ticket: Ticket | None = Field(default=None, description=OF_YOUR_OWN)


class PageOfQuery(_Piece, AskQuery):
    """Ask for some rows of a saved query."""


class PreviewQuery(_Piece):
    """Ask for some rows of what a document asks."""

    document: AsWritten
    values: Values = Field(default={})
    keep: bool = Field(default=False, description="Whether it is kept among what one asked lately, without values.")


class ListAsked(ListRequest):
    """Ask for what one asked oneself."""


class ForgetAsked(Request):
    """Forget what one asked oneself."""


class AskedView(View):
    """A statement that one asked, without the values that one gave it."""

    listed: ClassVar = ("asked=created_at", "failed", "sql")

    id: UUID
    sql: str
    parameters: list[Parameter]
    failed: bool
    created_at: datetime


class Forgotten(View):
    """How many statements are forgotten."""

    forgotten: int


class CancelQuery(Request):
    """End what one asked oneself."""

    ticket: Ticket = Field(description=OF_YOUR_OWN)


class Cancelled(View):
    """Whether anything was under way."""

    ended: bool
    told: Literal["ended", "nothing of that name is being answered here"]


class QueryView(View):
    """A saved query."""

    listed: ClassVar = ("name", "title", "version=current_version", "published", "updated=updated_at")

    id: UUID
    name: str
    title: str
    description: str
    owner_id: UUID | None
    current_version: int
    published: int | None = Field(description="The version that its audience sees.")
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    etag: int = Field(description="Goes up with every change; what If-Match compares.")


class ShownQuery(QueryView):
    """A saved query as its reader may see it."""

    number: int = Field(description="The version that is shown.")
    sql: str | None = Field(description="None to those who see it by a share only.")
    parameters: list[Parameter]
    chart: Chart | None
    tables: list[str] = Field(description="The tables that it reads; none to those who see it by a share only.")
    stamp: str = Field(description="Another one when a table that it reads has a new version.")
    at: datetime = Field(description="When this was answered.")
    as_of: datetime | None = Field(description="When the oldest of its tables was written.")
    run_id: UUID | None = Field(description="The run that wrote that table.")
    late: bool = Field(description="Whether that is longer ago than its document allows.")
    audience: list[ShareView] = Field(description="Whom it is shared with; nobody to those who may not edit it.")
    may_ask: bool = Field(description="Whether its rows can be asked for: published, or with the right to run SQL.")
    may_edit: bool
    may_share: bool
    may_export: bool


class QueryVersionView(View):
    """What a query was."""

    listed: ClassVar = ("version=number", "author", "created=created_at", "published=published_at", "message")

    query: str
    number: int
    author: str
    message: str
    created_at: datetime
    restores: int | None
    tables: list[str] = Field(description="The tables that it reads.")
    published_at: datetime | None
    publisher: str | None
    allow_export: bool


class QueryVersionDetail(QueryVersionView):
    """What a query was, with its document."""

    document: Document


class QueryRows(View):
    """Some rows of an answer; dates are ISO 8601, decimals text, bytes base64."""

    columns: list[ColumnView]
    rows: list[list[Any]]
    start: int
    more: bool = Field(description="Whether there are rows after these.")
    total: int | None = Field(description="How many rows there are in all, where that was found out.")
    seconds: float = Field(description="How long the answer took.")
