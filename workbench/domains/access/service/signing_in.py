"""Signs people in: by name and password, in a browser by a session or a program by tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from workbench.core import journal
from workbench.core.context import Context
from workbench.core.errors import NotAuthenticated
from workbench.domains.access.models import Password, SignedIn, User

from . import devices, passwords, throttle
from .identity import label_of
from .sessions import add_session, new_session_text

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A new session and its text, which is known here and nowhere else."""

    text: str = field(repr=False)
    session_id: UUID
    user: User
    new_device: bool


def open_session(ctx: Context, name: str, password: str) -> OpenedSession:
    """Sign somebody in to a browser; whatever session it showed before counts nothing for the new one.

    Raises:
        NotAuthenticated: no such account, another password, or it is disabled; which of these is not told.
        Throttled: there were too many attempts that failed.
    """
    proof = proven(ctx, name, password)
    text = new_session_text()
    with ctx.writing() as db:
        row, new_device = begin(db, ctx, proof, "auth.sign_in", text)
    return OpenedSession(text, row.id, proof.user, new_device)


def begin(db: Session, ctx: Context, proof: Proof, operation: str, text: str | None) -> tuple[SignedIn, bool]:
    """Begin the session of somebody who proved who she is; also answers whether on a device new to her.

    Raises:
        NotAuthenticated: her password was replaced meanwhile.
    """
    proof.check(db)
    new_device = devices.is_new(db, ctx, proof.user)
    row = add_session(db, ctx.workbench.settings, proof.user.id, ctx.origin, text)
    on_record(db, ctx, operation, "done", proof.user, session=str(row.id), new_device=new_device)
    if new_device:
        devices.tell_of(ctx, db, row, proof.user)
    return row, new_device


@dataclass(frozen=True, slots=True)
class Proof:
    """Whose password was shown, and since when it is hers."""

    user: User
    since: datetime

    def check(self, db: Session) -> None:
        """Hold the password as it is until the unit of work ends.

        Raises:
            NotAuthenticated: it was replaced, or the account disabled, since it was shown.
        """
        kept = select(Password.changed_at, User.disabled_at).join(User, User.id == Password.user_id)
        asked = kept.where(Password.user_id == self.user.id).with_for_update(of=Password)
        row = db.execute(asked).one_or_none()
        if row is None or tuple(row) != (self.since, None):
            raise _failed()


def _failed() -> NotAuthenticated:
    return NotAuthenticated(
        "The name and the password do not belong together.", fix="Check both and try again.", code="sign_in_failed"
    )


def proven(ctx: Context, name: str, password: str) -> Proof:
    """The person whose name and password these are, after as much work for anybody else.

    What follows from it checks the proof where it writes: the password may be replaced while it is verified.

    Raises:
        NotAuthenticated: they are nobody's who may sign in.
        Throttled: there were too many attempts that failed.
    """
    account, address = name.strip().casefold(), ctx.origin.address
    with ctx.reading() as db:
        asked = select(User, Password.hash, Password.changed_at).outerjoin(Password, Password.user_id == User.id)
        found = db.execute(asked.where(User.folded == account)).one_or_none()
        user, kept, since = found if found is not None else (None, None, None)
        here = (SignedIn.user_id == (user.id if user else NOBODY), SignedIn.address == address[:64])
        known = bool(db.scalar(select(exists().where(*here))))
    with ctx.writing() as db:
        throttle.take(db, account, address, known=known)
    right = passwords.verified(ctx.workbench.pools, kept, password)
    if user is None or kept is None or since is None or not right or user.disabled_at is not None:
        with ctx.writing() as db:
            on_record(db, ctx, "auth.sign_in", "denied", user)
        raise _failed()
    anew = passwords.hashed(ctx.workbench.pools, password) if passwords.outdated(kept) else None
    with ctx.writing() as db:
        throttle.forgive(db, account, address)
        if anew is not None:
            db.execute(update(Password).where(Password.user_id == user.id, Password.hash == kept).values(hash=anew))
    return Proof(user, since)


def on_record(
    db: Session, ctx: Context, operation: str, outcome: str, user: User | None, *, workspace_id: UUID | None = None,
    **detail: object,
) -> None:  # fmt: skip
    """Have it on record who signed in or tried, and from where; never what was typed."""
    proven_one = user if outcome == "done" else None
    entry = journal.AuditEntry(
        operation=operation,
        outcome=outcome,
        principal=label_of(proven_one.name) if proven_one else ctx.principal.name,
        user_id=proven_one.id if proven_one else ctx.principal.user_id,
        workspace_id=workspace_id,
        target_type="user" if user is not None else None,
        target_id=str(user.id) if user is not None else None,
        correlation_id=ctx.correlation_id,
        surface=ctx.surface,
        detail={"address": ctx.origin.address, "agent": ctx.origin.agent[:300], **detail},
    )
    journal.record(db, entry)
