"""Publishing: an audience sees one version of a thing, with the rights of who published it on what it reads."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.errors import AlreadyExists, NotFound, NotPermitted
from workbench.core.people import who
from workbench.core.permissions import Level, Role, ShareRight
from workbench.core.shelf import Shelf, Shown, ShownVersion
from workbench.core.visibility import missing
from workbench.domains.access.models import Share, User
from workbench.domains.access.schemas import ShareView

from .identity import principal_now
from .shares import Audience, grant


def audiences(roles: Iterable[Role], people: Iterable[str], groups: Iterable[str]) -> list[Audience]:
    """Everybody of some roles, and some people and groups."""
    found = [Audience(role=role) for role in roles]
    found += [Audience(user=person) for person in people]
    return found + [Audience(group=group) for group in groups]


def show(
    ctx: Context, shelf: Shelf[Any, Any, Any], thing: Shown, version: ShownVersion, to: Iterable[Audience], *,
    allow_export: bool,
) -> None:  # fmt: skip
    """Show a version to those who see the thing, and let an audience see it too.

    That the publisher may read all that the version reads is for the caller to make sure of.

    Raises:
        NotPermitted: the publisher may not share.
        NotFound: the workspace has no such member or group.
        Conflict: the thing is archived.
    """
    shelf.require_active(thing)
    version.published_at, version.publisher_id = now(), ctx.principal.user_id
    version.publisher, version.allow_export = ctx.principal.name, allow_export
    thing.published, thing.updated_at = version.number, now()
    shelf.entitle(thing, shelf.document_of(version))
    for audience in to:
        ctx.demand("shares:grant")
        with suppress(AlreadyExists):
            grant(ctx, shelf.kind, str(thing.id), ShareRight.VIEW, audience)
    shelf.tell(ctx, thing, "published", number=version.number)


def shown_to(ctx: Context, shelf: Shelf[Any, Any, Any], thing: Shown) -> list[ShareView]:
    """Whom a thing is shared with, those first who were so first."""
    its = (Share.workspace_id == ctx.workspace_id, Share.object_type == shelf.kind, Share.object_id == thing.id)
    named = joinedload(Share.group).raiseload("*")  # a group's name is told, not who is in it
    rows = select(Share).options(named).where(*its).order_by(Share.created_at, Share.id)
    with ctx.reading() as db:
        return list(map(ShareView.of, db.scalars(rows)))


def hide(ctx: Context, shelf: Shelf[Any, Any, Any], thing: Shown) -> None:
    """Show a thing to nobody but those who see all of them; whom it was shared with is kept."""
    if thing.published is not None:
        thing.published, thing.updated_at = None, now()
        shelf.entitle(thing, shelf.document_of(shelf.version_of(ctx.db, thing)))
        shelf.tell(ctx, thing, "unpublished")


def seen(ctx: Context, shelf: Shelf[Any, Any, Any], thing: Shown, number: int | None = None) -> Any:
    """The version that the caller looks at: the one named, else what is published, else the newest.

    Who sees a thing because it was shared with her sees what is published and nothing else.

    Raises:
        NotFound: there is no such version that she may know of, or the thing is archived.
    """
    with ctx.reading() as db:
        hidden = thing.published is None or number not in (None, thing.published)
        if hidden and ctx.level(shelf.permission) is not Level.W:
            raise missing(shelf.thing, thing.name)
        if thing.archived_at is not None:
            raise _away(db, shelf, thing)
        return shelf.version_of(db, thing, number or thing.published)


def _away(db: Session, shelf: Shelf[Any, Any, Any], thing: Shown) -> NotFound:
    """The answer to who would see a thing if it were in use."""
    owner = db.get(User, thing.owner_id) if thing.owner_id is not None else None
    owned = f"Its owner, {who(owner.name)}, or whoever" if owner is not None else "Whoever"
    return NotFound(
        f"The {shelf.kind} {thing.title!r} is archived.",
        fix=f"{owned} may change {shelf.noun} can bring it back: `workbench {shelf.noun} unarchive {thing.name}`.",
        code=f"{shelf.kind}_archived",
    )


def reader(ctx: Context, thing: Shown, version: ShownVersion) -> Context:
    """With whose eyes a version is read: its publisher's where it is published, else the caller's own.

    The publisher's rights are those of this moment; what she lost, the thing lost too.
    """
    if thing.published != version.number:
        return ctx
    with ctx.reading() as db:
        publisher = principal_now(db, version.publisher_id, version.publisher or "")
    return ctx.behind(publisher)


def may_export(ctx: Context, thing: Shown, version: ShownVersion) -> bool:
    """Whether the caller may take the data of a version out: who sees by a share, only where its publisher allowed."""
    reach = ctx.level("data:export")
    return reach > Level.S or (reach is Level.S and version.allow_export and thing.published == version.number)


def check_export(ctx: Context, thing: Shown, version: ShownVersion) -> None:
    """Refuse to give the data of a version out.

    Raises:
        NotPermitted: its publisher did not allow it.
    """
    if not may_export(ctx, thing, version):
        raise NotPermitted(
            f"Who published {thing.name!r} did not allow its data to be taken out.",
            fix="Ask her to publish it again with --allow-export.",
            code="export_not_allowed",
        )


def lacking(what: Iterable[str]) -> NotPermitted:
    """The refusal to publish what the publisher may not do herself."""
    return NotPermitted(
        f"You cannot publish what you may not do yourself: {', '.join(list(what)[:10])}.",
        fix="Leave it out, or have somebody publish it who holds these rights.",
        code="publisher_lacks_rights",
    )
