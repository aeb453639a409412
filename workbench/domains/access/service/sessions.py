"""Sessions: who is signed in, from where and for how long; ended ones count nothing from the next request on."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.orm import Session

from workbench.core.clock import now
from workbench.core.context import Origin, Principal
from workbench.core.errors import NotAuthenticated, NotFound, NotPermitted, Throttled, WorkbenchError
from workbench.domains.access.models import SignedIn, User

from .identity import label_of, principal_of

if TYPE_CHECKING:
    from workbench.core.settings import Settings
    from workbench.core.workbench import Workbench

log = logging.getLogger(__name__)
SEEN_EVERY = timedelta(minutes=1)
FRESH = timedelta(minutes=30)
KEPT = timedelta(days=90)  # for people to look at where they were signed in
_FORM = re.compile(r"wbs_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class SessionPrincipal(Principal):
    """A person in person, by a session that can be ended, and began when she showed her password (`since`)."""

    session_id: UUID | None = None
    since: datetime | None = None


def new_session_text() -> str:
    """What a browser shows from now on; nobody had it before."""
    return f"wbs_{secrets.token_urlsafe(32)}"


def digest_of(text: str) -> str:
    """What is kept of a secret text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def add_session(db: Session, settings: Settings, user_id: UUID, origin: Origin, text: str | None) -> SignedIn:
    """Begin a session, of a browser where there is a text; forgets those of the user that ended long ago."""
    moment = now()
    expired = (SignedIn.user_id == user_id, SignedIn.expires_at < moment - KEPT)
    db.execute(delete(SignedIn).where(*expired).execution_options(synchronize_session=False))
    row = SignedIn(
        user_id=user_id, digest=None if text is None else digest_of(text), address=origin.address[:64],
        agent=origin.agent[:300], idle_until=moment + timedelta(minutes=settings.session_idle_minutes),
        expires_at=moment + timedelta(hours=settings.session_hours),
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row


def session_principal(db: Session, text: str) -> SessionPrincipal:
    """The person of a session's text; notes no use, so that watching a session does not keep it alive.

    Raises:
        NotAuthenticated: there is no such session, it ended, idled out or expired, or the account is disabled;
            which of these is not told.
    """
    found = select(SignedIn).where(SignedIn.digest == digest_of(text))
    return principal_in(db, db.scalars(found).one_or_none() if _FORM.fullmatch(text) else None)


def principal_in(db: Session, row: SignedIn | None) -> SessionPrincipal:
    """The person of a session.

    Raises:
        NotAuthenticated: it is over, or there is none.
    """
    if row is None or not is_live(row, now()):
        raise NotAuthenticated("You are not signed in any more.", fix="Sign in again.", code="session_over")
    who = principal_of(db, row.user, "session", label_of(row.user.name))
    return SessionPrincipal(
        who.kind, who.name, user_id=who.user_id, roles=who.roles, system_admin=who.system_admin, session_id=row.id,
        since=row.created_at,
    )  # fmt: skip


def check_fresh(principal: Principal) -> None:
    """Refuse what outlasts a session to a session that began a while ago: somebody else may sit at her desk.

    Raises:
        NotPermitted: she is to sign in again.
    """
    since = principal.since if isinstance(principal, SessionPrincipal) else None
    if since is not None and since < now() - FRESH:
        raise NotPermitted(
            "You signed in a while ago, and this would outlast your session.",
            fix=f"Sign out, sign in again, and repeat it within {FRESH.total_seconds() / 60:.0f} minutes.",
            code="sign_in_again",
        )


def is_live(row: SignedIn, moment: datetime) -> bool:
    """Whether a session counts."""
    return row.ended_at is None and min(row.idle_until, row.expires_at) > moment and row.user.disabled_at is None


def note_use_of(workbench: Workbench, text: str) -> None:
    """Have the session of a text last on."""
    _note(workbench, SignedIn.digest == digest_of(text))


def note_use(workbench: Workbench, db: Session, principal: SessionPrincipal) -> None:
    """Have a session last on, without waiting, and unless that was noted a moment ago."""
    assert principal.session_id is not None
    seen = db.scalar(select(SignedIn.seen_at).where(SignedIn.id == principal.session_id))
    if seen is None or seen > now() - SEEN_EVERY:
        return
    try:
        workbench.pools.gate.submit(_note, workbench, SignedIn.id == principal.session_id)
    except Throttled:
        log.debug("too busy to note that a session was used")


def _note(workbench: Workbench, which: ColumnElement[bool]) -> None:
    moment = now()
    idle = moment + timedelta(minutes=workbench.settings.session_idle_minutes)
    live = (which, SignedIn.ended_at.is_(None), SignedIn.idle_until > moment)
    try:
        with workbench.unit_of_work() as db:
            db.execute(update(SignedIn).where(*live).values(seen_at=moment, idle_until=idle))
    except WorkbenchError:
        log.debug("could not note that a session was used", exc_info=True)


def live_sessions(user_id: UUID | None) -> Select[SignedIn]:
    """The sessions of a user that count now."""
    moment = now()
    return select(SignedIn).where(
        SignedIn.user_id == user_id, SignedIn.ended_at.is_(None), SignedIn.idle_until > moment,
        SignedIn.expires_at > moment,
    )  # fmt: skip


def end_session(db: Session, text: str) -> None:
    """End the session of a text; of another, nothing happens."""
    mine = (SignedIn.digest == digest_of(text), SignedIn.ended_at.is_(None))
    db.execute(update(SignedIn).where(*mine).values(ended_at=now()))


def end_one(db: Session, user_id: UUID | None, session_id: UUID) -> None:
    """End a session of a user's own.

    Raises:
        NotFound: she has none of that id that counts; somebody else's looks alike.
    """
    row = db.scalars(live_sessions(user_id).where(SignedIn.id == session_id)).one_or_none()
    if row is None:
        raise NotFound(
            f"There is no session {str(session_id)!r} here.",
            fix="`workbench sessions list` shows your own.",
            code="session_not_found",
        )
    row.ended_at = now()


def end_all(db: Session, user: User | UUID, *, but: UUID | None = None) -> int:
    """End all sessions of a user, except one where it is named; answers how many."""
    user_id = user.id if isinstance(user, User) else user
    rows = list(db.scalars(live_sessions(user_id)))
    for row in rows:
        if row.id != but:
            row.ended_at = now()
    return sum(row.id != but for row in rows)
