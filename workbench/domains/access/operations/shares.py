"""The doors to shares."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation
from workbench.core.paging import paginate
from workbench.core.schemas import Gone, Page
from workbench.domains.access import service
from workbench.domains.access.models import Share
from workbench.domains.access.schemas import (
    GrantShare,
    ListShares,
    RevokeShare,
    ShareView,
)


@operation("shares.list", "GET /shares", "shares:grant", effect="read", positional=("object_type", "object"))
def list_shares(ctx: Context, request: ListShares) -> Page[ShareView]:
    """List whom an object is shared with that one may share."""
    query = service.shares_of(ctx, request.object_type, request.object)
    return paginate(ctx.db, query, request, view=ShareView.of, key=Share.id, sort={"created_at": Share.created_at})


@operation(
    "shares.grant", "POST /shares", "shares:grant", effect="write", status=201, positional=("object_type", "object")
)
def grant_share(ctx: Context, request: GrantShare) -> ShareView:
    """Share an object with a member, with everybody of a role or with a group, never above one's own right."""
    to = service.Audience(request.user, request.role, request.group)
    return ShareView.of(service.grant(ctx, request.object_type, request.object, request.right, to))


@operation("shares.revoke", "DELETE /shares/{id}", "shares:grant", effect="write", positional=("id",))
def revoke_share(ctx: Context, request: RevokeShare) -> Gone:
    """Take a share back."""
    service.revoke_share(ctx, request.id)
    return Gone(id=str(request.id))
