"""Requests and replies about groups."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic import Field

from workbench.core.permissions import Role
from workbench.core.schemas import Key, ListRequest, Request, Slug, View


class ListGroups(ListRequest):
    """Asks for the groups of a workspace."""


class NameGroup(Request):
    """Names a group."""

    id: Key


class CreateGroup(Request):
    """Describes a new group."""

    name: Slug


class RenameGroup(NameGroup):
    """Gives a group another name."""

    name: Slug


class GroupAndMember(NameGroup):
    """Names a group and a member of the workspace."""

    user: Key = Field(description="Her name or id; she belongs to the workspace already.")


class GroupAndRole(NameGroup):
    """Names a group and a role."""

    role: Role


class GroupView(View):
    """A group."""

    listed: ClassVar = ("name", "roles", "size", "created=created_at")

    id: UUID
    name: str
    roles: list[Role] = Field(description="What everybody in it has, besides roles of her own.")
    size: int = Field(description="How many people are in it.")
    etag: int = Field(description="Goes up with every new name; what If-Match compares.")
    created_at: datetime

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:
        """The view of a group with its roles."""
        return cls(
            id=row.id, name=row.name, roles=sorted(held.role for held in row.held), size=row.size, etag=row.etag,
            created_at=row.created_at, **more,
        )  # fmt: skip


class InGroupView(View):
    """A person in a group."""

    user_id: UUID
    name: str
    display_name: str


class WholeGroupView(GroupView):
    """A group, and who is in it."""

    members: list[InGroupView]

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:
        """The view of a group with its people, by name."""
        people = sorted((one.user for one in row.members), key=lambda user: str(user.folded))
        members = [InGroupView(user_id=user.id, name=user.name, display_name=user.display_name) for user in people]
        return super().of(row, members=members, **more)
