"""Requests and replies about people, workspaces, tokens and shares."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from workbench.core.permissions import Role, ShareRight
from workbench.core.schemas import Key, ListRequest, Request, Slug, View

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


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
    system_admin: bool
    disabled_at: datetime | None
    created_at: datetime


class ListMembers(ListRequest):
    """Asks for the people of a workspace."""


class MemberView(View):
    """A person in a role."""

    id: UUID
    user_id: UUID
    name: str
    display_name: str
    role: Role
    created_at: datetime

    @classmethod
    def of(cls, row: Any) -> Self:
        """The view of a member and her account."""
        return cls(
            id=row.id, user_id=row.user_id, name=row.user.name, display_name=row.user.display_name, role=Role(row.role),
            created_at=row.created_at,
        )  # fmt: skip


class ListTokens(ListRequest):
    """Asks for one's own tokens."""


class CreateToken(Request):
    """Describes a new token of one's own."""

    name: Label = Field(description="By which one tells it from others, such as what uses it.")
    bound_to: Key | None = Field(default=None, description="The workspace it is good for; the current when absent.")
    scopes: frozenset[str] | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="The permissions it is narrowed to; all of one's own when absent.",
    )
    days: float = Field(default=90, gt=0, le=3660, description="For how many days it is good.")


class RevokeToken(Request):
    """Names a token of one's own."""

    id: UUID


class TokenView(View):
    """A token, without what makes it one."""

    id: UUID
    name: str
    prefix: str = Field(description="What follows `wbt_` in it.")
    workspace: str
    scopes: list[str] | None
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = Field(description="To within some minutes.")
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: Any) -> Self:
        """The view of a token, with the name of its workspace."""
        return cls.model_validate(
            {**{n: getattr(row, n, None) for n in cls.model_fields}, "workspace": row.workspace.name}
        )


class NewTokenView(TokenView):
    """A token that was just made, and, this once, its text."""

    token: str = Field(description="Keep it; it is not shown again.")


class NamesObject(Request):
    """Names an object that can be shared."""

    object_type: str = Field(max_length=80, description="What it is, such as `pipeline`.")
    object: Key


class ListShares(ListRequest, NamesObject):
    """Asks who an object is shared with."""


class GrantShare(NamesObject):
    """Shares an object with one member, or with everybody of a role."""

    right: ShareRight
    user: Key | None = Field(default=None, description="A member's name or id.")
    role: Role | None = Field(default=None, description="A role of the workspace.")

    @model_validator(mode="after")
    def _one_audience(self) -> Self:
        if (self.user is None) == (self.role is None):
            raise ValueError("name either a user or a role")
        return self


class RevokeShare(Request):
    """Names a share."""

    id: UUID


class ShareView(View):
    """A right that somebody has on an object."""

    id: UUID
    object_type: str
    object_id: UUID
    user_id: UUID | None
    role: Role | None
    right: ShareRight
    granted_by: str
    created_at: datetime
