"""Requests and replies about templates."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from workbench.core.schemas import ListRequest, Request, Slug, View

Title = Annotated[str, Field(min_length=1, max_length=200)]


class ListTemplates(ListRequest):
    """Ask for templates."""


class ShowTemplate(Request):
    """Name a template."""

    id: Slug


class UseTemplate(ShowTemplate):
    """Make a pipeline of a template by filling in its form."""

    name: Slug = Field(description="The new pipeline's name.")
    title: Title | None = None
    description: str | None = Field(default=None, max_length=10_000)
    parameters: dict[str, Any] = Field(default={}, description="Values by name, as the template's form asks.")
    texts: dict[str, str] = Field(default={}, description="Values as text, converted to the declared types.")

    replaces: bool = Field(
        default=False, description="Whether it becomes a version of the pipeline of that name, made of this template."
    )


class TemplateView(View):
    """A template."""

    listed: ClassVar = ("name", "title", "description")

    name: str
    title: str
    description: str


class TemplateDetail(TemplateView):
    """A template with its form."""

    form: dict[str, Any] = Field(description="JSON Schema of what it asks (draft 2020-12).")


class TemplateUse(View):
    """The template that a notebook was made of."""

    name: str
    title: str
    values: dict[str, Any] = Field(description="What was filled into its form.")
    changed: bool = Field(description="Whether the notebook is another now than the template makes of these values.")
