"""Requests and replies about dashboards that people make."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from workbench.core.documents import AsWritten, ColumnName, Message, Number
from workbench.core.permissions import Role
from workbench.core.schemas import Key, ListRequest, Request, Slug, View
from workbench.domains.access.schemas import ReportProblem, ShareView

from .documents import CardId, Document


class ListDashboards(ListRequest):
    """Ask for dashboards."""

    archived: bool = Field(default=False, description="Those that were archived instead of the others.")


class DashboardItem(View):
    """A dashboard, and the page of the workspace that shows it."""

    listed: ClassVar = ("name=id", "title", "description", "page", "published")

    id: str
    object_id: UUID | None = Field(default=None, description="By which `ids` name it; null of what is built in.")
    title: str
    description: str
    page: str = Field(description="Below `/workbench/apps/<workspace>/`.")
    published: int | None = Field(default=None, description="The version that its audience sees.")
    updated_at: datetime | None = None


class ShowDashboard(Request):
    """Name a dashboard."""

    id: Key


class CreateDashboard(Request):
    """Make a dashboard."""

    document: AsWritten
    name: Slug | None = Field(default=None, description="By default made of the title.")
    message: Message = ""


class SaveDashboard(ShowDashboard):
    """Save a dashboard's next version."""

    document: AsWritten
    message: Message = ""


class ListVersions(ListRequest):
    """Ask for the versions of a dashboard."""

    id: Key


class ShowVersion(ShowDashboard):
    """Name a version of a dashboard."""

    number: Number


class RestoreDashboard(ShowDashboard):
    """Bring an earlier version back."""

    version: Number
    message: Message = ""


class PublishDashboard(ShowDashboard):
    """Show a version to an audience, with the publisher's rights on what it reads."""

    version: Number | None = Field(default=None, description="The newest when none is named.")
    roles: list[Role] = Field(default=[], max_length=len(Role), description="Everybody in these roles may see it.")
    people: list[Key] = Field(default=[], max_length=200, description="Members who may see it.")
    groups: list[Key] = Field(default=[], max_length=200, description="Everybody in these groups may see it.")
    allow_export: bool = Field(default=False, description="Viewers may take its data out as CSV.")


class DashboardView(View):
    """A dashboard."""

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
    page: str = Field(description="Below `/workbench/apps/<workspace>/`.")


class BoardVersionView(View):
    """What a dashboard was."""

    listed: ClassVar = ("version=number", "author", "created=created_at", "published=published_at", "message")

    dashboard: str
    number: int
    author: str
    message: str
    created_at: datetime
    restores: int | None
    tables: list[str] = Field(description="The tables that it reads.")
    published_at: datetime | None
    publisher: str | None
    allow_export: bool


class BoardVersionDetail(BoardVersionView):
    """What a dashboard was, with its document."""

    document: Document


class ShownDashboard(DashboardView):
    """A dashboard with the document that the caller looks at."""

    number: int = Field(description="The version of this document.")
    document: Document
    stamp: str = Field(description="Another one when a table that it reads has a new version.")
    audience: list[ShareView] = Field(description="Whom it is shared with; nobody to those who may not edit it.")
    may_edit: bool
    may_share: bool
    may_export: bool


FILTER_CHARACTERS = 65_536


class Filter(BaseModel):
    """What the values of a column are narrowed to: some of them, or a range."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    any_of: list[Annotated[str, Field(max_length=1000)] | None] | None = Field(default=None, max_length=200)
    least: date | FiniteFloat | None = Field(default=None, description="The first day, or the smallest number.")
    most: date | FiniteFloat | None = Field(default=None, description="The last day, or the largest number.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.any_of is None and self.least is None and self.most is None:
            raise ValueError("give any_of, least or most")
        return self


def _short(filters: dict[str, Filter]) -> dict[str, Filter]:
    """All of them become part of one statement, which is read and kept."""
    if sum(len(text or "") for one in filters.values() for text in one.any_of or ()) > FILTER_CHARACTERS:
        raise ValueError(f"the values have more than {FILTER_CHARACTERS:,} characters together; choose fewer")
    return filters


Filters = Annotated[
    dict[ColumnName, Filter],
    Field(max_length=40, description="By column; each narrows the cards that have it."),
    AfterValidator(_short),
]


class AskDashboard(ShowDashboard):
    """Ask for what the cards of a dashboard show."""

    version: Number | None = Field(default=None, description="The published one when none is named, else the newest.")
    card: CardId | None = Field(default=None, description="One card alone.")
    filters: Filters = Field(default={})


class PreviewDashboard(Request):
    """Ask for what the cards of a document would show."""

    document: AsWritten
    card: CardId | None = Field(default=None, description="One card alone.")
    filters: Filters = Field(default={})


class ExportCard(ShowDashboard):
    """Take the data of one card out."""

    card: CardId
    version: Number | None = None
    filters: Filters = Field(default={})


class Origin(View):
    """A version of a table that a card was made of."""

    table: str
    version: int
    run_id: UUID | None
    author: str
    at: datetime


class Trouble(View):
    """Why a card shows nothing."""

    code: str
    detail: str
    fix: str


class CardData(View):
    """What one card shows."""

    id: str
    kind: str
    columns: list[str]
    rows: list[list[Any]]
    value: float | str | None = Field(default=None, description="Of a single number.")
    truncated: bool = Field(default=False, description="There is more than is given.")
    as_of: datetime | None = Field(default=None, description="When the oldest of its tables was written.")
    late: bool = False
    origins: list[Origin] = Field(default=[])
    trouble: Trouble | None = None


class DashboardData(View):
    """What the cards of a dashboard show, all of the same moment."""

    listed: ClassVar = ("name", "number", "as_of", "late")

    name: str
    number: int
    at: datetime
    as_of: datetime | None = Field(description="When the oldest of its tables was written.")
    run_id: UUID | None = Field(description="The run that wrote that table.")
    late: bool
    cards: list[CardData]


class ReportBoard(ReportProblem):
    """Tell the owner of a dashboard what is wrong with it."""

    card: CardId | None = None
