"""Requests and replies about tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from workbench.core.schemas import Key, ListRequest, Request, View

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


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
