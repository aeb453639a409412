"""Requests and replies about the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from workbench.core.schemas import ListRequest, Request, View

Outcome = Literal["done", "denied", "failed", "intent"]


class ListAudit(ListRequest):
    """Asks for records, the newest first."""

    sort: Literal["sequence", "-sequence"] = Field(default="-sequence", description="Oldest or newest first.")
    cursor: str | None = Field(default=None, pattern=r"^\d{1,18}$", description="`next` of the page before.")
    operation: str | None = Field(default=None, max_length=80, description="An operation's name, or `domain.*`.")
    principal: str | None = Field(default=None, max_length=200, description="Who did it, or in whose name.")
    outcome: Outcome | None = Field(default=None, description="How it ended.")
    target_id: str | None = Field(default=None, max_length=200, description="The object's id.")
    correlation_id: str | None = Field(default=None, max_length=64, description="One request and what it caused.")
    since: AwareDatetime | None = Field(default=None, description="Only records of this moment or later.")
    until: AwareDatetime | None = Field(default=None, description="Only records before this moment.")


class AuditView(View):
    """One record."""

    sequence: int
    at: datetime
    workspace_id: UUID | None
    principal: str
    on_behalf_of: str | None
    operation: str
    target_type: str | None
    target_id: str | None
    outcome: str
    correlation_id: str | None
    surface: str | None
    detail: dict[str, Any]
    hash: str


class ShowHead(Request):
    """Asks for the chain's head."""


class HeadView(View):
    """The chain's head; keep `head` where nobody who can write the database can write."""

    sequence: int
    hash: str
    head: str = Field(description="`sequence:hash`, as `audit.verify` takes it.")


class VerifyAudit(Request):
    """Asks whether the chain is whole."""

    head: str | None = Field(
        default=None,
        pattern=r"^\d{1,18}:[0-9a-f]{64}$",
        description="A head that was exported before; without one, a cut-off end cannot be seen.",
    )


class ChainView(View):
    """A chain that was found whole."""

    intact: bool
    records: int
    head: str
    compared_with: int = Field(description="How many exported heads it was compared with.")
