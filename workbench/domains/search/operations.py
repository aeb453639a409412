"""The doors to searching."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation

from . import schemas as s
from . import service


@operation("search.find", "GET /search", "search:use", effect="read", positional=("q",))
def find(ctx: Context, request: s.Find) -> s.Found:
    """Find things of the workspace by what they are called, among those that you may see."""
    return service.find(ctx, request)


@operation("search.suggest", "GET /search/suggest", "search:use", effect="read", positional=("q",))
def suggest(ctx: Context, request: s.Suggest) -> s.Suggestions:
    """Suggest the few things that fit best, as somebody types."""
    return service.suggest(ctx, request)
