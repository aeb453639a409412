"""Requests and replies about people and workspaces."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from workbench.core.permissions import Role
from workbench.core.schemas import Key, ListRequest, Request, Slug, View

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ShowMe(Request):
    """Asks who one is."""


class Part(View):
    """What one is in a workspace."""

    id: UUID
    name: str
    title: str
    timezone: str
    roles: list[Role]
    permissions: dict[str, str] = Field(description="How far each permission reaches that one holds: W, O or S.")


class MeView(View):
    """Who one is, and where one has a part."""

    principal: str = Field(description="What the audit trail calls one.")
    kind: str
    user_id: UUID | None
    name: str | None
    display_name: str | None
    email_verified: bool = Field(description="Whether one proved that the name is one's mail address.")
    system_admin: bool
    scopes: list[str] | None = Field(description="What the token that was shown is narrowed to; null: to nothing.")
    workspaces: list[Part]


class ListWorkspaces(ListRequest):
    """Asks for the workspaces one has a part in."""


class ShowWorkspace(Request):
    """Names a workspace."""

    id: Key


class CreateWorkspace(Request):
    """Describes a new workspace."""

    name: Slug
    title: Title | None = Field(default=None, description="For people; the name when absent.")
    timezone: str = Field(default="UTC", max_length=64, description="An IANA time zone, such as Europe/Vienna.")


class WorkspaceView(View):
    """A workspace."""

    listed: ClassVar = ("name", "title", "timezone", "created=created_at")

    id: UUID
    name: str
    title: str
    timezone: str
    quota_bytes: int | None
    quota_runs: int | None
    quota_slots: int | None
    etag: int = Field(description="Goes up with every change; what If-Match compares.")
    created_at: datetime


class ListUsers(ListRequest):
    """Asks for the people of the installation."""


class UserView(View):
    """A person with an account."""

    id: UUID
    name: str
    display_name: str
    email_verified: bool = Field(description="Whether she proved that the name is her mail address.")
    system_admin: bool
    disabled_at: datetime | None
    created_at: datetime


class ListMembers(ListRequest):
    """Asks for the people of a workspace."""


class AssignRole(Request):
    """Gives a member one more role."""

    user: Key = Field(description="Her name or id; she belongs to the workspace already.")
    role: Role


class TakeRole(Request):
    """Names a role of a member, by the id that the list of members has for it."""

    id: UUID


class RemoveMember(Request):
    """Names a member."""

    user: Key = Field(description="Her name or id.")


class RemovedView(View):
    """What was taken from a member."""

    roles: int = Field(description="How many roles she had.")


class MemberView(View):
    """A person in a role of her own; her groups may give her more."""

    listed: ClassVar = ("id", "name", "role", "groups", "created=created_at")

    id: UUID
    user_id: UUID
    name: str
    display_name: str
    role: Role
    groups: list[str] = Field(description="The groups that she is in.")
    created_at: datetime

    @classmethod
    def of(cls, row: Any) -> Self:
        """The view of a member, her account and her groups."""
        return cls(
            id=row.id, user_id=row.user_id, name=row.user.name, display_name=row.user.display_name, role=Role(row.role),
            groups=sorted(group.name for group in row.groups), created_at=row.created_at,
        )  # fmt: skip
