"""Requests and replies about what is mailed: invitations, links to set another password and to prove an address."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import Field, SecretStr, StringConstraints

from workbench.core.clock import now
from workbench.core.permissions import Role
from workbench.core.schemas import Key, ListRequest, Request, View

from .accounts import GivenPassword, Login
from .people import Title

CSV = "Its first line is email,name,role or email,name,role,groups; several groups are separated by semicolons."
LinkText = Annotated[SecretStr, Field(min_length=1, max_length=200, description="What follows `code=` in the link.")]


class CreateInvitation(Request):
    """Says whom to invite, and as what."""

    email: Login
    roles: list[Role] = Field(min_length=1, max_length=len(Role))
    groups: list[Key] = Field(default=[], max_length=50, description="Names or ids of groups of the workspace.")
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class ImportPeople(Request):
    """Says whom to invite, in CSV."""

    csv: str = Field(min_length=1, max_length=1_000_000, description=CSV)


Status = Literal["open", "accepted", "revoked", "expired"]


class ListInvitations(ListRequest):
    """Asks for the invitations to a workspace."""

    status: Status | None = Field(default=None, description="Those that stand so; by default all of them.")


class RevokeInvitation(Request):
    """Names an invitation."""

    id: UUID


class InvitationView(View):
    """An invitation, without its link."""

    listed: ClassVar[tuple[str, ...]] = ("id", "email", "roles", "groups", "status", "expires=expires_at")

    id: UUID
    email: str
    name: str
    roles: list[Role]
    groups: list[str] = Field(description="The names that they had then.")
    status: Status
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of_row(cls, row: Any, **more: Any) -> Self:
        """The view of an invitation."""
        ended = "accepted" if row.used_at else "revoked" if row.revoked_at else "expired"
        status = ended if ended != "expired" or row.expires_at <= now() else "open"
        return cls(
            id=row.id, email=row.email, name=row.payload["name"], roles=row.payload["roles"],
            groups=row.groups, status=status, created_at=row.created_at, expires_at=row.expires_at, **more,
        )  # fmt: skip


class NewInvitationView(InvitationView):
    """An invitation that was just made."""

    listed: ClassVar = ("email", "roles", "groups", "link", "expires=expires_at")

    link: str | None = Field(
        description="Hand it to her yourself; it is not shown again. Null where a mail server sends it."
    )
    note: str = Field(default="", description="What the link lacks, where a home is asked that knows no address.")


class InvitedView(View):
    """The people who were invited."""

    items: list[NewInvitationView]


class ShowInvitation(Request):
    """Shows the link of an invitation, which stays good."""

    token: LinkText


class OfferedView(View):
    """What an invitation says to whom it is for."""

    email: str
    name: str
    workspace: str
    roles: list[Role]
    groups: list[str]
    has_account: bool = Field(description="Then the password that is asked for is that of the account.")


class AcceptInvitation(Request):
    """Takes up an invitation."""

    token: LinkText
    display_name: Title
    password: GivenPassword = Field(description="A new one; one's own where one has an account.")


class ForgotPassword(Request):
    """Names the account whose password was forgotten."""

    email: Login


class SentView(View):
    """The answer to having asked for a link, whoever asks."""

    sent: bool = Field(default=True, description="If there is an account that needs one, it was sent a link.")


class ResetPassword(Request):
    """Sets another password."""

    token: LinkText
    password: GivenPassword


class VerifyEmail(Request):
    """Proves an address."""

    token: LinkText


class VerifiedView(View):
    """The answer to a proof that was good."""

    verified: bool = True
