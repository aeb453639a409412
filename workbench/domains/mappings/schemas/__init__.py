"""Requests and replies about mappings."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from workbench.core.documents import AsWritten, Message, Number
from workbench.core.schemas import Key, ListRequest, Request, Slug, View

from .documents import Document

State = Literal["ok", "lossy", "unmapped", "required", "failing", "broken"]


class ListMappings(ListRequest):
    """Ask for mappings."""

    archived: bool = Field(default=False, description="Those that were archived instead of the others.")


class ShowMapping(Request):
    """Name a mapping."""

    id: Key


class CreateMapping(Request):
    """Make a mapping; where it has a target table and no columns, it gets those of the table."""

    document: AsWritten
    name: Slug | None = Field(default=None, description="By default made of the title.")
    message: Message = ""


class SaveMapping(ShowMapping):
    """Save a mapping's next version."""

    document: AsWritten
    message: Message = ""


class ListVersions(ListRequest):
    """Ask for the versions of a mapping."""

    id: Key


class ShowVersion(ShowMapping):
    """Name a version of a mapping."""

    number: Number


class RestoreMapping(ShowMapping):
    """Bring an earlier version back."""

    version: Number
    message: Message = ""


class PreviewMapping(Request):
    """Ask what a document makes of the first rows of its source."""

    document: AsWritten
    limit: int = Field(default=10, ge=1, le=100, description="How many mapped rows.")


class SuggestMapping(Request):
    """Ask which source column each target column of a document may be made of."""

    document: AsWritten


class ApplyMapping(ShowMapping):
    """Map rows; the body is an Arrow stream."""

    version: Number | None = Field(default=None, description="The newest when none is named.")


class MappingView(View):
    """A mapping."""

    listed: ClassVar = ("name", "title", "version=current_version", "updated=updated_at", "description")

    id: UUID
    name: str
    title: str
    description: str
    owner_id: UUID | None
    current_version: int
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    etag: int = Field(description="Goes up with every change; what If-Match compares.")


class ShownMapping(MappingView):
    """A mapping with its newest document."""

    document: Document
    may_edit: bool


class MappingVersionView(View):
    """What a mapping was."""

    listed: ClassVar = ("version=number", "author", "created=created_at", "message")

    mapping: str
    number: int
    author: str
    message: str
    created_at: datetime
    restores: int | None


class MappingVersionDetail(MappingVersionView):
    """What a mapping was, with its document."""

    document: Document


class SourceColumn(View):
    """A column of the source; `type` is as in SQL."""

    name: str
    type: str


class TargetState(View):
    """How a target column stands, as far as the rows that were looked at can tell.

    ok, lossy (values that a cast changes), unmapped, required (and unmapped), failing (values that do not cast, or
    NULLs where there may be none), or broken (the rule cannot be carried out at all).
    """

    name: str
    type: str
    state: State
    detail: str = Field(default="", description="In words, with a count and an example.")
    uses: list[str] = Field(default=[], description="The source columns it is made of.")
    made_as: str | None = Field(default=None, description="The type before the cast, as in SQL.")
    failing: int = Field(default=0, description="Values that do not cast.")
    lossy: int = Field(default=0, description="Values that the cast changes.")
    nulls: int = 0
    example: str | None = Field(default=None, description="One such value.")


class MappingPreview(View):
    """What a document makes of the first rows of its source; values as in other previews."""

    listed: ClassVar = ("source", "looked_at")

    source: str
    looked_at: int = Field(description="How many rows were tried.")
    columns: list[SourceColumn]
    targets: list[TargetState]
    rows: list[list[Any]]
    given: list[list[str | None]] = Field(description="Beside each value, what it was where it fails or loses.")
    new_in_target: list[SourceColumn] = Field(description="Columns that the target table has and the document not.")


class Suggestion(View):
    """A source column that a target column may be made of."""

    target: str
    column: str
    confidence: int = Field(ge=0, le=100, description="In per cent.")
    reason: str


class SuggestionList(View):
    """Suggestions, the surest first; one for each column at most."""

    items: list[Suggestion]
