"""What readers tell the owner of something: an event for her pages, and a mail where she has an address."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import or_, select

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.events import Event
from workbench.core.permissions import Role
from workbench.core.shelf import Shelf, Shown
from workbench.domains.access.models import User
from workbench.domains.access.schemas import Told

from .links import post
from .roles import held_roles

AGAIN_AFTER = timedelta(hours=1)
MOST_OF_ONE, MOST_IN_ALL = 5, 20  # notices of one person within that time: about one thing, and in a workspace
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
    return shlex.quote(_account(ctx.principal.name))


def _account(name: str) -> str:
    """Whose a principal's name is, whichever token she showed."""
    return name.removeprefix("user:").partition("/token:")[0]


def _on_shelf(ctx: Context, shelf: AnyShelf, thing: Shown) -> About:
    tell_of = partial(shelf.tell, ctx, thing, permission=f"{shelf.noun}:write")
    return About(thing, shelf.kind, thing.page, tell_of)


def _pass_on(ctx: Context, about: About, what: str, said: str, text: str, *more: str, **data: Any) -> None:
    if _told_enough(ctx, f"{about.thing.__tablename__}.{what}", about.thing, text):
        return
    about.tell(what, by=ctx.principal.name, text=text, **data)
    page = f"workbench/apps/{ctx.workspace.name}/{about.page}"
    settings = ctx.workbench.settings
    link = f"{settings.public_url.rstrip('/')}/{page}" if settings.public_url else f"Its page is {page}."
    for to in _addresses(ctx, about.thing):
        post(ctx.workbench, ctx.db, to, said[:200], said, *_quoted(text), *more, link)


def _quoted(text: str) -> list[str]:
    """What somebody wrote, marked as hers in each line: none of it passes for what the mail says itself."""
    return ["\n".join(f"> {line}" for line in text.splitlines())] if text else []


def _told_enough(ctx: Context, event: str, thing: Any, text: str) -> bool:
    """Whether the caller said the same within the hour, or so much that another mail would be one too many."""
    notices = or_(Event.name.endswith(f".{ASKED}"), Event.name.endswith(f".{REPORTED}"))
    recent = select(Event).where(Event.workspace_id == ctx.workspace_id, notices, Event.at > now() - AGAIN_AFTER)
    mine = _account(ctx.principal.name)
    hers = [one for one in ctx.db.scalars(recent) if _account(one.data.get("by", "")) == mine]
    about_it = [one.data.get("text") for one in hers if (one.name, one.object_id) == (event, thing.id)]
    return text in about_it or len(about_it) >= MOST_OF_ONE or len(hers) >= MOST_IN_ALL


def _addresses(ctx: Context, thing: Any) -> list[str]:
    """Where the owner gets mail, or where she is gone the workspace's admins; as far as that was proven."""
    held = held_roles()
    members = select(held.c.user_id).where(held.c.workspace_id == ctx.workspace_id)
    able = select(User).where(User.disabled_at.is_(None)).order_by(User.folded).limit(20)
    people = list(ctx.db.scalars(able.where(User.id == thing.owner_id, User.id.in_(members))))
    people = people or list(ctx.db.scalars(able.where(User.id.in_(members.where(held.c.role == Role.ADMIN)))))
    return [person.name for person in people if person.email_verified]


def _title(about: About) -> str:
    title = about.thing.title or about.thing.name
    return "".join(letter if letter.isprintable() else " " for letter in title)[:120]
