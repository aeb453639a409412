"""Requests and replies about connectors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import Field, PlainSerializer, model_validator

from workbench.core.schemas import Key, ListRequest, Request, Slug, View

Settings = dict[str, Any]
StreamName = Annotated[str, Field(min_length=1, max_length=300, examples=["flights"])]
ColumnName = Annotated[str, Field(min_length=1, max_length=300)]
Consumer = Annotated[str, Field(min_length=1, max_length=200, description="Who reads, such as a pipeline's name.")]


def _names_only(settings: Settings | None) -> dict[str, str] | None:
    """Settings as the audit trail may keep them: which were given, for any of them may be a secret."""
    return None if settings is None else dict.fromkeys(settings, "…")


SecretSettings = Annotated[Settings, PlainSerializer(_names_only)]


class CreateConnector(Request):
    """A new connector."""

    name: Slug
    type: str = Field(max_length=63, description="One of `connectors.types`.")
    config: SecretSettings = Field(
        default={}, repr=False, description="Settings, secrets among them, as the type's schema says."
    )
    description: str = Field(default="", max_length=2000)


class UpdateConnector(Request):
    """What changes of a connector; a secret that is left out stays as it is, and null removes it."""

    id: Key
    name: Slug | None = None
    config: SecretSettings | None = Field(
        default=None, repr=False, description="All settings anew; secrets only where they change."
    )
    description: str | None = Field(default=None, max_length=2000)


class ShowConnector(Request):
    """Names a connector."""

    id: Key


class PreviewStream(ShowConnector):
    """Asks for the first rows of a stream."""

    stream: StreamName
    limit: int = Field(default=20, ge=1, le=1000)


class ReadStream(ShowConnector):
    """Asks for the rows of a stream: all, those after a value, or those that a consumer has not had yet."""

    stream: StreamName
    columns: list[ColumnName] | None = Field(default=None, max_length=2000)
    since: str | int | float | None = Field(default=None, description="Only rows whose cursor column is greater.")
    consumer: Consumer | None = Field(default=None, description="Only rows that this consumer has not read yet.")
    cursor: ColumnName | None = Field(
        default=None, description="The cursor column; the one that the connector's settings name when left out."
    )
    limit: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.consumer is not None and (self.since is not None or self.limit is not None):
            raise ValueError("a consumer reads everything after its mark, so `since` and `limit` do not go with it")
        return self


class ListCursors(ShowConnector):
    """Asks how far consumers have read a connector's streams."""


class ForgetCursor(ShowConnector):
    """Names the mark of a consumer in a stream."""

    stream: StreamName
    consumer: Consumer


class ListConnectors(ListRequest):
    """Asks for connectors."""

    broken: bool = Field(default=False, description="Only those that did not answer when they were tested last.")


class ListTypes(Request):
    """Asks for the types of connectors."""


class ConnectorItem(View):
    """A connector, as much as everybody in the workspace may know."""

    listed: ClassVar = ("name", "type", "tested_at", "test_problem")

    id: UUID
    name: str
    type: str
    tested_at: datetime | None = Field(default=None, description="When it was tested last.")
    test_problem: str | None = Field(default=None, description="Why it did not answer then, in a word.")


class ConnectorView(ConnectorItem):
    """A connector without its secrets; of each it is only said that it is set."""

    description: str
    config: Settings
    created_at: datetime
    etag: int = Field(description="Goes up with every change; what If-Match compares.")


class TypeView(View):
    """A type of connector, and the JSON Schema of its settings, in which secrets are marked `x-secret`."""

    name: str
    title: str
    description: str
    config_schema: dict[str, Any]


class TypeList(View):
    """The types of connectors that are installed."""

    items: list[TypeView]


class TestReport(View):
    """Whether a connector answers, and if not, why and how to mend it."""

    ok: bool
    latency_ms: float
    server_version: str | None = None
    streams: int | None = None
    problem: str | None = None
    fix: str | None = None
    code: str | None = None


class ColumnView(View):
    """A column; `type` is the name of an Arrow type."""

    name: str
    type: str
    nullable: bool = True


class StreamView(View):
    """A stream; `problem` says why its columns are not known, where they are not."""

    name: str
    columns: list[ColumnView]
    primary_key: list[str] = Field(default=[])
    rows: int | None = Field(default=None, description="An estimate.")
    cursor: str | None = None
    problem: str | None = None


class StreamList(View):
    """What a connector offers."""

    items: list[StreamView]


class PreviewView(View):
    """The first rows of a stream; dates are ISO 8601, decimals text, bytes base64."""

    columns: list[ColumnView]
    rows: list[dict[str, Any]]


class CursorView(View):
    """How far a consumer has read a stream: up to and with `value`."""

    stream: str
    consumer: str
    column: str
    value: str | int | float | None
    moved_at: datetime


class CursorList(View):
    """The marks of a connector's consumers."""

    items: list[CursorView]
