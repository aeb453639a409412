"""Requests and replies about the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from workbench.core.schemas import ListRequest, Moment, Request, View

Outcome = Literal["done", "denied", "failed", "intent"]
Kind = Literal["changes", "reads"]
KIND = "What changed something, was refused or failed; or the data that were read."


class AuditFilter(Request):
    """Which records are meant; what is not said does not matter."""

    operation: str | None = Field(default=None, max_length=80, description="An operation's name, or `domain.*`.")
    kind: Kind | None = Field(default=None, description=KIND)
    principal: str | None = Field(
        default=None,
        max_length=200,
        description="Who did it: as the trail calls her, such as `user:ada@example.org`; or how her name begins, for "
        "what her tokens did as well.",
    )
    user_id: UUID | None = Field(default=None, description="Whose account did it, by whatever session or token.")
    surface: str | None = Field(default=None, max_length=20, description="By which face, such as rest or cli.")
    outcome: Outcome | None = Field(default=None, description="How it ended.")
    target_type: str | None = Field(default=None, max_length=80, description="The kind of object, such as table.")
    target_id: str | None = Field(default=None, max_length=200, description="The object's id.")
    correlation_id: str | None = Field(default=None, max_length=64, description="One request and what it caused.")
    since: Moment | None = Field(default=None, description="Only records of this moment or later.")
    until: Moment | None = Field(default=None, description="Only records before this moment.")


class ListAudit(AuditFilter, ListRequest):
    """Asks for records, the newest first; the column to sort by is `at`."""


class ExportAudit(AuditFilter):
    """Asks for all records that are meant, the oldest first."""

    format: Literal["csv", "jsonl"] = Field(default="csv", description="For a spreadsheet, or for programs.")


class AuditView(View):
    """One record."""

    listed: ClassVar = (
        "sequence", "at", "principal", "for=on_behalf_of", "operation", "target_type", "target_id", "outcome",
        "surface",
    )  # fmt: skip

    sequence: int
    at: datetime
    workspace_id: UUID | None
    user_id: UUID | None
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


class ListActivity(ListRequest):
    """Asks for what one did oneself, the newest first; the column to sort by is `at`."""

    operation: str | None = Field(default=None, max_length=80, description="An operation's name, or `domain.*`.")
    kind: Kind | None = Field(default=None, description=KIND)
    outcome: Outcome | None = Field(default=None, description="How it ended.")
    since: Moment | None = Field(default=None, description="Only what was done at this moment or later.")
    until: Moment | None = Field(default=None, description="Only what was done before this moment.")


class ActivityView(View):
    """Something that one did or tried."""

    listed: ClassVar = ("at", "principal", "operation", "target_type", "target_id", "outcome", "surface")

    at: datetime
    workspace_id: UUID | None
    principal: str = Field(description="As whom: in person, or by which token.")
    operation: str
    target_type: str | None
    target_id: str | None
    outcome: str
    correlation_id: str | None
    surface: str | None


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
