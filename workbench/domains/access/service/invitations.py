"""Invites people to a workspace."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.errors import Invalid, NotFound
from workbench.core.permissions import Level, Role, level
from workbench.domains.access.models import OneTimeLink, User, Workspace

from . import passwords
from .accounts import add_account, address_of
from .admins import lock
from .groups import groups_named, join
from .links import INVITATION, add_link, address_of_page, is_live, mails_people, post, shown_link, use_link
from .people import add_member
from .roles import roles_of
from .signing_in import on_record, proven

LIFETIME = timedelta(days=7)
COLUMNS = ["email", "name", "role"]
HEAD = "email,name,role, where there are groups email,name,role,groups"
MOST_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Invitation:
    """A new invitation, and its link where the inviter hands that on herself."""

    row: OneTimeLink
    link: str | None = field(repr=False)


class _Person(NamedTuple):
    email: str
    name: str
    roles: Sequence[Role]
    groups: Sequence[str]


def invite(ctx: Context, email: str, name: str, roles: Sequence[Role], groups: Sequence[str] = ()) -> Invitation:
    """Invite somebody to the workspace of the call and its groups; an earlier invitation of hers there ends.

    Raises:
        Invalid: the address is none.
        NotFound: the workspace has no such group.
        NotPermitted: the caller assigns no roles here.
        Unavailable: it would be mailed, and nobody said where people reach the server.
    """
    ctx.demand("roles:assign")
    address = address_of(email)
    into = {str(group.id): group.name for group in groups_named(ctx.db, ctx.workspace_id, groups)}
    _end(ctx.db, open_invitations(ctx.workspace_id).where(OneTimeLink.email == address))
    mailed = mails_people(ctx.workbench)
    payload = {"roles": sorted(roles), "name": name, "groups": into, "mailed": mailed}
    made = add_link(
        ctx.db, INVITATION, address, LIFETIME, workspace_id=ctx.workspace_id, made_by=ctx.principal.user_id,
        payload=payload,
    )  # fmt: skip
    link = address_of_page(ctx.workbench, "invitation", made.text, ctx.origin.reached)
    if not mailed:
        return Invitation(made.row, link)
    said = f"You are invited to the workspace {ctx.workspace.name!r}. To accept, open this link within 7 days:"
    post(ctx.workbench, ctx.db, address, "Invitation to a workspace", said, link)
    return Invitation(made.row, None)


def invite_all(ctx: Context, text: str) -> list[Invitation]:
    """Invite everybody whom a CSV text names, or nobody.

    Raises:
        Invalid: with a pointer for every line that is wrong.
    """
    people: dict[str, _Person] = {}
    wrong = []
    for line, row in _lines(text):
        try:
            person = _person(ctx, row)
            if people.setdefault(person.email.casefold(), person) is not person:
                raise Invalid(f"{person.email} is there twice")
        except (Invalid, NotFound) as error:
            wrong.append({"pointer": f"/csv/{line}", "message": f"line {line}: {error.detail}"})
    if wrong or not 0 < len(people) <= MOST_LINES:
        lines = "1 line is wrong" if len(wrong) == 1 else f"{len(wrong)} lines are wrong"
        raise Invalid(
            f"Nobody was invited: {lines if wrong else 'there is nobody, or too many'}.",
            fix=f"Mend the lines and send all again; at most {MOST_LINES:,} people at once.",
            code="bad_csv",
            errors=wrong[:100],
        )
    return [invite(ctx, *person) for person in people.values()]


def _lines(text: str) -> list[tuple[int, dict[str, str]]]:
    found = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restkey="more", restval="", skipinitialspace=True)
    try:
        columns, lines = found.fieldnames or (), [(found.line_num, row) for row in found]
    except csv.Error as error:
        raise Invalid(f"This is no CSV: {error}.", fix=f"Begin with the line {HEAD}.", code="bad_csv") from None
    if sorted(columns) not in (sorted(COLUMNS), sorted([*COLUMNS, "groups"])):
        raise Invalid(
            "The first line of the CSV does not name the columns.", fix=f"Begin with the line {HEAD}.",
            code="bad_csv", errors=[{"pointer": "/csv/1", "message": f"line 1: is not {HEAD}"}],
        )  # fmt: skip
    return lines


def _person(ctx: Context, row: dict[str, str]) -> _Person:
    if "more" in row:
        raise Invalid("there are more values than columns")
    role = row["role"].strip().casefold()
    if role not in set(Role):
        raise Invalid(f"{row['role'][:40]!r} is no role; there are {', '.join(sorted(Role))}")
    groups = [name for name in map(str.strip, row.get("groups", "").split(";")) if name]
    groups_named(ctx.db, ctx.workspace_id, groups)
    return _Person(address_of(row["email"].strip()), row["name"].strip()[:200], [Role(role)], groups)


def invitations_of(workspace_id: UUID, status: str | None = None) -> Select[OneTimeLink]:
    """The invitations to a workspace that stand so, or all of them, as long as they are kept."""
    found = select(OneTimeLink).where(OneTimeLink.purpose == INVITATION, OneTimeLink.workspace_id == workspace_id)
    used, revoked = OneTimeLink.used_at.is_not(None), OneTimeLink.revoked_at.is_not(None)
    match status:
        case None:
            return found
        case "open":
            return found.where(is_live())
        case "accepted":
            return found.where(used)
        case "revoked":
            return found.where(revoked, ~used)
    return found.where(~used, ~revoked, ~is_live())


def open_invitations(workspace_id: UUID) -> Select[OneTimeLink]:
    """The invitations to a workspace that can be accepted."""
    return invitations_of(workspace_id, "open")


def revoke_invitation(db: Session, workspace_id: UUID, invitation_id: UUID) -> None:
    """End an invitation to a workspace; again, it changes nothing.

    Raises:
        NotFound: there is none, or it is another workspace's; the two look alike.
    """
    mine = invitations_of(workspace_id).where(OneTimeLink.id == invitation_id)
    if db.scalars(mine).one_or_none() is None:
        raise NotFound(
            f"There is no invitation {str(invitation_id)!r} here.", fix="`workbench invitations list` shows them.",
            code="invitation_not_found",
        )  # fmt: skip
    _end(db, mine.where(is_live()))


def _end(db: Session, which: Select[OneTimeLink]) -> None:
    for row in db.scalars(which):
        db.execute(update(OneTimeLink).where(OneTimeLink.id == row.id).values(revoked_at=now()))


@dataclass(frozen=True, slots=True)
class Invited:
    """What an invitation says to whom it is for."""

    email: str
    name: str
    workspace: str
    roles: list[str]
    groups: list[str]
    has_account: bool


def shown_invitation(db: Session, text: str) -> Invited:
    """What the invitation of a link says.

    Raises:
        NotFound: the link is not good.
    """
    row = shown_link(db, INVITATION, text)
    workspace = db.get_one(Workspace, row.workspace_id)
    return Invited(
        row.email, row.payload["name"], workspace.name, row.payload["roles"], row.groups,
        _account(db, row.email) is not None,
    )  # fmt: skip


def accept(ctx: Context, text: str, display_name: str, password: str) -> Invited:
    """Take up an invitation with a new account, or with one's own, whose password is asked for.

    Raises:
        NotFound: the link is not good.
        Invalid: the new password is weak.
        NotAuthenticated: there is an account, and it has another password.
    """
    with ctx.reading() as db:
        invited = shown_invitation(db, text)
    hash_, proof = "", None
    if invited.has_account:
        proof = proven(ctx, invited.email, password)
    else:
        passwords.check_strength(password, User(name=invited.email, display_name=display_name))
        hash_ = passwords.hashed(ctx.workbench.pools, password)
    with ctx.writing() as db:
        row = use_link(db, INVITATION, text)
        assert row.workspace_id is not None
        lock(db, row.workspace_id)  # whoever removes her at this moment must not leave her in a group
        _check_maker(db, row)
        if proof is not None:
            proof.check(db)
            user = db.get_one(User, proof.user.id)
        else:
            user = add_account(db, row.email, display_name, hash_)
        if row.payload.get("mailed"):  # whoever has the link has read what was sent to the address
            user.email_verified_at = user.email_verified_at or now()
        for role in row.payload["roles"]:
            add_member(db, row.workspace_id, user.id, Role(role))
        join(db, row.workspace_id, user.id, map(UUID, row.payload.get("groups", {})))
        on_record(
            db, ctx, "auth.accept_invitation", "done", user, workspace_id=row.workspace_id, invitation=str(row.id)
        )
    return invited


def _check_maker(db: Session, row: OneTimeLink) -> None:
    """Refuse an invitation whose maker may not invite any more, or one could keep a way back in for oneself.

    Raises:
        NotFound: she was disabled, or is no admin of the workspace.
    """
    if row.made_by is None or row.workspace_id is None:  # the home's owner, on the machine itself
        return
    maker = db.get_one(User, row.made_by)
    held = roles_of(db, maker.id, row.workspace_id).get(row.workspace_id, frozenset())
    if maker.disabled_at is not None or level("members:write", held) is not Level.W:
        raise NotFound(
            "Who made this invitation may not invite to the workspace any more.",
            fix="Ask one of its admins for another.",
            code="link_not_good",
        )


def _account(db: Session, email: str) -> User | None:
    return db.scalars(select(User).where(User.folded == email.casefold())).one_or_none()
