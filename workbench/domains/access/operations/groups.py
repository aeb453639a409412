"""The doors to groups."""

from __future__ import annotations

from workbench.core.context import Context
from workbench.core.operations import operation
from workbench.core.paging import paginate
from workbench.core.schemas import Gone, Page
from workbench.core.visibility import visible
from workbench.domains.access import service
from workbench.domains.access.models import Group
from workbench.domains.access.schemas import (
    CreateGroup,
    GroupAndMember,
    GroupAndRole,
    GroupView,
    ListGroups,
    NameGroup,
    RenameGroup,
    WholeGroupView,
)

TARGET = (Group, "id")


@operation("groups.list", "GET /groups", "members:read", effect="read")
def list_groups(ctx: Context, request: ListGroups) -> Page[GroupView]:
    """List the groups of the workspace, with the roles that everybody in them has."""
    sort = {"name": Group.name, "created_at": Group.created_at}
    return paginate(
        ctx.db, visible(ctx, Group), request, view=GroupView.of, key=Group.id, sort=sort, search=(Group.name,)
    )


@operation("groups.show", "GET /groups/{id}", "members:read", target=TARGET, effect="read")
def show_group(ctx: Context, request: NameGroup) -> WholeGroupView:
    """Show a group and who is in it."""
    return WholeGroupView.of(ctx.target)


@operation("groups.create", "POST /groups", "members:write", effect="write", status=201, positional=("name",))
def create_group(ctx: Context, request: CreateGroup) -> GroupView:
    """Create a group, with nobody in it and without a role."""
    return _changed(ctx, service.add_group(ctx, request.name))


@operation(
    "groups.rename", "PATCH /groups/{id}", "members:write", target=TARGET, effect="write", versioned=True,
    positional=("id", "name"),
)  # fmt: skip
def rename_group(ctx: Context, request: RenameGroup) -> GroupView:
    """Give a group another name; its people, roles and shares stay."""
    return _changed(ctx, service.rename_group(ctx, ctx.target, request.name))


@operation("groups.delete", "DELETE /groups/{id}", "members:write", target=TARGET, effect="write")
def delete_group(ctx: Context, request: NameGroup) -> Gone:
    """Delete a group; its people lose what they had by it alone, and the last admin stays."""
    service.delete_group(ctx, ctx.target)
    return Gone(id=str(ctx.target.id))


@operation(
    "groups.add_member", "POST /groups/{id}/members", "roles:assign", target=TARGET, effect="write", status=201,
    positional=("id", "user"),
)  # fmt: skip
def add_member(ctx: Context, request: GroupAndMember) -> GroupView:
    """Put a member of the workspace into a group, whose roles and shares are hers from then on."""
    service.add_to_group(ctx, ctx.target, request.user)
    return _changed(ctx, ctx.target)


@operation(
    "groups.remove_member", "DELETE /groups/{id}/members/{user}", "roles:assign", target=TARGET, effect="write",
    positional=("id", "user"),
)  # fmt: skip
def remove_member(ctx: Context, request: GroupAndMember) -> GroupView:
    """Take a member out of a group; the last admin stays."""
    service.take_from_group(ctx, ctx.target, request.user)
    return _changed(ctx, ctx.target)


@operation(
    "groups.assign_role", "POST /groups/{id}/roles", "roles:assign", target=TARGET, effect="write", status=201,
    positional=("id", "role"),
)  # fmt: skip
def assign_role(ctx: Context, request: GroupAndRole) -> GroupView:
    """Give everybody in a group one more role; the strongest of a person's roles counts for each permission."""
    service.assign_group_role(ctx, ctx.target, request.role)
    return _changed(ctx, ctx.target)


@operation(
    "groups.take_role", "DELETE /groups/{id}/roles/{role}", "roles:assign", target=TARGET, effect="write",
    positional=("id", "role"),
)  # fmt: skip
def take_role(ctx: Context, request: GroupAndRole) -> GroupView:
    """Take a role from a group; who has it in another way keeps it, and the last admin stays."""
    service.take_group_role(ctx, ctx.target, request.role)
    return _changed(ctx, ctx.target)


def _changed(ctx: Context, group: Group) -> GroupView:
    ctx.db.refresh(group)  # its roles and size are read from other tables
    return GroupView.of(group)
