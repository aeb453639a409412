"""What readers tell the owner of something: an event for her pages, and a mail where she has an address."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
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


@dataclass(frozen=True, slots=True)
class About:
    """What is written about: a row with an owner, what people call it and its like, and the page that shows it.

    `tell` sends an event of the row to those who may change it, by the second half of its name.
    """

    thing: Any
    noun: str
    page: str
    tell: Callable[..., None]


def request_access(ctx: Context, shelf: AnyShelf, key: str, message: str) -> Told:
    """Ask the owner of a thing to share it; whether there is one of that name is not told."""
    thing = named(ctx, shelf.thing, key)
    if thing is not None:
        grant = f"workbench {shelf.noun} publish {thing.name} --people {caller_quoted(ctx)}"
        ask(ctx, _on_shelf(ctx, shelf, thing), message, grant)
    return Told(detail=f"If there is such a {shelf.kind}, its owner was asked.")


def report(ctx: Context, shelf: AnyShelf, thing: Shown, text: str, part: str | None = None) -> Told:
    """Tell the owner of a thing what somebody finds wrong with it, or with a card of it."""
    tell(ctx, _on_shelf(ctx, shelf, thing), text, f", card {part}" if part else "", card=part)
    return Told(detail=f"The owner of the {shelf.kind} was told.")


def named(ctx: Context, kind: type[Any], key: str) -> Any:
    """The thing of a name that is in use, whether or not the caller may see it; None where there is none."""
    is_it = (kind.workspace_id == ctx.workspace_id, kind.name == key, kind.archived_at.is_(None))
    return ctx.db.scalars(select(kind).where(*is_it)).one_or_none()


def ask(ctx: Context, about: About, text: str, *grants: str) -> None:
    """Pass on that the caller wants to see it; `grants` are commands that let her."""
    said = f"{ctx.principal.name} asks to see the {about.noun} “{_title(about)}”."
    _pass_on(ctx, about, ASKED, said, text, "To let her see it: " + "; ".join(grants))


def tell(ctx: Context, about: About, text: str, where: str = "", **data: Any) -> None:
    """Pass on what the caller finds wrong with it."""
    said = f"{ctx.principal.name} reports a problem with the {about.noun} “{_title(about)}”{where}."
    _pass_on(ctx, about, REPORTED, said, text, **data)


def caller_quoted(ctx: Context) -> str:
    """The caller's name for a command; what a mail address may hold is much of what a shell runs."""
    return shlex.quote(ctx.principal.name.removeprefix("user:").partition("/")[0])


def _on_shelf(ctx: Context, shelf: AnyShelf, thing: Shown) -> About:
    tell_of = partial(shelf.tell, ctx, thing, permission=f"{shelf.noun}:write")
    return About(thing, shelf.kind, thing.page, tell_of)


def _pass_on(ctx: Context, about: About, what: str, said: str, text: str, *more: str, **data: Any) -> None:
    if _told_already(ctx.db, f"{about.thing.__tablename__}.{what}", about.thing, ctx.principal.name, text):
        return
    about.tell(what, by=ctx.principal.name, text=text, **data)
    page = f"workbench/apps/{ctx.workspace.name}/{about.page}"
    settings = ctx.workbench.settings
    link = f"{settings.public_url.rstrip('/')}/{page}" if settings.public_url else f"Its page is {page}."
    for to in _addresses(ctx, about.thing):
        post(ctx.workbench, ctx.db, to, said[:200], said, *([text] if text else []), *more, link)


def _told_already(db: Session, event: str, thing: Any, by: str, text: str) -> bool:
    """Whether somebody said the same within the hour: a button that is pressed often sends one mail."""
    recent = select(Event.data).where(Event.object_id == thing.id, Event.name == event, Event.at > now() - AGAIN_AFTER)
    said = [(data.get("by"), data.get("text")) for data in db.scalars(recent)]
    return (by, text) in said or [who for who, _ in said].count(by) >= MOST_AN_HOUR


def _addresses(ctx: Context, thing: Any) -> list[str]:
    """Where the owner gets mail, or where she is gone the workspace's admins; as far as that was proven."""
    owner = ctx.db.get(User, thing.owner_id) if thing.owner_id else None
    held = held_roles()
    admins = select(held.c.user_id).where(held.c.workspace_id == ctx.workspace_id, held.c.role == Role.ADMIN)
    able = select(User).where(User.id.in_(admins), User.disabled_at.is_(None)).order_by(User.folded).limit(20)
    people = [owner] if owner is not None and owner.disabled_at is None else list(ctx.db.scalars(able))
    return [person.name for person in people if person.email_verified]


def _title(about: About) -> str:
    title = about.thing.title or about.thing.name
    return "".join(letter if letter.isprintable() else " " for letter in title)[:120]
