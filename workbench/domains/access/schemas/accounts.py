"""Requests and replies about accounts and sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import Field, SecretStr, StringConstraints

from workbench.core.schemas import Key, ListRequest, Request, View

Login = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]
LONGEST = 1000  # characters of a password; hashing a longer text would only cost time
GivenPassword = Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]
RefreshText = Annotated[SecretStr, Field(min_length=1, max_length=200, description="It begins with `wbr_`.")]


class LogIn(Request):
    """Says who one is, by a password."""

    name: Login = Field(description="One's e-mail address.")
    password: GivenPassword


class Refresh(Request):
    """Shows a refresh token, which is used up thereby."""

    refresh_token: RefreshText


class LogOut(Request):
    """Shows the refresh token of a session that is to end."""

    refresh_token: RefreshText


class TokensView(View):
    """What a program shows from now on."""

    access_token: str = Field(description="Send it as `Authorization: Bearer …`.")
    refresh_token: str = Field(description="Good once, for new tokens.")
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: int = Field(description="For how many seconds the access token is good.")


class SignedOut(View):
    """The answer to signing out, whatever was shown."""

    signed_out: bool = True


class ChangePassword(Request):
    """Changes one's own password."""

    current_password: GivenPassword
    new_password: GivenPassword = Field(description="8 characters or more; 15 or more are better.")


class ChangeEmail(Request):
    """Changes the address by which one signs in."""

    current_password: GivenPassword
    email: Login = Field(description="The new address.")


class AddressView(View):
    """One's address."""

    name: str
    email_verified: bool = Field(description="Whether one proved that it is one's own.")


class RequestVerification(Request):
    """Asks for a link that proves one's address."""


class EndedView(View):
    """How many sessions were ended."""

    ended: int


class NameUser(Request):
    """Names a person by her name or id."""

    id: Key


class ListSessions(ListRequest):
    """Asks where one is signed in."""


class ListUserSessions(ListRequest):
    """Asks where a person is signed in."""

    id: Key


class EndSession(Request):
    """Names a session of one's own."""

    id: UUID


class EndOtherSessions(Request):
    """Ends all sessions of one's own but the one that asks."""


class SessionView(View):
    """Where somebody is signed in."""

    listed: ClassVar = ("id", "kind", "address", "agent", "created=created_at", "seen=seen_at", "current")

    id: UUID
    kind: Literal["browser", "program"]
    address: str
    agent: str = Field(description="What the client says it is.")
    created_at: datetime
    seen_at: datetime = Field(description="To within a minute.")
    expires_at: datetime
    current: bool = Field(description="Whether it is the session that asks.")

    @classmethod
    def of_row(cls, row: Any, current: UUID | None) -> Self:
        """The view of a session, as seen from another."""
        return cls(
            id=row.id, kind="program" if row.digest is None else "browser", address=row.address, agent=row.agent,
            created_at=row.created_at, seen_at=row.seen_at, expires_at=row.expires_at, current=row.id == current,
        )  # fmt: skip
