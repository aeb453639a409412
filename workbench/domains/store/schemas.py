"""Requests and replies about tables, their rows and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from workbench.core.schemas import Key, ListRequest, Request, Slug, View

Mode = Literal["append", "replace", "merge"]
Columns = Annotated[
    list[Annotated[str, Field(max_length=500)]] | None, Field(description="Which columns; all when left out.")
]


class ListTables(ListRequest):
    """Asks for tables."""

    archived: bool = Field(
        default=False, description="Those that were put away and the caller may bring back, instead of the others."
    )


class NameTable(Request):
    """Names a table."""

    name: Key


class UpdateTable(Request):
    """Describes a table."""

    name: Key
    description: str = Field(max_length=10_000)


class ListVersions(ListRequest):
    """Asks for the versions of a table, the newest first."""

    name: Key
    upto: int | None = Field(default=None, ge=1, description="Only this version and those before it.")


class PreviewTable(Request):
    """Asks for some rows of a table."""

    name: Key
    limit: int = Field(default=50, ge=1, le=1000)
    columns: Columns = None
    version: int | None = Field(default=None, ge=1, description="As it was then.")


class ReadTable(Request):
    """Asks for the rows of a table."""

    name: Slug
    columns: Columns = None
    limit: int | None = Field(default=None, ge=0)
    version: int | None = Field(default=None, ge=1, description="As it was then.")
    where: str | None = Field(default=None, max_length=10_000, description="A condition in SQL over the columns.")


def _not_deltas_own(name: str) -> str:
    if name == "_delta_log":
        raise ValueError("that is the folder in which Delta Lake keeps its log; choose another name")
    return name


class StageTable(Request):
    """Brings rows for a table; the body is an Arrow stream."""

    name: Annotated[Slug, AfterValidator(_not_deltas_own)]
    mode: Mode = "append"
    key: list[Annotated[str, Field(max_length=500)]] | None = Field(
        default=None, max_length=50, description="The columns that identify a row, for a merge."
    )
    message: str = Field(default="", max_length=500, description="Why, for the list of versions.")


class RestoreTable(Request):
    """Names the version of a table to bring back."""

    name: Key
    version: int = Field(ge=1)


class ShowLineage(Request):
    """Asks where a table comes from and what is made of it."""

    name: Key
    depth: int = Field(default=10, ge=1, le=50, description="How many steps in either direction.")


class ProfileTable(Request):
    """Asks for figures about each column of a table."""

    name: Key
    version: int | None = Field(default=None, ge=1, description="As it was then.")


class ColumnView(View):
    """A column; `type` is as in SQL."""

    name: str
    type: str


class TableView(View):
    """A table as it is now; `current_version` is what readers see."""

    listed: ClassVar = ("name", "version=current_version", "rows", "updated=updated_at", "description")

    id: UUID
    name: str
    description: str
    owner_id: UUID | None
    etag: int = Field(description="Goes up with every change; what If-Match compares.")
    current_version: int | None = Field(description="The version that readers see.")
    rows: int
    bytes: int
    columns: list[ColumnView]
    updated_at: datetime | None
    created_at: datetime
    archived_at: datetime | None


class TableDetail(TableView):
    """A table as it is now, and what the caller may do with it."""

    may_restore: bool = Field(description="Whether the caller may bring an earlier version back.")
    may_delete: bool = Field(description="Whether the caller may put it away, and bring it back.")


class VersionView(View):
    """A version of a table."""

    listed: ClassVar = ("version", "mode", "rows", "rows_written", "author", "created=created_at", "message")

    version: int
    mode: str
    rows: int
    rows_written: int
    bytes: int
    columns: list[ColumnView]
    run_id: UUID | None
    author: str
    message: str
    created_at: datetime


class PreviewView(View):
    """Some rows of a table; dates are ISO 8601, decimals text, bytes base64."""

    name: str
    version: int
    columns: list[ColumnView]
    rows: list[list[Any]]
    total: int = Field(description="Rows in the table.")


class WriteView(View):
    """What became of a write: staged within a run, else a version that readers see."""

    table: str
    mode: str
    rows: int
    staged: bool
    version: int | None = None

    def __repr__(self) -> str:
        """As a notebook shows it below a cell that ends with a write."""
        seen = "readers see it when the run succeeds" if self.staged else f"now version {self.version}"
        return f"{self.table}: {self.rows:,} rows by {self.mode}, {seen}"


class NodeView(View):
    """A table or a connector's stream."""

    kind: Literal["table", "connector"]
    name: str


class EdgeView(View):
    """That rows of one came into the other: how many times, and at which versions and by which run the last time."""

    source: NodeView
    source_version: int | None
    target: NodeView
    target_version: int
    run_id: UUID | None
    author: str
    times: int


class WriterView(View):
    """Who made a version of a table; `run_id` is null for what a person did by hand."""

    version: int
    run_id: UUID | None
    author: str
    created_at: datetime


class LineageView(View):
    """Where a table comes from and what is made of it; tables that the caller may not see are left out."""

    name: str
    written_by: WriterView | None = Field(description="Of the version that readers see.")
    upstream: list[EdgeView]
    downstream: list[EdgeView]


class ColumnProfile(View):
    """Figures about a column; minimum and maximum as text, the distinct count is an estimate."""

    name: str
    type: str
    minimum: str | None
    maximum: str | None
    mean: float | None
    distinct: int | None
    null_percent: float


class ProfileView(View):
    """Figures about each column of a table."""

    name: str
    version: int
    rows: int
    columns: list[ColumnProfile]
