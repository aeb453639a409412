"""Requests and replies about who could do what, and who did."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from workbench.core.permissions import Role
from workbench.core.schemas import Request, View


class ReportAccess(Request):
    """Asks for the report of a month."""

    month: str | None = Field(
        default=None,
        pattern=r"^[12]\d{3}-(0[1-9]|1[0-2])$",
        description="YYYY-MM in the workspace's time zone; the current one when absent.",
    )


class HeldToken(View):
    """A token that is good at the moment of the report."""

    name: str
    prefix: str
    scopes: list[str] | None
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class DoneView(View):
    """How often an operation was asked for within the month."""

    operation: str
    done: int = 0
    denied: int = 0
    failed: int = 0


class AccessView(View):
    """A person, or a program without an account: what she may do, and what she did."""

    listed: ClassVar = ("name", "roles", "last_signed_in_at", "disabled_at")

    user_id: UUID | None
    name: str
    display_name: str
    roles: list[Role] = Field(description="Her own and those of her groups; none: she is no member any more.")
    permissions: dict[str, str] = Field(description="How far each permission reaches that she holds: W, O or S.")
    system_admin: bool = Field(description="Whether she looks after the installation, besides.")
    last_signed_in_at: datetime | None
    disabled_at: datetime | None
    tokens: list[HeldToken]
    did: list[DoneView] = Field(description="In person and by tokens.")
    runs_did: list[DoneView] = Field(description="What runs did with her rights, whoever started them.")


class ChangeView(View):
    """A change of who may do what."""

    at: datetime
    principal: str
    operation: str
    target_type: str | None
    target_id: str | None
    detail: dict[str, Any]


class AccessReport(View):
    """Who could do what in a workspace, and who did, in a month."""

    workspace: str
    month: str
    since: datetime
    until: datetime
    as_of: datetime = Field(description="The moment of which roles, accounts and tokens are told.")
    people: list[AccessView]
    changes: list[ChangeView] = Field(description="Of members, groups, invitations and shares within the month.")
