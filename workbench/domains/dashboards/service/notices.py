"""What readers tell the owner of a dashboard: an event for her pages, and a mail where she has an address."""

from __future__ import annotations

import shlex
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.events import Event
from workbench.core.permissions import Role
from workbench.domains.access.models import User
from workbench.domains.access.service.links import post
from workbench.domains.access.service.roles import held_roles
from workbench.domains.dashboards.models import Dashboard
from workbench.domains.dashboards.schemas import Told

from .documents import SHELF

AGAIN_AFTER, MOST_AN_HOUR = timedelta(hours=1), 5
WRITE = "dashboards:write"
ASKED, REPORTED = "access_requested", "problem_reported"
PASSED_ON = "If there is such a dashboard, its owner was asked."
THANKS = "The owner of the dashboard was told."


def request_access(ctx: Context, key: str, message: str) -> Told:
    """Ask the owner of a dashboard to share it; whether there is one of that name is not told."""
    is_it = (Dashboard.workspace_id == ctx.workspace_id, Dashboard.name == key, Dashboard.archived_at.is_(None))
    board = ctx.db.scalars(select(Dashboard).where(*is_it)).one_or_none()
    if board is not None:
        said = f"{ctx.principal.name} asks to see the dashboard “{_line(board.title)}”."
        _pass_on(ctx, board, ASKED, said, message, _grant(ctx, board))
    return Told(detail=PASSED_ON)


def report(ctx: Context, board: Dashboard, text: str, card: str | None) -> Told:
    """Tell the owner of a dashboard what somebody finds wrong with it."""
    where = f", card {card}" if card else ""
    said = f"{ctx.principal.name} reports a problem with the dashboard “{_line(board.title)}”{where}."
    _pass_on(ctx, board, REPORTED, said, text, card=card)
    return Told(detail=THANKS)


def _pass_on(ctx: Context, board: Dashboard, what: str, said: str, text: str, *more: str, **data: Any) -> None:
    if _told_already(ctx.db, board, what, ctx.principal.name, text):
        return
    SHELF.tell(ctx, board, what, WRITE, by=ctx.principal.name, text=text, **data)
    page = f"workbench/apps/{ctx.workspace.name}/{board.page}"
    settings = ctx.workbench.settings
    link = f"{settings.public_url.rstrip('/')}/{page}" if settings.public_url else f"Its page is {page}."
    for to in _addresses(ctx, board):
        post(ctx.workbench, ctx.db, to, said[:200], said, *([text] if text else []), *more, link)


def _told_already(db: Session, board: Dashboard, what: str, by: str, text: str) -> bool:
    """Whether somebody said the same within the hour: a button that is pressed often sends one mail."""
    recent = select(Event.data).where(
        Event.object_id == board.id, Event.name == f"dashboard.{what}", Event.at > now() - AGAIN_AFTER
    )
    said = [(data.get("by"), data.get("text")) for data in db.scalars(recent)]
    return (by, text) in said or [who for who, _ in said].count(by) >= MOST_AN_HOUR


def _addresses(ctx: Context, board: Dashboard) -> list[str]:
    """Where the owner gets mail, or where she is gone the workspace's admins; as far as that was proven."""
    owner = ctx.db.get(User, board.owner_id) if board.owner_id else None
    held = held_roles()
    admins = select(held.c.user_id).where(held.c.workspace_id == ctx.workspace_id, held.c.role == Role.ADMIN)
    able = select(User).where(User.id.in_(admins), User.disabled_at.is_(None)).order_by(User.folded).limit(20)
    people = [owner] if owner is not None and owner.disabled_at is None else list(ctx.db.scalars(able))
    return [person.name for person in people if person.email_verified]


def _grant(ctx: Context, board: Dashboard) -> str:
    who = ctx.principal.name.removeprefix("user:").partition("/")[0]
    # What a mail address may hold is much of what a shell runs, and this line is there to be pasted into one.
    return f"To let her see it: workbench dashboards publish {board.name} --people {shlex.quote(who)}"


def _line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:120]
