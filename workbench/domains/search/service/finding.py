"""Goes through the kinds."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.domains.search import schemas as s

from .kinds import KINDS

SUGGESTED = 4  # of a kind


def find(ctx: Context, request: s.Find) -> s.Found:
    """What the caller may see and that fits, kind by kind."""
    wanted = [request.kind] if request.kind else list(s.Kind)
    found = {kind: _hits(ctx, kind, request.q, request.limit + 1) for kind in wanted}
    return s.Found(
        items=[hit for hits in found.values() for hit in hits[: request.limit]],
        more=[kind for kind, hits in found.items() if len(hits) > request.limit],
    )


def suggest(ctx: Context, request: s.Suggest) -> s.Suggestions:
    """The best of all kinds; where they fit equally well, kinds stand in their order."""
    found = [hit for kind in s.Kind for hit in _hits(ctx, kind, request.q, SUGGESTED)]
    return s.Suggestions(items=sorted(found, key=lambda hit: -hit.rank)[: request.limit])


def _hits(ctx: Context, kind: s.Kind, q: str, limit: int) -> list[s.Hit]:
    permission, look = KINDS[kind]
    return look(ctx, q, limit) if ctx.may(permission) else []
