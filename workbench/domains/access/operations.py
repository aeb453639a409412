"""The doors to people, workspaces, tokens and shares."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from workbench.core.context import Context, WorkspaceRef
from workbench.core.operations import operation
from workbench.core.paging import paginate
from workbench.core.permissions import PERMISSIONS, Level
from workbench.core.schemas import Gone, Page
from workbench.core.visibility import visible

from . import service
from .models import ApiToken, Member, Share, User, Workspace
from .schemas import (
    CreateToken,
    CreateWorkspace,
    GrantShare,
    ListMembers,
    ListShares,
    ListTokens,
    ListUsers,
    ListWorkspaces,
    MemberView,
    MeView,
    NewTokenView,
    Part,
    RevokeShare,
    RevokeToken,
    ShareView,
    ShowMe,
    ShowWorkspace,
    TokenView,
    UserView,
    WorkspaceView,
)


@operation("me.show", "GET /me", "me:read", effect="read", scope="installation")
def show_me(ctx: Context, request: ShowMe) -> MeView:
    """Show who one is, in which workspaces one has a part, and what one may do there."""
    who = ctx.principal
    user = ctx.db.get(User, who.user_id) if who.user_id else None
    found = ctx.db.scalars(service.mine(who).order_by(Workspace.name))
    return MeView(
        principal=who.name,
        kind=who.kind,
        user_id=who.user_id,
        name=user.name if user else None,
        display_name=user.display_name if user else None,
        system_admin=who.system_admin,
        scopes=None if who.scopes is None else sorted(who.scopes),
        workspaces=[_part(ctx, workspace) for workspace in found],
    )


def _part(ctx: Context, workspace: Workspace) -> Part:
    there = replace(ctx, workspace=WorkspaceRef(workspace.id, workspace.name, workspace.timezone))
    reach = {name: there.level(name) for name in PERMISSIONS}
    return Part(
        id=workspace.id,
        name=workspace.name,
        title=workspace.title,
        timezone=workspace.timezone,
        roles=sorted(ctx.principal.roles.get(workspace.id, ())),
        permissions={name: level.value for name, level in reach.items() if level is not Level.NONE},
    )


@operation("workspaces.list", "GET /workspaces", "me:read", effect="read", scope="installation")
def list_workspaces(ctx: Context, request: ListWorkspaces) -> Page[WorkspaceView]:
    """List the workspaces one has a part in."""
    sort = {"name": Workspace.name, "created_at": Workspace.created_at}
    return paginate(
        ctx.db, service.mine(ctx.principal), request, view=WorkspaceView.of, key=Workspace.id, sort=sort,
        search=(Workspace.name, Workspace.title),
    )  # fmt: skip


@operation(
    "workspaces.show", "GET /workspaces/{id}", "me:read", effect="read", scope="installation", positional=("id",)
)
def show_workspace(ctx: Context, request: ShowWorkspace) -> WorkspaceView:
    """Show a workspace one has a part in."""
    return WorkspaceView.of(service.part_of(ctx.db, ctx.principal, request.id))


@operation(
    "workspaces.create", "POST /workspaces", "workspaces:create", effect="write", scope="installation", status=201
)
def create_workspace(ctx: Context, request: CreateWorkspace) -> WorkspaceView:
    """Create a workspace and become its first admin."""
    title = request.title or request.name
    return WorkspaceView.of(service.add_workspace(ctx.db, request.name, title, request.timezone, ctx.principal.user_id))


@operation("users.list", "GET /users", "admin:users", effect="read", scope="installation")
def list_users(ctx: Context, request: ListUsers) -> Page[UserView]:
    """List the people who have an account in this installation."""
    sort = {"name": User.folded, "created_at": User.created_at}
    return paginate(
        ctx.db, select(User), request, view=UserView.of, key=User.id, sort=sort, search=(User.name, User.display_name)
    )


@operation("members.list", "GET /members", "members:read", effect="read")
def list_members(ctx: Context, request: ListMembers) -> Page[MemberView]:
    """List who belongs to the workspace, in which role."""
    query = visible(ctx, Member).join(User, Member.user_id == User.id)
    sort = {"role": Member.role, "created_at": Member.created_at}
    return paginate(
        ctx.db, query, request, view=MemberView.of, key=Member.id, sort=sort, search=(User.name, User.display_name)
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
    workspace = service.part_of(ctx.db, ctx.principal, request.bound_to or str(ctx.workspace_id))
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


@operation("shares.list", "GET /shares", "shares:grant", effect="read", positional=("object_type", "object"))
def list_shares(ctx: Context, request: ListShares) -> Page[ShareView]:
    """List whom an object is shared with that one may share."""
    query = service.shares_of(ctx, request.object_type, request.object)
    return paginate(ctx.db, query, request, view=ShareView.of, key=Share.id, sort={"created_at": Share.created_at})


@operation(
    "shares.grant", "POST /shares", "shares:grant", effect="write", status=201, positional=("object_type", "object")
)
def grant_share(ctx: Context, request: GrantShare) -> ShareView:
    """Share an object with a member or with everybody of a role, never above one's own right."""
    return ShareView.of(
        service.grant(ctx, request.object_type, request.object, request.right, request.user, request.role)
    )


@operation("shares.revoke", "DELETE /shares/{id}", "shares:grant", effect="write", positional=("id",))
def revoke_share(ctx: Context, request: RevokeShare) -> Gone:
    """Take a share back."""
    service.revoke_share(ctx, request.id)
    return Gone(id=str(request.id))
