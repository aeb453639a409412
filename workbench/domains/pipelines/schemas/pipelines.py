"""Requests and replies about pipelines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from workbench.core.schemas import Key, ListRequest, Request, Slug, View
from workbench.domains.access.schemas import ReportProblem, RequestAccess

from .templates import TemplateUse, Title

Message = Annotated[str, Field(max_length=500, description="Why, for those who read the history.")]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
ShownAs = Annotated[Literal["app", "live"], Field(description="Which of its pages.")]
Globs = Annotated[list[str], Field(max_length=500, examples=[["flights", "crm.*"]])]


class RegisterPipeline(Request):
    """Register a notebook: from a file on the server, or sent with the request."""

    path: str | None = Field(default=None, max_length=4000, description="A notebook within the server's root.")
    notebook: dict[str, Any] | None = Field(default=None, description="The notebook's JSON.")
    name: Slug | None = Field(default=None, description="By default the notebook's own id, else the file's name.")
    title: Title | None = None
    description: str | None = Field(default=None, max_length=10_000)
    message: Message = ""

    @model_validator(mode="after")
    def one_source(self) -> Self:
        """Take the notebook from one place."""
        if (self.path is None) == (self.notebook is None):
            raise ValueError("give either path or notebook")
        return self


class InspectNotebook(Request):
    """Ask what a notebook is in the catalog: one in a file on the server, or one that is sent."""

    path: str | None = Field(default=None, max_length=4000, description="Where it lies, within the server's root.")
    notebook: dict[str, Any] | None = Field(default=None, description="Its JSON, where it differs from the file.")

    @model_validator(mode="after")
    def some_source(self) -> Self:
        """Take the notebook from somewhere."""
        if self.path is None and self.notebook is None:
            raise ValueError("give path or notebook")
        return self


class ListPipelines(ListRequest):
    """Ask for pipelines."""

    archived: bool = Field(default=False, description="Those that were archived instead of the others.")


class ShowPipeline(Request):
    """Name a pipeline."""

    id: Key


class ListVersions(ListRequest):
    """Ask for the versions of a pipeline."""

    id: Key


class ShowVersion(ShowPipeline):
    """Name a version of a pipeline."""

    number: Number


class CompareVersions(ShowPipeline):
    """Name two versions of a pipeline."""

    number: Number = Field(description="The later version.")
    before: Number | None = Field(default=None, description="The earlier one; that before it when none is named.")


class ShowParameters(ShowPipeline):
    """Ask for the parameters of a pipeline."""

    version: Number | None = Field(
        default=None,
        description="When none is named, the current one for those who edit notebooks, else the last published.",
    )


class UpdatePipeline(ShowPipeline):
    """Change what people call a pipeline."""

    title: Title | None = None
    description: str | None = Field(default=None, max_length=10_000)


class RestoreVersion(ShowPipeline):
    """Bring an earlier version's content back."""

    version: Number
    message: Message = ""


class PublishVersion(ShowPipeline):
    """Publish a version with what it may read and write."""

    version: Number | None = Field(default=None, description="The current version when none is named.")
    reads: Globs | None = Field(default=None, description="Tables, and what connectors hold, that it may read.")
    writes: Globs | None = Field(default=None, description="Tables, and what connectors hold, that it may write.")


class WithdrawVersion(ShowPipeline):
    """Take back that a version was published."""

    version: Number


class RequestPage(RequestAccess):
    """Ask the owner of a pipeline to let one see its app or its live page."""

    page: ShownAs = "live"


class ReportPage(ReportProblem):
    """Tell the owner of a pipeline what is wrong with its app or its live page."""

    page: ShownAs = "live"


class Preflight(ShowPipeline):
    """Ask what a run would be refused for."""

    parameters: dict[str, Any] = Field(default={}, description="Values by parameter name.")
    texts: dict[str, str] = Field(default={}, description="Values as text, converted to the declared types.")
    version: Number | None = None


class PipelineView(View):
    """A pipeline."""

    listed: ClassVar = ("name", "title", "version=current_version", "updated=updated_at")

    id: UUID
    name: str
    title: str
    description: str
    current_version: int = Field(description="The newest version.")
    owner_id: UUID | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    etag: int = Field(description="Goes up with every change; what If-Match compares.")


class PipelineDetail(PipelineView):
    """A pipeline, and what its reader may do with it."""

    may_run: bool = Field(description="Whether the caller may run it.")
    may_restore: bool = Field(description="Whether the caller may bring an earlier version back.")
    may_publish: bool = Field(description="Whether the caller may publish a version.")
    may_archive: bool = Field(description="Whether the caller may put it away, and bring it back.")
    may_share: bool = Field(description="Whether the caller may share it.")
    late_after: float | None = Field(
        default=None, description="Hours after which what it shows its reader counts as late."
    )


class VersionView(View):
    """What a pipeline's notebook was."""

    listed: ClassVar = ("version=number", "author", "created=created_at", "published=published_at", "message")

    pipeline: str
    number: int
    digest: str = Field(description="SHA-256 of the notebook without outputs.")
    author: str
    message: str
    created_at: datetime
    kernel: str
    language: str
    source: str = Field(description="The file that it was registered from.")
    restores: int | None
    reads: list[str]
    writes: list[str]
    published_at: datetime | None
    publisher: str | None


class VersionDetail(VersionView):
    """What a pipeline's notebook was, with its parameters."""

    template: TemplateUse | None = Field(default=None, description="Where it was made of one that is still there.")

    parameters: dict[str, Any] = Field(description="JSON Schema of the parameters.")
    servable: bool = Field(description="Whether its notebook serves an app: a cell marks something as `.servable()`.")


class LineDiff(View):
    """A line of a cell: kept, added or removed."""

    change: Literal["kept", "added", "removed"]
    text: str


class CellDiff(View):
    """A cell of two versions: what became of it, and of its lines.

    Code is numbered as runs do, the first cell 1; text has no number, nor a cell in a version that lacks it.
    """

    before: int | None = None
    number: int | None = None
    change: Literal["kept", "added", "removed", "changed"]
    cell_type: str
    lines: list[LineDiff]


class DiffView(View):
    """What changed in a pipeline's notebook from one version to another, in the order of its cells."""

    pipeline: str
    before: int
    number: int
    cells: list[CellDiff]


class RegisteredView(PipelineView):
    """A pipeline after its notebook was registered."""

    number: int = Field(description="The version that holds what was registered.")
    created: bool = Field(description="Whether it is new; false where it was registered before.")


class InspectedView(View):
    """What a notebook is in the catalog, or would be."""

    name: str = Field(description="The pipeline that it is, or would become.")
    title: str
    parameters: dict[str, Any] = Field(description="JSON Schema (draft 2020-12).")
    pipeline: PipelineView | None = Field(description="The pipeline of that name, where there is one that you see.")
    number: int | None = Field(description="The newest version that is just this notebook, outputs aside.")


class ParametersView(View):
    """The parameters of a version, as JSON Schema."""

    pipeline: str
    number: int
    parameters: dict[str, Any] = Field(description="JSON Schema (draft 2020-12).")


class Refusal(View):
    """Something that a run would be refused for."""

    code: str
    detail: str
    fix: str
    errors: list[dict[str, str]]


class PreflightView(View):
    """Whether a run would be accepted, and with what."""

    pipeline: str
    number: int
    accepted: bool
    refusals: list[Refusal]
    parameters: dict[str, Any] | None
    acting: str = Field(description="In whose name it would run.")
    reads: list[str]
    writes: list[str]
