"""Requests and replies about the documentation."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from workbench.core.schemas import Request, View

DocumentName = Annotated[str, Field(max_length=100, description="Its path with dots.", examples=["how-to.connect"])]


class ListDocuments(Request):
    """Asks what there is to read."""

    q: str = Field(default="", max_length=200, description="Only what has this text in a title, summary or heading.")


class ShowDocument(Request):
    """Asks for a document."""

    document: DocumentName


class Heading(View):
    """A part of a document."""

    level: int = Field(description="1 is the document's own.")
    text: str
    anchor: str = Field(description="What a link to it ends with.")


class DocumentView(View):
    """A document, without its text."""

    listed: ClassVar = ("name", "title", "summary")

    name: str
    title: str
    section: str = Field(description="Its folder.")
    summary: str = Field(description="What it begins with.")


class Documents(View):
    """What there is to read, section by section."""

    version: str = Field(description="Of the workbench that it describes.")
    items: list[DocumentView]


class DocumentDetail(DocumentView):
    """A document."""

    path: str = Field(description="Below the documentation's folder; links in the text start from there.")
    text: str = Field(description="Markdown.")
    headings: list[Heading]


def name_of(path: str) -> str:
    """How the document at a path is called; empty for the contents of all."""
    return path.removesuffix(".md").removesuffix("README").strip("/").replace("/", ".")
