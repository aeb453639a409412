"""Dashboards for tests: a small table, a document over it, and people who look at it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tests.factories.people import caller_of, principal
from workbench.core.clock import now
from workbench.core.context import Principal
from workbench.core.permissions import Role
from workbench.domains.access.models import Member, User

if TYPE_CHECKING:
    from uuid import UUID

    from workbench.core.caller import LocalCaller
    from workbench.core.workbench import Workbench

DAYS = [date(2013, 1, 1), date(2013, 1, 2)]


def delays() -> pa.Table:
    """Three carriers on two days: 21 flights, 6 of them late."""
    return pa.table(
        {
            "day": [DAYS[0], DAYS[0], DAYS[1], DAYS[1]],
            "carrier": ["AA", "UA", "AA", None],
            "flights": [10, 5, 4, 2],
            "late": [1, 2, 1, 2],
            "delay": [1.0, 3.0, 5.0, float("nan")],
        }
    )


def card(kind: str, **fields: Any) -> dict[str, Any]:
    """A card over the table `delays`, whose id and title are its kind."""
    given = {"id": kind, "kind": kind, "title": kind, "at": {"x": 0, "y": 0, "w": 3, "h": 3}}
    source = {} if kind == "text" else {"source": {"table": "delays"}}
    return given | source | fields


FLIGHTS = {"how": "sum", "column": "flights"}
BARS = card("bar", by="carrier", value=FLIGHTS)


def document(*cards: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A document of these cards, of one with bars where none is given."""
    return {"title": "Delays", "cards": list(cards or [BARS]), **fields}


def asked(caller: LocalCaller, *cards: dict[str, Any], **fields: Any) -> list[Any]:
    """What the cards of a document show before it is saved."""
    return list(caller.call("dashboards.preview", document=document(*cards), **fields).cards)


def member(workbench: Workbench, workspace: UUID, name: str, role: Role) -> tuple[Principal, LocalCaller]:
    """Somebody with an account who belongs to the workspace, and a caller who is she."""
    with workbench.unit_of_work() as db:
        user = User(name=name, folded=name, display_name=name, email_verified_at=now() if "@" in name else None)
        db.add(user)
        db.flush()
        db.add(Member(workspace_id=workspace, user_id=user.id, role=str(role)))
        who = Principal("user", f"user:{name}", user_id=user.id, roles=principal(workspace, role).roles)
    return who, caller_of(workbench, who)
