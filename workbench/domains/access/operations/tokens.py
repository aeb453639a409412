"""The doors to one's own tokens."""

from __future__ import annotations

from datetime import timedelta

from workbench.core.context import Context
from workbench.core.operations import operation
from workbench.core.paging import paginate
from workbench.core.schemas import Gone, Page
from workbench.domains.access import service
from workbench.domains.access.models import ApiToken
from workbench.domains.access.schemas import (
    CreateToken,
    ListTokens,
    NewTokenView,
    RevokeToken,
    TokenView,
)


@operation("tokens.list", "GET /tokens", "tokens:own", effect="read", scope="installation")
def list_tokens(ctx: Context, request: ListTokens) -> Page[TokenView]:
    """List one's own tokens, without what makes them tokens."""
    sort = {"name": ApiToken.name, "created_at": ApiToken.created_at, "expires_at": ApiToken.expires_at}
    return paginate(
        ctx.db, service.own_tokens(ctx.principal), request, view=TokenView.of, key=ApiToken.id, sort=sort,
        search=(ApiToken.name,),
    )  # fmt: skip


@operation("tokens.create", "POST /tokens", "tokens:own", effect="write", scope="installation", status=201)
def create_token(ctx: Context, request: CreateToken) -> NewTokenView:
    """Create a token for a program that acts as oneself; its text is shown this once."""
    workspace = service.part_of(
        ctx.db, ctx.principal, request.bound_to or ctx.workspace.name or ctx.workbench.settings.workspace
    )
    lifetime = timedelta(days=request.days)
    made = service.mint(ctx.db, ctx.principal, workspace.id, request.name, request.scopes, lifetime)
    return NewTokenView(**TokenView.of(made.token).model_dump(), token=made.text)


@operation(
    "tokens.revoke", "DELETE /tokens/{id}", "tokens:own", effect="write", scope="installation", positional=("id",)
)
def revoke_token(ctx: Context, request: RevokeToken) -> Gone:
    """Revoke a token of one's own and all tokens that were made by means of it."""
    service.revoke(ctx.db, ctx.principal, request.id)
    return Gone(id=str(request.id))
