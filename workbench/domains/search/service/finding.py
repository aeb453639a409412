"""Goes through the kinds."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.domains.search import schemas as s

from .kinds import KINDS

SUGGESTED = 4  # of a kind


def find(ctx: Context, request: s.Find) -> s.Found:
    """What the caller may see and that fits, kind by kind."""
    wanted = [request.kind] if request.kind else list(s.Kind)
    groups = [_group(ctx, kind, request.q, request.limit) for kind in wanted]
    return s.Found(groups=[group for group in groups if group.items])


def suggest(ctx: Context, request: s.Suggest) -> s.Suggestions:
    """The best of all kinds; where they fit equally well, kinds stand in their order."""
    found = [hit for kind in s.Kind for hit in _group(ctx, kind, request.q, SUGGESTED).items]
    return s.Suggestions(items=sorted(found, key=lambda hit: -hit.rank)[: request.limit])


def _group(ctx: Context, kind: s.Kind, q: str, limit: int) -> s.Group:
    permission, look = KINDS[kind]
    hits = look(ctx, q, limit + 1) if ctx.may(permission) else []
    return s.Group(kind=kind, items=hits[:limit], more=len(hits) > limit)
