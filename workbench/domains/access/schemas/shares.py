"""Requests and replies about shares."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from workbench.core.permissions import Role, ShareRight
from workbench.core.schemas import Key, ListRequest, Request, View


class NamesObject(Request):
    """Names an object that can be shared."""

    object_type: str = Field(max_length=80, description="What it is, such as `pipeline`.")
    object: Key


class ListShares(ListRequest, NamesObject):
    """Asks who an object is shared with."""


class GrantShare(NamesObject):
    """Shares an object with one member, with everybody of a role, or with a group."""

    right: ShareRight
    user: Key | None = Field(default=None, description="A member's name or id.")
    role: Role | None = Field(default=None, description="A role of the workspace.")
    group: Key | None = Field(default=None, description="A group's name or id.")

    @model_validator(mode="after")
    def _one_audience(self) -> Self:
        if [self.user, self.role, self.group].count(None) != 2:
            raise ValueError("name one of a user, a role and a group")
        return self


class RevokeShare(Request):
    """Names a share."""

    id: UUID


class ShareView(View):
    """A right that somebody has on an object."""

    listed = ("id", "audience", "right", "granted_by", "created_at")

    id: UUID
    audience: str = Field(description="Whom it is for: a person's name, `group NAME`, or `every ROLE`.")
    object_type: str
    object_id: UUID
    user_id: UUID | None
    role: Role | None
    group_id: UUID | None
    right: ShareRight
    granted_by: str
    created_at: datetime
