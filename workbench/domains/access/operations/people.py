"""The doors to people and workspaces."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from workbench.core.context import Context, WorkspaceRef
from workbench.core.operations import operation
from workbench.core.paging import paginate
from workbench.core.permissions import PERMISSIONS, Level
from workbench.core.schemas import Gone, Page
from workbench.core.visibility import visible
from workbench.domains.access import service
from workbench.domains.access.models import Member, User, Workspace
from workbench.domains.access.schemas import (
    AssignRole,
    CreateWorkspace,
    ListMembers,
    ListUsers,
    ListWorkspaces,
    MemberView,
    MeView,
    Part,
    RemovedView,
    RemoveMember,
    ShowMe,
    ShowWorkspace,
    TakeRole,
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
        email_verified=user is not None and user.email_verified,
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
    """List who belongs to the workspace, in which role and groups."""
    query = visible(ctx, Member).join(User, Member.user_id == User.id).options(selectinload(Member.groups))
    sort = {"role": Member.role, "created_at": Member.created_at, "user_id": Member.user_id}
    return paginate(
        ctx.db, query, request, view=MemberView.of, key=Member.id, sort=sort, search=(User.name, User.display_name)
    )


@operation(
    "members.assign_role", "POST /members", "roles:assign", effect="write", status=201, positional=("user", "role")
)
def assign_role(ctx: Context, request: AssignRole) -> MemberView:
    """Give a member one more role; the strongest of her roles counts for each permission."""
    return MemberView.of(service.assign_role(ctx, request.user, request.role))


@operation("members.take_role", "DELETE /members/{id}", "roles:assign", effect="write", positional=("id",))
def take_role(ctx: Context, request: TakeRole) -> Gone:
    """Take one role from a member; who keeps another; the last admin stays."""
    service.take_role(ctx, request.id)
    return Gone(id=str(request.id))


@operation("members.remove", "POST /members/remove", "members:write", effect="write", positional=("user",))
def remove_member(ctx: Context, request: RemoveMember) -> RemovedView:
    """Take all roles from a member, who then sees nothing of the workspace; the last admin stays."""
    return RemovedView(roles=service.remove_member(ctx, request.user))
