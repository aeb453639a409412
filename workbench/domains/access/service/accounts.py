"""Accounts: the first one of a team, passwords of one's own, and whom an admin keeps out."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Context
from workbench.core.db import unique
from workbench.core.errors import AlreadyExists, Conflict, Invalid, NotAuthenticated, NotFound
from workbench.core.ids import as_id
from workbench.core.permissions import Role
from workbench.core.workbench import Workbench
from workbench.domains.access.models import Password, User, Workspace

from . import passwords
from .admins import keeping_an_admin
from .people import DEFAULT, add_member
from .sessions import SessionPrincipal, end_all
from .signing_in import on_record, proven


def has_accounts(db: Session) -> bool:
    """Whether anybody can sign in to a home."""
    return bool(db.scalar(select(exists().where(Password.id.is_not(None)))))


def address_of(text: str) -> str:
    """An e-mail address in the form in which it is kept.

    Raises:
        Invalid: it is none.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Invalid(
            f"{text[:100]!r} is no e-mail address: {error}", fix="Write it like ada@example.org.", code="bad_address"
        ) from None


def add_account(db: Session, address: str, display_name: str, hash_: str, *, system_admin: bool = False) -> User:
    """Add a person who signs in by a password.

    Raises:
        AlreadyExists: somebody has that address.
    """
    user = User(name=address, folded=address.casefold(), display_name=display_name, system_admin=system_admin)
    with unique(db, AlreadyExists(f"{address} has an account already.", fix="Use another address.")):
        db.add(user)
    db.add(Password(user_id=user.id, hash=hash_))
    db.flush()
    return user


def add_first(workbench: Workbench, email: str, password: str) -> User:
    """The first account of a team: it looks after the installation and is Admin of workspace `default`.

    Raises:
        Invalid: the address is none, or the password is weak.
        Conflict: the home has accounts.
    """
    address = address_of(email)
    name = address.partition("@")[0]
    passwords.check_strength(password, User(name=address, display_name=name))
    hash_ = passwords.hashed(workbench.pools, password)
    with workbench.unit_of_work() as db:
        if has_accounts(db):
            raise Conflict(
                "This home has accounts already.",
                fix="Sign in with one of them; `workbench users list` shows them.",
                code="accounts_exist",
            )
        user = add_account(db, address, name, hash_, system_admin=True)
        workspace = db.scalars(select(Workspace).where(Workspace.name == DEFAULT)).one()
        add_member(db, workspace.id, user.id, Role.ADMIN)
        on_record(db, workbench.installation_context(_founder(db), surface="cli"), "accounts.init", "done", user)
    return user


def _founder(db: Session) -> SessionPrincipal:
    from .identity import os_principal

    who = os_principal(db)
    return SessionPrincipal(who.kind, who.name, user_id=who.user_id)


def change_password(ctx: Context, current: str, new: str) -> int:
    """Change one's own password and end one's other sessions; answers how many.

    Raises:
        NotAuthenticated: the current password is another.
        Throttled: it was tried too often.
        Invalid: the new one is weak.
    """
    with ctx.reading() as db:
        user = db.get(User, ctx.principal.user_id) if ctx.principal.user_id else None
    name = user.name if user is not None else ""
    proof = proven(ctx, name, current)
    passwords.check_strength(new, proof.user, "/new_password")
    hash_ = passwords.hashed(ctx.workbench.pools, new)
    with ctx.writing() as db:
        proof.check(db)
        return replace_password(db, proof.user.id, hash_, but=getattr(ctx.principal, "session_id", None))


def replace_password(db: Session, user_id: UUID, hash_: str, *, but: UUID | None = None) -> int:
    """Give a person another password and end her sessions, except one where it is named; answers how many ended."""
    row = db.scalars(select(Password).where(Password.user_id == user_id).with_for_update()).one_or_none()
    if row is None:
        db.add(Password(user_id=user_id, hash=hash_))
    else:
        row.hash, row.changed_at = hash_, now()
    return end_all(db, user_id, but=but)


def find_user(db: Session, key: str) -> User:
    """The person of a name or id.

    Raises:
        NotFound: there is none.
    """
    uid = as_id(key)
    named = User.folded == key.casefold()
    found = db.scalars(select(User).where(named if uid is None else or_(User.id == uid, named))).one_or_none()
    if found is None:
        raise NotFound(
            f"There is nobody {key[:80]!r} here.",
            fix="`workbench users list` shows who has an account.",
            code="user_not_found",
        )
    return found


def disable_user(ctx: Context, key: str) -> User:
    """Keep a person out: her sessions end, and her tokens count nothing.

    Whoever asks looks after the installation and stays, so that somebody always does.

    Raises:
        NotFound: there is no such person.
        Conflict: it is oneself, or whose home it is, or a workspace's last admin.
        NotAuthenticated: whoever asks was kept out meanwhile.
    """
    with keeping_an_admin(ctx):
        user = find_user(ctx.db, key)
        if user.id == ctx.principal.user_id or user.home_owner:
            raise Conflict(
                "Nobody disables her own account, or that of the operating system's user.",
                fix="Ask another system admin." if not user.home_owner else "It has no password and signs in nowhere.",
                code="account_needed",
            )
        _check_asker_stays(ctx, user.id)
        user.disabled_at = user.disabled_at or now()
        end_all(ctx.db, user)
    return user


def enable_user(ctx: Context, key: str) -> User:
    """Let a person in again; her API tokens count again too.

    Raises:
        NotFound: there is no such person.
        NotAuthenticated: whoever asks was kept out meanwhile.
    """
    user = find_user(ctx.db, key)
    _check_asker_stays(ctx, user.id)
    user.disabled_at = None
    ctx.db.flush()
    return user


def _check_asker_stays(ctx: Context, user_id: UUID) -> None:
    """Refuse somebody who was kept out since she was let in: of two who disable each other at once, one must stay."""
    both = select(User.id, User.disabled_at).where(User.id.in_([ctx.principal.user_id, user_id])).order_by(User.id)
    held = {row.id: row.disabled_at for row in ctx.db.execute(both.with_for_update())}
    if held.get(ctx.principal.user_id) is not None:
        raise NotAuthenticated(
            "Your account was disabled meanwhile.", fix="Ask another system admin.", code="session_over"
        )
