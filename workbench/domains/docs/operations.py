"""The doors to the documentation."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation

from . import schemas as s
from . import service


@operation("docs.list", "GET /docs", "docs:read", effect="read", scope="installation")
def list_(ctx: Context, request: s.ListDocuments) -> s.Documents:
    """List what the documentation of this version has to read."""
    return service.listed(request)


@operation("docs.show", "GET /docs/{document}", "docs:read", effect="read", scope="installation")
def show(ctx: Context, request: s.ShowDocument) -> s.DocumentDetail:
    """Show a page of the documentation, as Markdown."""
    return service.show(request.document)
