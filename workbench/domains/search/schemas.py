"""Requests and replies about searching."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from workbench.core.schemas import Request, View

Wanted = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    Field(description="What to look for; of several words each must be there."),
]


class Kind(StrEnum):
    """What can be found, in the order in which it is shown."""

    PIPELINES = "pipelines"
    TABLES = "tables"
    DASHBOARDS = "dashboards"
    APPS = "apps"
    CONNECTORS = "connectors"
    MAPPINGS = "mappings"
    QUERIES = "queries"
    COLUMNS = "columns"
    RUNS = "runs"
    TEMPLATES = "templates"
    MEMBERS = "members"
    DOCS = "docs"


class Find(Request):
    """Asks for what is called so."""

    q: Wanted
    kind: Kind | None = Field(default=None, description="Only things of this kind.")
    limit: int = Field(default=8, ge=1, le=100, description="How many of each kind at most.")


class Suggest(Request):
    """Asks for the best few."""

    q: Wanted
    limit: int = Field(default=8, ge=1, le=20)


class Hit(View):
    """A thing that was found."""

    listed: ClassVar = ("kind", "title", "detail", "page")

    kind: Kind
    title: str = Field(description="What it is called.")
    detail: str = Field(default="", description="What else tells it apart.")
    at: datetime | None = Field(default=None, description="Of a run, when it was submitted.")
    page: str = Field(description="The page about it, below those of the workspace.")
    rank: int = Field(description="4 its very name, 3 how it begins, 2 how a word in it begins, 1 anything else.")


class Found(View):
    """What was found, kind by kind, of each the best first."""

    items: list[Hit]
    more: list[Kind] = Field(description="The kinds of which there is more than was asked for.")


class Suggestions(View):
    """The best few of all kinds, the best first."""

    items: list[Hit]
