"""Requests and replies about apps."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from workbench.core.schemas import Key, ListRequest, Request, View


class ListApps(ListRequest):
    """Ask for apps."""


class AppItem(View):
    """An app, and the page of the workspace that shows it."""

    listed: ClassVar = ("name", "title", "version=number", "author", "published", "page")

    id: UUID = Field(description="Of its pipeline.")
    name: str = Field(description="Of its pipeline.")
    title: str
    description: str
    page: str = Field(description="Below `/workbench/apps/<workspace>/`.")
    number: int = Field(description="The version that is shown.")
    author: str = Field(description="Who answers for it: its publisher, or who registered it where nobody did.")
    since: datetime = Field(description="When the version was published, or registered where it was not.")
    published: bool = Field(description="Whether others than those who edit notebooks see it.")


class ShowApp(Request):
    """Name the pipeline of an app."""

    id: Key


class AppTable(View):
    """A table that an app may read."""

    name: str
    version: int = Field(description="The newest.")
    as_of: datetime = Field(description="When that was written.")


class AppView(View):
    """An app, as its viewer may open it."""

    pipeline: str
    pipeline_id: UUID
    title: str
    description: str
    number: int = Field(description="The version that is shown.")
    version_id: UUID
    servable: bool = Field(description="Whether the notebook marks anything as servable.")
    author: str = Field(description="Who answers for it: its publisher, or who registered it where nobody did.")
    since: datetime = Field(description="When the version was published, or registered where it was not.")
    published: bool
    as_of: datetime | None = Field(default=None, description="When the oldest of the tables was written.")
    run_id: UUID | None = Field(default=None, description="The run that wrote that table.")
    late: bool = Field(default=False, description="Whether that is longer ago than the notebook's `late_after` allows.")
    reads: list[AppTable] = Field(description="The tables that it may read for you.")
    withheld: int = Field(
        description="How many of the tables that it declares are not open to both you and its author."
    )
