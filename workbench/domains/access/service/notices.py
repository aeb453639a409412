"""What readers tell the owner of something: an event for her pages, and a mail where she has an address."""

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
from workbench.core.shelf import Shelf, Shown
from workbench.domains.access.models import User
from workbench.domains.access.schemas import Told

from .links import post
from .roles import held_roles

AGAIN_AFTER, MOST_AN_HOUR = timedelta(hours=1), 5
ASKED, REPORTED = "access_requested", "problem_reported"
AnyShelf = Shelf[Any, Any, Any]


def request_access(ctx: Context, shelf: AnyShelf, key: str, message: str) -> Told:
    """Ask the owner of a thing to share it; whether there is one of that name is not told."""
    kind = shelf.thing
    is_it = (kind.workspace_id == ctx.workspace_id, kind.name == key, kind.archived_at.is_(None))
    thing = ctx.db.scalars(select(kind).where(*is_it)).one_or_none()
    if thing is not None:
        said = f"{ctx.principal.name} asks to see the {shelf.kind} “{_line(thing.title)}”."
        _pass_on(ctx, shelf, thing, ASKED, said, message, _grant(ctx, shelf, thing))
    return Told(detail=f"If there is such a {shelf.kind}, its owner was asked.")


def report(ctx: Context, shelf: AnyShelf, thing: Shown, text: str, part: str | None = None) -> Told:
    """Tell the owner of a thing what somebody finds wrong with it, or with a card of it."""
    where = f", card {part}" if part else ""
    said = f"{ctx.principal.name} reports a problem with the {shelf.kind} “{_line(thing.title)}”{where}."
    _pass_on(ctx, shelf, thing, REPORTED, said, text, card=part)
    return Told(detail=f"The owner of the {shelf.kind} was told.")


def _pass_on(
    ctx: Context, shelf: AnyShelf, thing: Shown, what: str, said: str, text: str, *more: str, **data: Any
) -> None:
    if _told_already(ctx.db, f"{shelf.kind}.{what}", thing, ctx.principal.name, text):
        return
    shelf.tell(ctx, thing, what, f"{shelf.noun}:write", by=ctx.principal.name, text=text, **data)
    page = f"workbench/apps/{ctx.workspace.name}/{thing.page}"
    settings = ctx.workbench.settings
    link = f"{settings.public_url.rstrip('/')}/{page}" if settings.public_url else f"Its page is {page}."
    for to in _addresses(ctx, thing):
        post(ctx.workbench, ctx.db, to, said[:200], said, *([text] if text else []), *more, link)


def _told_already(db: Session, event: str, thing: Shown, by: str, text: str) -> bool:
    """Whether somebody said the same within the hour: a button that is pressed often sends one mail."""
    recent = select(Event.data).where(Event.object_id == thing.id, Event.name == event, Event.at > now() - AGAIN_AFTER)
    said = [(data.get("by"), data.get("text")) for data in db.scalars(recent)]
    return (by, text) in said or [who for who, _ in said].count(by) >= MOST_AN_HOUR


def _addresses(ctx: Context, thing: Shown) -> list[str]:
    """Where the owner gets mail, or where she is gone the workspace's admins; as far as that was proven."""
    owner = ctx.db.get(User, thing.owner_id) if thing.owner_id else None
    held = held_roles()
    admins = select(held.c.user_id).where(held.c.workspace_id == ctx.workspace_id, held.c.role == Role.ADMIN)
    able = select(User).where(User.id.in_(admins), User.disabled_at.is_(None)).order_by(User.folded).limit(20)
    people = [owner] if owner is not None and owner.disabled_at is None else list(ctx.db.scalars(able))
    return [person.name for person in people if person.email_verified]


def _grant(ctx: Context, shelf: AnyShelf, thing: Shown) -> str:
    who = ctx.principal.name.removeprefix("user:").partition("/")[0]
    # What a mail address may hold is much of what a shell runs, and this line is there to be pasted into one.
    return f"To let her see it: workbench {shelf.noun} publish {thing.name} --people {shlex.quote(who)}"


def _line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:120]
